import { csvText, type CsvValue } from '../../domain/class/gradebook-csv.ts'
import type { Row } from '../../domain/class/gradebook.ts'
import { jsonText, type ClassReport, type ReportFile } from './class-report.ts'
import { learnerPoints, wholeShares } from './submission-results.ts'

/**
 * Columns of the file that GitHub Classroom gave out as "Download grades"; they are those of its "assignment grades"
 * API.
 */
export const githubGradeColumns = [
  'assignment_name',
  'assignment_url',
  'starter_code_url',
  'github_username',
  'roster_identifier',
  'student_repository_name',
  'student_repository_url',
  'submission_timestamp',
  'points_awarded',
  'points_available',
] as const

/** One line a learner; points are blank, not 0, where nothing was handed in or a result is still to come. */
export function githubGradesCsv({ book: { rules, rows } }: ClassReport): string {
  const lines = rows.map(({ learner, cells, total }): CsvValue[] => {
    const handedIn = lastInstant(cells.map((c) => c.at))
    return [
      rules.title,
      '',
      '',
      learner.github,
      learner.id,
      repositoryName(learner.remote),
      learner.remote,
      handedIn === null ? null : `${handedIn.slice(0, 10)} ${handedIn.slice(11, 19)} UTC`,
      total.incomplete ? null : total.points,
      100,
    ]
  })
  return csvText([githubGradeColumns, ...lines])
}

/**
 * `.github/classroom/autograding.json` for a template repository of GitHub Classroom: each exercise of the set is a
 * test that runs `check`, with the set's weights as points. Fields after the action "GitHub Classroom Autograding".
 */
export function autogradingJson({ book: { rules } }: ClassReport): string {
  const points = wholeShares(rules.exercises.map((e) => e.weight))
  const tests = rules.exercises.map(({ slug, title }, i) => ({
    name: title,
    setup: '',
    run: `npm run -s check -- ${slug}`,
    input: '',
    output: '',
    comparison: 'included',
    timeout: 10,
    points: points[i] ?? 0,
  }))
  return jsonText({ tests })
}

/** Result of a learner as GitHub Classroom's "Autograding Reporter" takes it from a runner (there in Base64). */
export const githubResultFiles = (report: ClassReport): ReportFile[] =>
  wholeRows(report).map(({ learner }) => ({
    path: `github-classroom/${learner.id}.json`,
    text: jsonText(githubResult(report, learner.id)),
  }))

function githubResult(report: ClassReport, learner: string) {
  const tests = learnerPoints(report, learner).map(({ title, passed, points, remark }) => ({
    name: title,
    status: passed ? 'pass' : 'fail',
    score: points,
    line_no: 0,
    ...(remark === '' ? {} : { message: remark }),
  }))
  return { version: 1, status: tests.every((t) => t.status === 'pass') ? 'pass' : 'fail', max_score: 100, tests }
}

/**
 * Classroom 50's result.json ("classroom50/result/v1"), one a learner, the set being the assignment. Only its own
 * releases have links; where there is none, it writes the submission's tag in their place, and so do we.
 */
export const classroom50Files = (report: ClassReport): ReportFile[] =>
  wholeRows(report).map((row) => ({
    path: `classroom50/${row.learner.id}/result.json`,
    text: jsonText(classroom50Result(report, row)),
  }))

function classroom50Result(report: ClassReport, { learner, cells }: Row) {
  const { rules } = report.book
  const at = `${(lastInstant(cells.map((c) => c.at)) ?? '1970-01-01T00:00:00').slice(0, 19)}Z`
  const tree =
    cells
      .find((c) => c.tree !== null)
      ?.tree?.replace('tree-', '')
      .slice(0, 7) ?? 'manual'
  const submission = `submit/${at.replaceAll(':', '-')}-${tree}`
  // Whole points only; rounded here, so that the sum is the score by its own rule.
  const tests = learnerPoints(report, learner.id).map(({ title, passed, max, points, remark }) => ({
    'test-name': title,
    passed,
    score: Math.min(max, Math.round(points)),
    'max-score': max,
    ...(remark === '' ? {} : { message: remark }),
  }))
  return {
    schema: 'classroom50/result/v1',
    classroom: rules.id,
    assignment: rules.id,
    assignment_type: 'individual',
    owner: learner.github === '' ? learner.id : learner.github,
    submission,
    commit: submission,
    release: submission,
    review: submission,
    datetime: at,
    score: tests.reduce((sum, t) => sum + t.score, 0),
    'max-score': tests.reduce((sum, t) => sum + t['max-score'], 0),
    tests,
  }
}

/** Learners whose total stands: these formats have no word for "blank" or "still to come". */
export const wholeRows = ({ book: { rows } }: ClassReport): Row[] =>
  rows.filter((r) => r.total.points !== null && !r.total.incomplete)

/** The latest of some instants, in UTC, whatever zone each was written in. */
function lastInstant(instants: readonly (string | null)[]): string | null {
  const times = instants.filter((i) => i !== null).map((i) => Date.parse(i))
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString()
}

const repositoryName = (remote: string): string => /([^/:]+?)(\.git)?\/?$/.exec(remote)?.[1] ?? ''
