import { solutionRule } from '../domain/sets/set.ts'
import { toldTime } from '../domain/sets/set-time.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { Context } from './context.ts'

type Rules = Pick<Context, 'usedSet' | 'clock'>
type SolutionRule = ReturnType<typeof solutionRule>

/** Whether the set in use lets the reference of an exercise be seen now; those outside of it are always open. */
export function solutionRuleFor({ usedSet, clock }: Rules, slug: string, passed: boolean): SolutionRule {
  const set = usedSet()
  if (!set?.exercises.some((e) => e.slug === slug)) return 'open'
  return solutionRule(set, passed, clock.now().getTime())
}

/** The set in use may keep the reference of its exercises back; those outside of it are as usual. */
export function requireSolutionAllowed(context: Rules, slug: string, passed: boolean): void {
  const rule = solutionRuleFor(context, slug, passed)
  const set = context.usedSet()
  if (rule === 'open' || !set) return
  const when = {
    never: 'never',
    'after-pass': 'after a pass only',
    'after-close': `after ${set.closesAt === null ? 'the close' : toldTime(set.closesAt)} only`,
  }[rule]
  throw new RunnerError('solution-held-back', { set: set.name, slug, when })
}
