import { solutionRule } from '../domain/sets/set.ts'
import { toldTime } from '../domain/sets/set-time.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { Context } from './context.ts'

/** The set in use may keep the reference of its exercises back; those outside of it are as usual. */
export function requireSolutionAllowed(
  { usedSet, clock }: Pick<Context, 'usedSet' | 'clock'>,
  slug: string,
  passed: boolean,
): void {
  const set = usedSet()
  if (!set?.exercises.some((e) => e.slug === slug)) return
  const rule = solutionRule(set, passed, clock.now().getTime())
  if (rule === 'open') return
  const when = {
    never: 'never',
    'after-pass': 'after a pass only',
    'after-close': `after ${set.closesAt === null ? 'the close' : toldTime(set.closesAt)} only`,
  }[rule]
  throw new RunnerError('solution-held-back', { set: set.name, slug, when })
}
