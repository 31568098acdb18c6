import type { Language } from '../exercise/exercise.ts'
import { isSpent, statesThatCount } from './grade-plan.ts'
import type { GradedCase, GradedResult, Rejection, SubmittedWork } from './grading.ts'

export type CellState = 'graded' | 'missing' | 'rejected' | 'system-error' | 'not-graded' | 'excused'

/** One exercise of one learner. Blank is null, never zero. */
export interface Cell {
  slug: string
  state: CellState
  /** Out of 100, before anything is taken off; a broken or timed-out run is worth 0. */
  score: number | null
  /** Minutes after the close; 0 when in time, which is within the grace, too. */
  lateMinutes: number
  afterLate: number | null
  override: CellOverride | null
  /** The mark: the override, else what the late policy left. */
  final: number | null
  verdict: GradedResult['verdict']
  language: Language | null
  tree: string | null
  /** When the counted state was made. */
  at: string | null
  /** Taken from the learner's own journal. */
  attempts: number
  hintsUsed: string[]
  minutesToPass: number | null
  cases: GradedCase[]
  mistakes: string[]
  /** `none`: the counted run was made with --unsafe. */
  sandbox: GradedResult['sandbox'] | null
  /** Why there is no score: the rejection or the fault, in a sentence. */
  problem: string | null
  /** A result is still to come that could change the mark. */
  open: boolean
  /** States that were not run because too many others of this exercise ran into their time limit. */
  leftOut: number
}

export interface CellOverride {
  /** null for an excused cell. */
  score: number | null
  excused: boolean
  by: string
  why: string
  at: string
}

/** What the late policy makes of a score that was handed in at a moment. */
export type LatePenalty = (score: number, at: string) => { minutes: number; score: number }

interface CellInput {
  slug: string
  rules: { attempts: 'best' | 'last'; inTimeUntil: string | null }
  works: readonly SubmittedWork[]
  /** Results by the name that workName() gives. */
  results: ReadonlyMap<string, GradedResult>
  rejections: readonly Rejection[]
  override: CellOverride | null
  late: LatePenalty
}

interface Candidate {
  work: SubmittedWork
  result: GradedResult | null
  score: number | null
  lateMinutes: number
  afterLate: number | null
}

/** Decides which handed-in state counts, and what it is worth. */
export function cellOf(input: CellInput): Cell {
  const { slug, rules, override } = input
  const candidates = statesThatCount(input.works, rules.attempts, rules.inTimeUntil).map((work) =>
    candidate(work, input),
  )
  const best = bestOf(candidates)
  const counted = best ?? candidates.find((c) => c.result !== null) ?? candidates.at(-1) ?? null
  const state = override?.excused ? 'excused' : stateOf(counted, rejectionOf(input))
  const { leftOut, waiting } = withoutScore(input, candidates, best)
  return {
    slug,
    state,
    score: counted?.score ?? null,
    lateMinutes: counted?.lateMinutes ?? 0,
    afterLate: counted?.afterLate ?? null,
    override,
    final: override ? override.score : (counted?.afterLate ?? null),
    ...factsOf(counted),
    problem: problemOf(counted, waiting, rejectionOf(input)),
    open: override === null && waiting.length > 0,
    leftOut: leftOut.length,
  }
}

/** The first of equals, so that a later state of the same worth changes nothing. */
const bestOf = (candidates: readonly Candidate[]): Candidate | null =>
  candidates
    .filter((c) => c.score !== null)
    .reduce<Candidate | null>((a, b) => (a !== null && (a.afterLate ?? 0) >= (b.afterLate ?? 0) ? a : b), null)

/** States without a score that could be worth more than the best one: those that are not run any more, and the others. */
function withoutScore(
  { late }: CellInput,
  candidates: readonly Candidate[],
  best: Candidate | null,
): { leftOut: Candidate[]; waiting: Candidate[] } {
  const promising = candidates.filter((c) => c.score === null && late(100, c.work.at).score > (best?.afterLate ?? -1))
  const spent = isSpent(candidates.flatMap((c) => c.result ?? []))
  const leftOut = spent ? promising.filter((c) => c.result === null) : []
  return { leftOut, waiting: promising.filter((c) => !leftOut.includes(c)) }
}

function candidate(work: SubmittedWork, { results, late }: CellInput): Candidate {
  const result = results.get(workName(work)) ?? null
  const score = result?.outcome === 'graded' ? (result.score ?? 0) : null
  const { minutes, score: afterLate } = late(score ?? 0, work.at)
  return { work, result, score, lateMinutes: minutes, afterLate: score === null ? null : afterLate }
}

/** Names one handed-in state, in a result and in a submission alike. */
export const workName = ({
  learner,
  slug,
  language,
  tree,
}: Pick<SubmittedWork, 'learner' | 'slug' | 'language' | 'tree'>): string => `${learner} ${slug} ${language} ${tree}`

/** The rejection of this very exercise, else of the submission as a whole. */
const rejectionOf = ({ rejections, slug }: CellInput): Rejection | null =>
  rejections.find((r) => r.slug === slug) ?? rejections.find((r) => r.slug === null) ?? null

function stateOf(counted: Candidate | null, rejection: Rejection | null): CellState {
  if (counted === null) return rejection ? 'rejected' : 'missing'
  if (counted.result === null) return 'not-graded'
  return counted.result.outcome === 'graded' ? 'graded' : 'system-error'
}

function problemOf(
  counted: Candidate | null,
  waiting: readonly Candidate[],
  rejection: Rejection | null,
): string | null {
  const fault = waiting.find((c) => c.result !== null)
  if (fault) return fault.result?.problem ?? 'no reason given'
  if (counted !== null) return null
  return rejection ? `${rejection.rule}: ${rejection.message}` : null
}

const noWork = { language: null, tree: null, at: null, attempts: 0, hintsUsed: [], minutesToPass: null }
const noResult = { verdict: null, cases: [], mistakes: [], sandbox: null }

const factsOf = (counted: Candidate | null) => ({
  ...workFacts(counted?.work ?? null),
  ...resultFacts(counted?.result ?? null),
})

function workFacts(work: SubmittedWork | null) {
  if (work === null) return noWork
  const { language, tree, at, attempts, hintsUsed, minutesToPass } = work
  return { language, tree, at, attempts, hintsUsed, minutesToPass }
}

function resultFacts(result: GradedResult | null) {
  if (result === null) return noResult
  const { verdict, cases, mistakes, sandbox } = result
  return { verdict, cases, mistakes, sandbox }
}
