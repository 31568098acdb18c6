import { isNotOpenYet } from '../domain/sets/set.ts'
import { toldTime } from '../domain/sets/set-time.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { Context } from './context.ts'

/** A set that is not open yet offers nothing; an exercise that is named is a learner's own choice. */
export function requireSetOpen({ usedSet, clock }: Pick<Context, 'usedSet' | 'clock'>): void {
  const set = usedSet()
  if (!set?.opensAt || !isNotOpenYet(set, clock.now().getTime())) return
  throw new RunnerError('set-not-open', { set: set.name, at: toldTime(set.opensAt) })
}
