import { planFor } from '../../app/plan.ts'
import { commandLine } from '../../errors/command-line.ts'
import type { Command } from '../command.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'

export const reset: Command = {
  summary: 'Puts the starter’s files back. Your files are saved first; your commits and branches stay.',
  usage: variantUsage,
  details: variantDetails,
  options: variantOptions,
  words: 1,
  run: async (context, input) => {
    const { exercise, language } = startedTargetOf(context, input)
    const { slug } = exercise
    const folder = context.workspaces.folder(slug, language)
    return context.store.withLock(`${slug}@${language}`, async () => {
      const saved = await context.snapshots.take(slug, language, 'reset', 'before a reset')
      await context.workspaces.restoreStarter(planFor(context.source, exercise, language, folder))
      context.store.record({ event: 'reset', at: context.clock.now().toISOString(), slug, language })
      const text = `\n  ${slug} is back at its starter. What you had is saved as state ${saved.id}.\n\n  Back    ${commandLine('undo')}\n  Then    ${commandLine('next')}\n`
      return { exitCode: 0, json: { slug, language, snapshot: saved.id, next: commandLine('next') }, text }
    })
  },
}
