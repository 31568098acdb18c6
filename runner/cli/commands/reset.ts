import { planFor } from '../../app/plan.ts'
import { commandLine } from '../../errors/command-line.ts'
import { idOf, titleOf, variantName } from '../../domain/exercise/variant.ts'
import { renderReset } from '../../ui/terminal/states.ts'
import type { Command } from '../command.ts'
import { lookAtPlace } from '../own-place.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'

export const reset: Command = {
  summary: 'Puts the starter’s files back. Your files are saved first; your commits and branches stay.',
  usage: variantUsage,
  details: variantDetails,
  options: variantOptions,
  words: 1,
  run: async (context, input) => {
    const target = startedTargetOf(context, input)
    const id = idOf(target)
    const folder = context.workspaces.folder(id)
    const placeLine = lookAtPlace(context.settings.startedIn, folder)
    return context.store.withLock(variantName(id), async () => {
      const saved = await context.snapshots.take(id, 'reset', 'before a reset')
      await context.workspaces.restoreStarter(planFor(context.source, target, folder))
      context.store.record({ event: 'reset', at: context.clock.now().toISOString(), ...id })
      return {
        exitCode: 0,
        json: { ...id, snapshot: saved.id, next: commandLine('next') },
        text: renderReset({ name: titleOf(target), saved: saved.id, place: placeLine() }, context.settings),
      }
    })
  },
}
