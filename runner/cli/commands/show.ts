import { readFileSync } from 'node:fs'
import { changedSentence, planFor } from '../../app/plan.ts'
import type { ScaffoldPlan } from '../../domain/exercise/scaffold.ts'
import { languagesOf } from '../../domain/exercise/exercise.ts'
import { idOf } from '../../domain/exercise/variant.ts'
import { commandLine } from '../../errors/command-line.ts'
import { renderBrief } from '../../ui/terminal/reading.ts'
import type { Command } from '../command.ts'
import { targetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'

/** The brief that somebody works by is the one they began with. */
function briefOf(kept: ScaffoldPlan | null): string | null {
  const source = kept?.files.find(({ to }) => to === 'README.md')?.source
  return source && 'from' in source ? readFileSync(source.from, 'utf8') : null
}

export const show: Command = {
  summary: 'Shows the brief of the current exercise.',
  usage: variantUsage,
  details: variantDetails,
  options: variantOptions,
  words: 1,
  run: async (context, input) => {
    const target = targetOf(context, input)
    const { exercise } = target
    const started = context.workspaces.exists(idOf(target))
    const plan = planFor(context.source, target, context.workspaces.folder(idOf(target)))
    const changed = started ? context.workspaces.changedSince(plan) : []
    const brief = (started && briefOf(context.workspaces.keptPlan(plan))) || context.source.brief(exercise)
    const then = started ? commandLine('next') : commandLine('next', exercise.slug)
    return {
      exitCode: 0,
      json: { slug: exercise.slug, languages: languagesOf(exercise), brief, changed, next: then },
      toRead: true,
      text: renderBrief(
        brief,
        changed.length > 0 ? changedSentence(exercise.slug, changed) : null,
        then,
        context.settings,
      ),
    }
  },
}
