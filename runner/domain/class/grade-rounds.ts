import { isSpent, jobOf, planOf, type Conditions, type GradePlan } from './grade-plan.ts'
import type { LatePenalty } from './gradebook-cell.ts'
import type { GradedResult, SubmittedWork } from './grading.ts'

/** States of one learner's exercise that are graded in one go, once its most promising one is known. */
const statesAtOnce = 3

export interface Rounds {
  /** Results that stand already under these conditions, in the order of the works. */
  known: GradedResult[]
  /** What to grade next, told what has been graded since the rounds were opened. Without a job: nothing is left. */
  next: (fresh: readonly GradedResult[]) => GradePlan
}

/** Works under some conditions, each learner's oldest first, round by round. A fault of ours among `before` is tried again, one among `fresh` is not. */
export function openRounds(
  works: readonly SubmittedWork[],
  before: readonly GradedResult[],
  conditions: Conditions,
  late: LatePenalty,
): Rounds {
  const jobs = new Map(works.map((work) => [work, jobOf(work, conditions)]))
  const jobOfWork = (work: SubmittedWork) => jobs.get(work) ?? jobOf(work, conditions)
  const nameOf = (r: { key: string; learner: string }): string => `${r.key} ${r.learner}`
  const done = new Map(before.filter((r) => r.outcome === 'graded').map((r) => [nameOf(r), r]))
  const resultOf = (work: SubmittedWork) => done.get(nameOf({ key: jobOfWork(work).key, learner: work.learner }))
  return {
    known: [...new Set(works.flatMap((work) => resultOf(work) ?? []))],
    next: (fresh) => {
      for (const result of fresh) done.set(nameOf(result), result)
      return planOf(nextRound(works, resultOf, late), jobOfWork)
    },
  }
}

/**
 * The states to be graded next. The one that is worth most comes first, the newest of equals, and then the others, as long as
 * they can raise the mark: of a hundred states most never have to run. Whoever hands in an endless loop a hundred times takes
 * the time of three. Empty when nothing is left to be graded.
 */
export function nextRound(
  works: readonly SubmittedWork[],
  resultOf: (work: SubmittedWork) => GradedResult | undefined,
  late: LatePenalty,
): SubmittedWork[] {
  const cells = Map.groupBy(works, (work) => `${work.learner} ${work.slug}`)
  return [...cells.values()].flatMap((states) => nextOfCell(states, resultOf, late))
}

function nextOfCell(
  states: readonly SubmittedWork[],
  resultOf: (work: SubmittedWork) => GradedResult | undefined,
  late: LatePenalty,
): SubmittedWork[] {
  const known = states.flatMap((work) => {
    const result = resultOf(work)
    return result ? [{ work, result }] : []
  })
  if (isSpent(known.map((k) => k.result))) return []
  const best = Math.max(-1, ...known.flatMap(({ work, result }) => pointsOf(result, work, late)))
  const promising = states
    .filter((work) => resultOf(work) === undefined && late(100, work.at).score > best)
    // The works are in the order in which they were made; sorting keeps it among equals.
    .reverse()
    .sort((a, b) => late(100, b.at).score - late(100, a.at).score)
  return promising.slice(0, known.length === 0 ? 1 : statesAtOnce)
}

const pointsOf = (result: GradedResult, work: SubmittedWork, late: LatePenalty): number[] =>
  result.outcome === 'graded' ? [late(result.score ?? 0, work.at).score] : []
