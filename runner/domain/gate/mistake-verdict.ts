import type { Judgement } from '../judging/judge.ts'
import type { ContentProblem } from './content-rules.ts'
import { requirementHint } from './mistake-head.ts'

/** What a run says about a mistake: it must be red, and the hint that a learner would read must be true of it. */
export interface MistakeVerdict {
  /** At least one scored case is red, or the run is not witnessed. */
  failed: boolean
  /** The first hint that is confident, else the first one; null where there is none. */
  topHint: string | null
  /** The top hint is said as a recommendation. */
  confident: boolean
  ok: boolean
}

/** @param hints the hints that are true of the mistake, or `requirement` where none may be said with confidence */
export function judgeMistake(
  { verdict, cases, hints: chosen }: Pick<Judgement, 'verdict' | 'cases' | 'hints'>,
  hints: readonly string[],
): MistakeVerdict {
  const failed = verdict.kind !== 'passed' || cases.some((c) => c.status === 'failed')
  const said = chosen.find((h) => h.confident)
  const top = said ?? chosen[0]
  const isTrue = hints.includes(requirementHint) ? said === undefined : said !== undefined && hints.includes(said.id)
  return { failed, topHint: top?.id ?? null, confident: said !== undefined, ok: failed && isTrue }
}

/** Why a mistake does not hold, in words; null where it does. */
export function verdictProblem(
  id: string,
  hints: readonly string[],
  { failed, topHint, confident, ok }: MistakeVerdict,
): ContentProblem | null {
  if (ok) return null
  if (!failed) return { rule: 'mistake-red', message: `the mistake "${id}" has no red case` }
  const wanted = hints.includes(requirementHint) ? 'no hint of ours is true of it' : `true of it: ${hints.join(', ')}`
  return { rule: 'mistake-hint', message: `the mistake "${id}" brings up ${seenHint(topHint, confident)}; ${wanted}` }
}

function seenHint(topHint: string | null, confident: boolean): string {
  if (topHint === null) return 'no hint'
  return confident ? `the hint "${topHint}"` : `the hint "${topHint}" below its confidence`
}
