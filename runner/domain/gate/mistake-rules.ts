import { parseBrief } from '../exercise/brief.ts'
import type { Exercise } from '../exercise/exercise.ts'
import type { Hint } from '../judging/hint.ts'
import { blamedBy, firstRed, type JudgedCase, type Judgement } from '../judging/judge.ts'
import type { ContentProblem } from './content-rules.ts'
import { requirementHint } from './mistake-head.ts'
import { judgeMistake, verdictProblem } from './mistake-verdict.ts'
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
  /** The first hint that is confident, else the first one; null where there is none. */
  topHint: string | null
  ok: boolean
}

export function mistakeResult(result: TrialResult): MistakeResult {
  const { failed, topHint } = judgeMistake(result.judgement, claimsOf(result).hints)
  return { id: result.id, failed, topHint, ok: mistakeProblems(result).length === 0 }
}

/** A wrong answer must be red, for a requirement that it breaks, and its hint must be true of it. */
export function mistakeProblems(result: TrialResult): ContentProblem[] {
  const { id, judgement } = result
  const { breaks, hints } = claimsOf(result)
  const verdict = judgeMistake(judgement, hints)
  const told = verdictProblem(id, hints, verdict)
  const found = told === null ? pointsElsewhere(result) : [told]
  const causes = verdict.failed ? caughtElsewhere(id, judgement, breaks) : []
  return [...causes, ...found].map((p) => ({ ...p, trial: id }))
}

/** A case that is red for another reason proves nothing about what the answer breaks. */
function caughtElsewhere(id: string, judgement: Judgement, breaks: readonly number[]): ContentProblem[] {
  const red = redCases(judgement)
  if (breaks.length === 0 || red.length === 0 || red.some((c) => c.covers.some((n) => breaks.includes(n)))) return []
  const message = `the mistake "${id}" breaks ${list(breaks)}, which no red case covers: ${ids(red)}`
  return [{ rule: 'mistake-cause', message }]
}

/** Where no hint of ours fits, the screen names a requirement instead: one that is broken. */
function pointsElsewhere(result: TrialResult): ContentProblem[] {
  const { id, judgement } = result
  const { breaks, hints } = claimsOf(result)
  if (!hints.includes(requirementHint) || breaks.length === 0) return []
  const red = firstRed(judgement)
  const named = red && blamedBy(red)
  if (named !== null && breaks.includes(named)) return []
  const message = `the mistake "${id}" breaks ${list(breaks)}, and the screen points at requirement ${named ?? 'none'}`
  return [{ rule: 'mistake-hint', message }]
}

/** Without a head a mistake claims the hint of its own name. */
const claimsOf = ({ id, wrong }: TrialResult): { breaks: readonly number[]; hints: readonly string[] } =>
  wrong ?? { breaks: [], hints: [id] }

/** At least one scored case failed, or the run cannot be counted at all. */
export const isRed = (judgement: Judgement): boolean => judgeMistake(judgement, []).failed

const redCases = ({ cases }: Judgement): JudgedCase[] => cases.filter((c) => c.status === 'failed')

/** A hint that nothing brings up is never proved to be right. */
export function reachProblems(hints: readonly Hint[], results: readonly TrialResult[]): ContentProblem[] {
  const trials = results.filter((r) => r.kind === 'mistake' || r.kind === 'starter')
  const reached = new Set(trials.map(({ judgement }) => judgement.hints.find((h) => h.confident)?.id))
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

/**
 * Requirements that too few wrong answers prove to be covered: two that a case of it caught, or one where the manifest says
 * that it has one clause. It is told as what is left to do; most exercises are older than this rule.
 */
export function thinRequirements(exercise: Exercise, brief: string, results: readonly TrialResult[]): number[] {
  const mistakes = results.filter((r) => r.kind === 'mistake')
  return [...parseBrief(brief).requirements.keys()].filter((number) => {
    const wanted = exercise.oneClause?.includes(number) === true ? 1 : 2
    return mistakes.filter((m) => catches(m, number)).length < wanted
  })
}

const catches = ({ judgement, wrong }: TrialResult, number: number): boolean =>
  wrong?.breaks.includes(number) === true && redCases(judgement).some((c) => c.covers.includes(number))

const list = (numbers: readonly number[]): string => `requirement ${numbers.join(', ')}`

const ids = (cases: readonly JudgedCase[]): string => cases.map((c) => c.id).join(', ')
