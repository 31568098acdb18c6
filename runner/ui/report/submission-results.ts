import type { GradedCase } from '../../domain/class/grading.ts'
import {
  casePoints,
  endingOf,
  gradedCells,
  hundredths,
  jsonText,
  type ClassReport,
  type PlacedCell,
  type ReportFile,
} from './class-report.ts'

/**
 * Gradescope's results.json, one a submission. The score on top is the mark; it goes before the sum of the tests, which
 * knows nothing of gates, lateness and overrides. After Gradescope's "Autograder Specifications", section "Output
 * format".
 */
export const gradescopeFiles = ({ book }: ClassReport): ReportFile[] =>
  gradedCells(book).map((placed) => ({
    path: pathOf('gradescope', placed, 'results.json'),
    text: jsonText(gradescopeValue(placed)),
  }))

function gradescopeValue(placed: PlacedCell) {
  const { cell, exercise, row } = placed
  const points = casePoints(placed)
  return {
    score: cell.final,
    output: remarksOf(placed).join('\n'),
    extra_data: {
      learner: row.learner.id,
      exercise: exercise.slug,
      language: cell.language,
      tree: cell.tree,
      verdict: cell.verdict,
    },
    tests: cell.cases.map((c) => ({
      name: c.sentence,
      number: numberOf(cell.cases, c),
      score: c.status === 'passed' ? points(c.group) : 0,
      max_score: points(c.group),
      status: c.status === 'passed' ? 'passed' : 'failed',
      tags: [c.group],
    })),
  }
}

function remarksOf({ cell }: PlacedCell): string[] {
  const { override } = cell
  return [
    `Verdict: ${cell.verdict}`,
    ...[endingOf(cell)].filter((e) => e !== null),
    ...(cell.lateMinutes > 0
      ? [`Handed in ${cell.lateMinutes} min after the close: ${cell.score} becomes ${cell.afterLate}`]
      : []),
    ...(override ? [`Mark set to ${override.score} by ${override.by}: ${override.why}`] : []),
  ]
}

/** "2.1": the first case of the second group. */
function numberOf(cases: readonly GradedCase[], one: GradedCase): string {
  const groups = [...new Set(cases.map((c) => c.group))]
  return `${groups.indexOf(one.group) + 1}.${cases.filter((c) => c.group === one.group).indexOf(one) + 1}`
}

/**
 * Exercism's results.json, version 3, one a submission; a group of cases is a task. `test_code` stays out: the suites
 * are hidden. After Exercism's "The Test Runner Interface".
 */
export const exercismFiles = ({ book }: ClassReport): ReportFile[] =>
  gradedCells(book).map((placed) => ({
    path: pathOf('exercism', placed, 'results.json'),
    text: jsonText(exercismValue(placed)),
  }))

function exercismValue({ cell }: PlacedCell) {
  const ending = endingOf(cell)
  if (ending !== null) return { version: 3, status: 'error', message: ending, tests: [] }
  const groups = [...new Set(cell.cases.map((c) => c.group))]
  const tests = cell.cases.map((c) => ({
    name: c.sentence,
    status: c.status === 'passed' ? 'pass' : 'fail',
    task_id: groups.indexOf(c.group) + 1,
  }))
  return { version: 3, status: tests.every((t) => t.status === 'pass') ? 'pass' : 'fail', message: null, tests }
}

const pathOf = (format: string, { row, exercise }: PlacedCell, name: string): string =>
  `${format}/${row.learner.id}/${exercise.slug}/${name}`

export interface LearnerPoints {
  title: string
  passed: boolean
  /** Whole numbers; those of a learner's exercises sum to 100. */
  max: number
  points: number
  remark: string
}

/** One set as one assignment, for formats that know nothing finer: an exercise is a test, its weight its points. */
export function learnerPoints({ book: { rules, rows } }: ClassReport, learner: string): LearnerPoints[] {
  const cells = rows.find((r) => r.learner.id === learner)?.cells ?? []
  const counted = rules.exercises.flatMap((exercise, i) =>
    cells[i] && cells[i].state !== 'excused' ? [{ exercise, cell: cells[i] }] : [],
  )
  const shares = wholeShares(counted.map((c) => c.exercise.weight))
  return counted.map(({ exercise, cell }, i) => {
    const max = shares[i] ?? 0
    const remark =
      cell.final === null ? 'nothing handed in that could be graded' : (cell.override?.why ?? endingOf(cell) ?? '')
    return {
      title: exercise.title,
      passed: (cell.final ?? 0) >= rules.passMark,
      max,
      points: hundredths(((cell.final ?? 0) * max) / 100),
      remark,
    }
  })
}

/**
 * Shares out 100 in whole numbers by weight; what is left over goes to the largest remainders, the first of equals
 * first.
 */
export function wholeShares(weights: readonly number[], total = 100): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum === 0) return weights.map(() => 0)
  const exact = weights.map((w) => (w * total) / sum)
  const whole = exact.map(Math.floor)
  const left = total - whole.reduce((a, b) => a + b, 0)
  const order = exact.map((e, i) => ({ i, rest: e - Math.floor(e) })).sort((a, b) => b.rest - a.rest || a.i - b.i)
  for (const { i } of order.slice(0, left)) whole[i] = (whole[i] ?? 0) + 1
  return whole
}
