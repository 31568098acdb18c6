import { idOf, titleOf } from '../../domain/exercise/variant.ts'
import { progressOf, type LanguageProgress } from '../../domain/progress/progress.ts'
import { commandLine } from '../../errors/command-line.ts'
import {
  renderHint,
  renderHintsKeptBack,
  renderNoHint,
  type NoHint,
  type SolutionState,
} from '../../ui/terminal/hint.ts'
import type { Answer, Command } from '../command.ts'
import type { Context } from '../context.ts'
import { solutionRuleFor } from '../solution-rule.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'

export const hint: Command = {
  summary: 'Says more about the mistake of your last check, one level at a time.',
  usage: variantUsage,
  details: variantDetails,
  options: variantOptions,
  words: 1,
  run: async (context, input) => {
    const target = startedTargetOf(context, input)
    const { exercise } = target
    const { slug } = exercise
    const own = progressOf(context.store.load(), idOf(target))
    if (context.hidesHints(slug))
      return { exitCode: 0, json: { slug, hint: null, next: commandLine('check') }, text: renderHintsKeptBack() }
    if (own?.lastAttempt?.verdict === 'passed') return withoutHint(context, slug, 'passed')
    const id = own?.lastHint?.id
    const known = context.source.hints(exercise).find((h) => h.id === id)
    if (!known) return withoutHint(context, slug, whyNone(own?.lastAttempt?.verdict))
    const level = Math.min(3, Math.max(own?.hints[known.id] ?? 1, 1) + 1) as 2 | 3
    context.store.record({
      event: 'hint',
      at: context.clock.now().toISOString(),
      ...idOf(target),
      id: known.id,
      level,
    })
    return {
      exitCode: 0,
      json: { slug, hint: { id: known.id, level, text: known[`L${level}`] }, next: commandLine('next') },
      text: renderHint(titleOf(target), known, level, solutionState(context, slug, own), context.settings),
    }
  },
}

/** Each end of the last check has its own way on; where nothing was judged, no case and no requirement is to blame. */
function whyNone(verdict: string | undefined): NoHint {
  if (verdict === undefined) return 'unchecked'
  return verdict === 'broken' || verdict === 'timed-out' ? verdict : 'unknown'
}

function solutionState(context: Context, slug: string, own: LanguageProgress | undefined): SolutionState {
  if (solutionRuleFor(context, slug, Boolean(own?.passedAt)) !== 'open') return 'kept-back'
  return own?.passedAt || own?.gaveUpAt ? 'open' : 'give-up'
}

function withoutHint({ settings }: Context, slug: string, why: NoHint): Answer {
  const { text, next } = renderNoHint(why, settings)
  return { exitCode: 0, json: { slug, hint: null, next }, text }
}
