import { languagesOf } from '../../domain/exercise/exercise.ts'
import { idOf } from '../../domain/exercise/variant.ts'
import { commandLine } from '../../errors/command-line.ts'
import { renderBrief } from '../../ui/terminal/reading.ts'
import type { Command } from '../command.ts'
import { targetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'

export const show: Command = {
  summary: 'Shows the brief of the current exercise.',
  usage: variantUsage,
  details: variantDetails,
  options: variantOptions,
  words: 1,
  run: async (context, input) => {
    const target = targetOf(context, input)
    const { exercise } = target
    const brief = context.source.brief(exercise)
    const started = context.workspaces.exists(idOf(target))
    const then = started ? commandLine('next') : commandLine('next', exercise.slug)
    return {
      exitCode: 0,
      json: { slug: exercise.slug, languages: languagesOf(exercise), brief, next: then },
      text: renderBrief(brief, then, context.settings),
    }
  },
}
