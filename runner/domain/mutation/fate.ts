import type { TrialResult } from '../gate/trial.ts'

/**
 * What became of a mutant. `unclear`: the run ended early and no case that counts is red, so a probe has ended it; the
 * whole suite has to say.
 */
export type Fate = 'killed' | 'survived' | 'invalid' | 'unclear'

/** A mutant is killed by a red case or a run that is no verdict, and invalid where it never came to the suite. */
export function fateOf({ judgement, declared }: Pick<TrialResult, 'judgement' | 'declared'>, early: boolean): Fate {
  const { verdict, cases } = judgement
  if (declared === null) return 'invalid'
  if (cases.some((c) => c.status === 'failed')) return 'killed'
  if (verdict.kind === 'passed') return 'survived'
  const isCut = verdict.kind === 'broken' && verdict.reason === 'cases-missing'
  return early && isCut ? 'unclear' : 'killed'
}
