import type { TrialKind, WrongAnswer } from '../domain/gate/trial.ts'
import type { Variant } from '../domain/exercise/variant.ts'
import { planFor } from './plan.ts'
import type { CatalogSource, Pass, Solutions, TrialInput } from './ports.ts'

/** One tree that is to be run for a variant; nothing is written yet. */
export interface Trial {
  kind: TrialKind
  id: string
  input: TrialInput
  /** Of a mistake. */
  wrong?: WrongAnswer
}

/** Every trial of a variant in one pass. */
export function trialsOf(source: CatalogSource, kept: Solutions, variant: Variant, pass: Pass): Trial[] {
  const { exercise, language } = variant
  const plan = planFor(source, variant, '')
  const input = (overlays: TrialInput['overlays'], change?: 'emptied'): TrialInput => ({
    ...{ exercise, language, plan, overlays, pass },
    ...(change ? { change } : {}),
  })
  const solutions = kept.in(exercise, language).map(({ kind, id, overlays, hints, breaks }): Trial => {
    const trial = { kind, id, input: input(overlays) }
    return kind === 'mistake' ? { ...trial, wrong: { hints, breaks } } : trial
  })
  if (pass.shuffle) return solutions.filter((t) => t.kind !== 'mistake')
  return [
    { kind: 'starter', id: 'starter', input: input([]) },
    { kind: 'emptied', id: 'emptied', input: input([], 'emptied') },
    ...solutions,
  ]
}
