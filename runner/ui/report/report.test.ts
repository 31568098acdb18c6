import { expect, test } from 'vitest'
import { parseCsv } from '../../domain/class/gradebook-csv.ts'
import { githubGradeColumns } from './classroom-results.ts'
import { formatNames, isFormat, reportFiles } from './formats.ts'
import { reportFixture } from './report-fixtures.ts'
import {
  autogradingSchema,
  classroom50Schema,
  ctrfSchema,
  exercismSchema,
  githubResultSchema,
  gradebookSchema,
  gradescopeSchema,
  schemaProblems,
} from './schema-fixtures.ts'
import { wholeShares } from './submission-results.ts'

const files = new Map(reportFiles(reportFixture(), formatNames).map((f) => [f.path, f.text]))
const textOf = (path: string): string => files.get(path) ?? `no file ${path}`
const jsonOf = (path: string) => JSON.parse(textOf(path))
const pathsLike = (pattern: RegExp): string[] => [...files.keys()].filter((p) => pattern.test(p))

/** Rows of a CSV by the name of their column. */
const records = (path: string): Record<string, string>[] => {
  const [head = [], ...rows] = parseCsv(textOf(path))
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] ?? ''])))
}

test('all formats together write these files', () => {
  expect([...files.keys()].sort()).toEqual([
    'autograding.json',
    ...['ada', 'ben', 'cyd', 'zed'].map((l) => `classroom50/${l}/result.json`),
    'ctrf.json',
    ...['ada/first', 'ada/second', 'ben/first', 'ben/second', 'cyd/first', 'eve/second', 'zed/first'].map(
      (p) => `exercism/${p}/results.json`,
    ),
    'github-classroom-grades.csv',
    ...['ada', 'ben', 'cyd', 'zed'].map((l) => `github-classroom/${l}.json`),
    'gradebook.csv',
    'gradebook.json',
    ...['ada/first', 'ada/second', 'ben/first', 'ben/second', 'cyd/first', 'eve/second', 'zed/first'].map(
      (p) => `gradescope/${p}/results.json`,
    ),
    'junit.xml',
    'report.html',
  ])
  expect(isFormat('toString')).toBe(false)
})

test('the same class gives the same bytes', () => {
  expect(reportFiles(reportFixture(), formatNames)).toEqual([...files].map(([path, text]) => ({ path, text })))
})

test('gradebook.json keeps to its format', () => {
  expect(schemaProblems(gradebookSchema, jsonOf('gradebook.json'))).toEqual([])
})

test('gradebook.csv: blank is blank, 0 is 0, an incomplete total is blank, no cell is a formula', () => {
  const [ada, ben, cyd, dan, eve, zed] = records('gradebook.csv')
  expect(ada).toMatchObject({
    id: 'ada',
    total: '86.25',
    passed: 'yes',
    first: '90',
    'first:raw': '100',
    'first:late_minutes': '90',
    second: '85',
  })
  expect(ben).toMatchObject({ name: '\'=HYPERLINK("evil")', first: '40', second: '0', 'second:state': 'graded' })
  expect(cyd).toMatchObject({
    first: '75',
    'first:raw': '60',
    'first:override_by': 'Prof. Lee',
    second: '',
    'second:state': 'rejected',
    'second:late_minutes': '',
  })
  expect(dan).toMatchObject({ total: '', passed: 'no', first: '', second: '', 'first:state': 'missing' })
  expect(eve).toMatchObject({
    total: '',
    points_so_far: '75',
    passed: 'yes',
    incomplete: 'yes',
    first: '',
    'first:state': 'system-error',
  })
  expect(zed).toMatchObject({ in_roster: 'no' })
  expect(textOf('gradebook.csv').split('\r\n')).toHaveLength(8)
})

test('each results.json of Gradescope has the documented fields, and the mark on top', () => {
  for (const path of pathsLike(/^gradescope/))
    expect([path, ...schemaProblems(gradescopeSchema, jsonOf(path))]).toEqual([path])
  expect(jsonOf('gradescope/ada/first/results.json')).toMatchObject({
    score: 90,
    output: 'Verdict: passed\nHanded in 90 min after the close: 100 becomes 90',
    tests: [
      { name: 'it does thing 1', number: '1.1', score: 30, max_score: 30, status: 'passed', tags: ['main'] },
      { number: '1.2', score: 30, max_score: 30 },
      { number: '2.1', score: 40, max_score: 40, tags: ['edge'] },
    ],
  })
  expect(jsonOf('gradescope/cyd/first/results.json').output).toContain('Mark set to 75 by Prof. Lee')
  expect(jsonOf('gradescope/ben/second/results.json')).toMatchObject({ score: 0, tests: [] })
})

test('each results.json of Exercism is version 3; a broken run is an error with a message', () => {
  for (const path of pathsLike(/^exercism/))
    expect([path, ...schemaProblems(exercismSchema, jsonOf(path))]).toEqual([path])
  expect(jsonOf('exercism/ada/first/results.json')).toMatchObject({
    status: 'pass',
    message: null,
    tests: [{ task_id: 1, status: 'pass' }, { task_id: 1 }, { task_id: 2 }],
  })
  expect(jsonOf('exercism/ben/first/results.json').status).toBe('fail')
  expect(jsonOf('exercism/ben/second/results.json')).toEqual({
    version: 3,
    status: 'error',
    message: expect.stringContaining('broke'),
    tests: [],
  })
})

