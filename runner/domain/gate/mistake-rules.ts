import { parseBrief } from '../exercise/brief.ts'
import type { Exercise } from '../exercise/exercise.ts'
import type { Hint } from '../judging/hint.ts'
import { firstRed, type JudgedCase, type Judgement } from '../judging/judge.ts'
import type { ContentProblem } from './content-rules.ts'
import type { TrialResult } from './trial.ts'

/**
 * What the gate demands of wrong answers. A case is worth what it catches: that a requirement is covered is proved by a
 * wrong answer that violates it and fails a case of it, never by the case's own claim.
 */

/** What came of one wrong answer, for listings. */
export interface MistakeResult {
  id: string
  /** At least one scored case is red, or the run is not witnessed. */
  failed: boolean
  /** The hint that a learner would see first; null where none is said with confidence. */
  topHint: string | null
  ok: boolean
}

export function mistakeResult(result: TrialResult): MistakeResult {
  const { id, judgement } = result
  const problems = mistakeProblems(result)
  return { id, failed: isRed(judgement), topHint: shownHint(judgement), ok: problems.length === 0 }
}

/** A wrong answer must be red, for the requirement that it breaks, and its hint must be true of it. */
export function mistakeProblems(result: TrialResult): ContentProblem[] {
  const { id, judgement } = result
  const { breaks, hints } = claimsOf(result)
  const say = (rule: string, message: string): ContentProblem => ({ rule, message, trial: id })
  if (!isRed(judgement)) return [say('mistake-red', `the mistake "${id}" has no red case`)]
  const red = redCases(judgement)
  const isCaught = breaks.length === 0 || red.length === 0 || red.some((c) => c.covers.some((n) => breaks.includes(n)))
  return [
    ...(isCaught
      ? []
      : [say('mistake-cause', `the mistake "${id}" breaks ${list(breaks)}, and no red case covers that: ${ids(red)}`)]),
    ...hintProblems(result, hints).map((message) => say('mistake-hint', message)),
  ]
}

function hintProblems({ id, judgement, wrong }: TrialResult, hints: readonly string[]): string[] {
  const shown = shownHint(judgement)
  if (shown !== null) {
    return hints.includes(shown) ? [] : [`the mistake "${id}" brings up the hint "${shown}", which is not true of it`]
  }
  if (!hints.includes('requirement')) return [`the mistake "${id}" brings up no hint, or its hint below its confidence`]
  const named = firstRed(judgement)?.covers[0]
  const breaks = wrong?.breaks ?? []
  if (named !== undefined && (breaks.length === 0 || breaks.includes(named))) return []
  return [`the mistake "${id}" breaks ${list(breaks)}, and the screen points at requirement ${named ?? 'none'}`]
}

/** Without a head a mistake claims the hint of its own name. */
const claimsOf = ({ id, wrong }: TrialResult): { breaks: readonly number[]; hints: readonly string[] } =>
  wrong ?? { breaks: [], hints: [id] }

/** At least one scored case failed, or the run cannot be counted at all. */
export const isRed = (judgement: Judgement): boolean =>
  judgement.verdict.kind !== 'passed' || redCases(judgement).length > 0

const redCases = ({ cases }: Judgement): JudgedCase[] => cases.filter((c) => c.status === 'failed')

/** The hint that the screen of a check puts first (app/check.ts). */
const shownHint = ({ hints }: Judgement): string | null => hints.find((h) => h.confident)?.id ?? null

/** A hint that nothing brings up is never proved to be right. */
export function reachProblems(hints: readonly Hint[], results: readonly TrialResult[]): ContentProblem[] {
  const reached = new Set(
    results.filter((r) => r.kind === 'mistake' || r.kind === 'starter').map((r) => shownHint(r.judgement)),
  )
  return hints
    .filter((h) => !reached.has(h.id))
    .map((h) => ({ rule: 'hint-reachable', message: `no mistake brings up the hint "${h.id}"` }))
}

/** A case that nothing fails proves nothing. */
export function deadCaseProblems(scored: readonly string[], results: readonly TrialResult[]): ContentProblem[] {
  const trials = results.filter((r) => r.kind === 'mistake' || r.kind === 'starter')
  const failed = new Set(trials.flatMap((r) => redCases(r.judgement).map((c) => c.id)))
  return scored
    .filter((id) => !failed.has(id))
    .map((id) => ({ rule: 'case-alive', message: `no mistake and not the starter fails the case "${id}"` }))
}

/** Each requirement has two wrong answers that a case of it caught, or one where the manifest says it has one clause. */
export function coverageProblems(
  exercise: Exercise,
  brief: string,
  mistakes: readonly TrialResult[],
): ContentProblem[] {
  if (!mistakes.some((m) => (m.wrong?.breaks.length ?? 0) > 0)) return []
  return [...parseBrief(brief).requirements.keys()].flatMap((number) => {
    const wanted = exercise.oneClause?.includes(number) === true ? 1 : 2
    const caught = mistakes.filter((m) => catches(m, number)).length
    if (caught >= wanted) return []
    const message = `${caught} of ${wanted} wrong answers that break requirement ${number} are caught by a case of it`
    return [{ rule: 'coverage-proved', message }]
  })
}

const catches = ({ judgement, wrong }: TrialResult, number: number): boolean =>
  wrong?.breaks.includes(number) === true && redCases(judgement).some((c) => c.covers.includes(number))

const list = (numbers: readonly number[]): string =>
  numbers.length === 0 ? 'no requirement that it names' : `requirement ${numbers.join(', ')}`

const ids = (cases: readonly JudgedCase[]): string => cases.map((c) => c.id).join(', ')
