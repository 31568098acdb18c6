import { planFor } from '../../app/plan.ts'
import { idOf, titleOf, variantName } from '../../domain/exercise/variant.ts'
import { progressOf } from '../../domain/progress/progress.ts'
import { stateToGoBackTo } from '../../domain/progress/undo.ts'
import { commandLine } from '../../errors/command-line.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderUndo } from '../../ui/terminal/states.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { lookAtPlace } from '../own-place.ts'
import { targetOf, variantDetails, variantOptions } from '../current.ts'
import type { Target } from '../../app/target.ts'

export const undo: Command = {
  summary: 'Brings an earlier state of your files back. The present state is saved first.',
  usage: '[slug] [--lang L] [--to N]',
  details: [...variantDetails, '--to      the number of a state that history lists; without it, one state back'],
  options: { ...variantOptions, to: { type: 'string' } },
  words: 1,
  run: (context, input) => {
    const target = targetOf(context, input)
    return context.store.withLock(variantName(idOf(target)), () => goBack(context, target, input))
  },
}

async function goBack(context: Context, variant: Target, { options }: Input): Promise<Answer> {
  const id = idOf(variant)
  const { slug } = id
  const folder = context.workspaces.folder(id)
  const placeLine = lookAtPlace(context.settings.startedIn, folder)
  if ((await context.snapshots.list(id)).length === 0) throw new RunnerError('nothing-to-undo', { slug })
  // An emptied workspace gets its starter back, and its repository, before the saved files are laid over it.
  const deleted = context.workspaces.isEmptied(id)
  const present = deleted ? null : await context.snapshots.take(id, 'undo', 'before an undo')
  const states = await context.snapshots.list(id)
  const own = progressOf(context.store.load(), id)
  const wanted = typeof options['to'] === 'string' ? options['to'] : null
  const target =
    wanted === null
      ? stateToGoBackTo(states, present?.id ?? null, own?.undoneTo ?? null)
      : states.find((s) => s.id === wanted)
  if (!target)
    throw wanted === null
      ? new RunnerError('nothing-to-undo', { slug })
      : new RunnerError('unknown-snapshot', { slug, snapshot: wanted })
  const now = planFor(context.source, variant, folder)
  const plan = context.workspaces.keptPlan(now) ?? now
  if (deleted) await context.workspaces.apply(plan)
  const movedAside = await context.snapshots.restore(id, target.id)
  await context.workspaces.mark(plan)
  context.store.record({ event: 'undone', at: context.clock.now().toISOString(), ...id, state: target.id })
  const saved = present?.id ?? null
  return {
    exitCode: 0,
    json: { ...id, restored: target.id, saved, movedAside, next: commandLine('next') },
    text: renderUndo(
      { name: titleOf(variant), state: target, saved, movedAside, place: placeLine(), now: context.clock.now() },
      context.settings,
    ),
  }
}