test("GitHub Classroom's grades have its columns; what has no mark is blank", () => {
  expect(parseCsv(textOf('github-classroom-grades.csv'))[0]).toEqual([...githubGradeColumns])
  const [ada, ben, , dan, eve] = records('github-classroom-grades.csv')
  expect(ada).toMatchObject({
    assignment_name: 'Week 1',
    github_username: 'ada-gh',
    roster_identifier: 'ada',
    student_repository_name: 'week-1-ada',
    student_repository_url: 'https://git.example/class/week-1-ada.git',
    submission_timestamp: '2026-03-02 01:30:00 UTC',
    points_awarded: '86.25',
    points_available: '100',
  })
  expect([ben?.points_awarded, dan?.points_awarded, eve?.points_awarded]).toEqual(['10', '', ''])
  expect(dan?.submission_timestamp).toBe('')
})

test("GitHub Classroom's autograding.json runs each exercise; its points sum to 100", () => {
  const value = jsonOf('autograding.json')
  expect(schemaProblems(autogradingSchema, value)).toEqual([])
  expect(value.tests.map((t: { run: string; points: number }) => [t.run, t.points])).toEqual([
    ['npm run -s check -- first', 25],
    ['npm run -s check -- second', 75],
  ])
})

test("results for GitHub Classroom's reporter sum to the learner's total", () => {
  for (const path of pathsLike(/^github-classroom\//))
    expect([path, ...schemaProblems(githubResultSchema, jsonOf(path))]).toEqual([path])
  const ada = jsonOf('github-classroom/ada.json')
  expect(ada.tests.map((t: { score: number }) => t.score)).toEqual([22.5, 63.75])
  expect(jsonOf('github-classroom/cyd.json').tests[1]).toMatchObject({
    status: 'fail',
    score: 0,
    message: 'nothing handed in that could be graded',
  })
})

test('results for Classroom 50 keep to classroom50/result/v1, also where a schema cannot say it', () => {
  for (const path of pathsLike(/^classroom50/)) {
    const value = jsonOf(path)
    expect([path, ...schemaProblems(classroom50Schema, value)]).toEqual([path])
    expect(value.score).toBe(value.tests.reduce((sum: number, t: { score: number }) => sum + t.score, 0))
    expect(value['max-score']).toBe(100)
    expect(value.tests.every((t: Record<string, number>) => (t['score'] ?? 1) <= (t['max-score'] ?? 0))).toBe(true)
  }
  expect(jsonOf('classroom50/ada/result.json')).toMatchObject({
    owner: 'ada-gh',
    assignment: 'week-1',
    datetime: '2026-03-02T01:30:00Z',
    score: 87,
  })
  expect(jsonOf('classroom50/ben/result.json').owner).toBe('ben')
})

test('ctrf.json keeps to the CTRF schema; its counts add up; a fault of ours is "other"', () => {
  const value = jsonOf('ctrf.json')
  expect(schemaProblems(ctrfSchema, value)).toEqual([])
  const { summary, tests } = value.results
  expect(summary.tests).toBe(tests.length)
  expect(summary.passed + summary.failed + summary.skipped + summary.pending + summary.other).toBe(summary.tests)
  expect(summary).toMatchObject({
    other: 1,
    start: Date.parse('2026-03-01T10:00:00Z'),
    stop: Date.parse('2026-03-02T01:30:00Z'),
  })
  expect(tests.find((t: { status: string }) => t.status === 'other')).toMatchObject({
    suite: ['eve', 'first', 'grading'],
    message: 'the worker lost its server',
  })
})

test('whole shares sum to the whole, the largest remainders first', () => {
  expect(wholeShares([1, 1, 1])).toEqual([34, 33, 33])
  expect(wholeShares([1, 3])).toEqual([25, 75])
  expect(wholeShares([2, 3, 7]).reduce((a, b) => a + b)).toBe(100)
  expect(wholeShares([0, 0])).toEqual([0, 0])
})

test('a check of schemas that lets everything through would prove nothing', () => {
  expect(
    schemaProblems(ctrfSchema, {
      reportFormat: 'CTRF',
      specVersion: '1',
      results: { tool: {}, summary: {}, tests: [{ name: 'x', status: 'good', duration: 0.5 }], more: 1 },
    }),
  ).toEqual([
    expect.stringContaining('/specVersion must match pattern'),
    '/results must NOT have additional properties',
    "/results/tool must have required property 'name'",
    ...['tests', 'passed', 'failed', 'skipped', 'pending', 'other', 'start', 'stop'].map(
      (k) => `/results/summary must have required property '${k}'`,
    ),
    '/results/tests/0/status must be equal to one of the allowed values',
    '/results/tests/0/duration must be integer',
  ])
})
