import { classExercises, type PlannedLearner, type PlannedWork } from './class-plan.ts'
import { delayOf } from './hand-in.ts'
import { solutionOf } from './class-files.ts'
import { latePolicy } from './hand-in.ts'

/** The gradebook that a generated class must get: worked out from the plan, with nothing of what grades or counts. */

export interface ExpectedCell {
  slug: string
  state: 'graded' | 'missing' | 'rejected'
  language: string | null
  score: number | null
  lateMinutes: number
  final: number | null
}

export interface ExpectedRow {
  id: string
  cells: ExpectedCell[]
  points: number | null
  blank: number
  passed: boolean
}

/** Points of a solution, a mistake among them, out of 100. */
export type PointsOf = (slug: string, language: string, solution: string) => number

const passMark = 60

export function expectedRow(learner: PlannedLearner, pointsOf: PointsOf): ExpectedRow {
  const cells = classExercises.map(({ slug }, i) => cellOf(learner, slug, learner.works[i], pointsOf))
  const all = classExercises.reduce((sum, e) => sum + e.weight, 0)
  const earned = cells.reduce((sum, cell, i) => sum + (classExercises[i]?.weight ?? 0) * (cell.final ?? 0), 0)
  const blank = cells.filter((cell) => cell.final === null).length
  const points = blank === cells.length ? null : Math.round((earned / all) * 100) / 100
  return { id: learner.id, cells, points, blank, passed: points !== null && points >= passMark }
}

function cellOf(
  { form }: PlannedLearner,
  slug: string,
  work: PlannedWork | undefined,
  pointsOf: PointsOf,
): ExpectedCell {
  const blank = { slug, language: null, score: null, lateMinutes: 0, final: null }
  if (form === 'junk' || form === 'void') return { ...blank, state: 'rejected' }
  if (!work || work.kind === 'missing') return { ...blank, state: 'missing' }
  if (work.kind === 'linked') return { ...blank, state: 'rejected' }
  return { slug, state: 'graded', language: work.language, ...marksOf(work, pointsOf) }
}

function marksOf(work: PlannedWork, pointsOf: PointsOf): Pick<ExpectedCell, 'score' | 'lateMinutes' | 'final'> {
  const { minutes, percent } = delayOf(work)
  // What comes within the grace is in time.
  const lateMinutes = minutes <= latePolicy.graceMinutes ? 0 : minutes
  const late = { score: 100, lateMinutes, final: 100 - percent }
  switch (work.kind) {
    case 'exits':
    case 'kills':
    case 'endless':
    case 'empty':
    case 'broken':
      return { score: 0, lateMinutes: 0, final: 0 }
    case 'late':
    case 'set-back':
      return late
    case 'right':
    case 'other':
      return { score: 100, lateMinutes: 0, final: 100 }
    default: {
      const points = pointsOf(work.slug, work.language, solutionOf(work))
      // The better of two states counts, after what being late costs.
      return work.kind === 'late-better' && late.final > points
        ? late
        : { score: points, lateMinutes: 0, final: points }
    }
  }
}
