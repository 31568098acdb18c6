import type { GradedCase } from '../../domain/class/grading.ts'
import { endingOf, jsonText, placedCells, stateWords, type ClassReport, type PlacedCell } from './class-report.ts'

/** One case as the formats for test results see it; a submission that has none is one itself. */
interface ReportedTest {
  name: string
  group: string
  status: 'passed' | 'failed' | 'skipped' | 'error'
  message: string
}

function testsOf({ cell }: PlacedCell): ReportedTest[] {
  if (cell.state === 'system-error')
    return [
      { name: 'was graded', group: 'grading', status: 'error', message: cell.problem ?? stateWords['system-error'] },
    ]
  if (cell.state !== 'graded')
    return [
      { name: 'was graded', group: 'grading', status: 'skipped', message: cell.problem ?? stateWords[cell.state] },
    ]
  const ending = endingOf(cell)
  if (ending !== null) return [{ name: 'runs to the end', group: 'grading', status: 'failed', message: ending }]
  return cell.cases.map(({ sentence, group, status }: GradedCase) => ({
    name: sentence,
    group,
    status,
    message: status === 'failed' ? 'The case failed.' : '',
  }))
}

/**
 * JUnit XML, one test suite a learner and exercise, in the elements and attributes that Jenkins's schema junit-10
 * knows. What was not handed in is skipped; a fault of ours is an error, not a failure.
 */
export function junitXml({ book }: ClassReport): string {
  const suites = placedCells(book).map((placed) => ({ placed, tests: testsOf(placed) }))
  const all = suites.flatMap((s) => s.tests)
  const open = `<testsuites name="${xml(book.rules.title)}" tests="${all.length}" failures="${count(all, 'failed')}" errors="${count(all, 'error')}">`
  return ['<?xml version="1.0" encoding="UTF-8"?>', open, ...suites.flatMap(suiteLines), '</testsuites>', ''].join('\n')
}

function suiteLines({
  placed: { row, exercise, cell },
  tests,
}: {
  placed: PlacedCell
  tests: ReportedTest[]
}): string[] {
  const counts = `tests="${tests.length}" failures="${count(tests, 'failed')}" errors="${count(tests, 'error')}" skipped="${count(tests, 'skipped')}"`
  const time = cell.at === null ? '' : ` timestamp="${new Date(cell.at).toISOString().slice(0, 19)}"`
  return [
    `  <testsuite name="${xml(`${row.learner.id}/${exercise.slug}`)}" package="${xml(exercise.slug)}" ${counts}${time}>`,
    '    <properties>',
    ...properties({
      state: cell.state,
      score: cell.score,
      mark: cell.final,
      late_minutes: cell.lateMinutes,
      language: cell.language,
    }),
    '    </properties>',
    ...tests.flatMap((test) => caseLines(`${row.learner.id}.${exercise.slug}`, test)),
    '  </testsuite>',
  ]
}

const properties = (values: Record<string, string | number | null>): string[] =>
  Object.entries(values)
    .filter(([, v]) => v !== null)
    .map(([name, value]) => `      <property name="${name}" value="${xml(String(value))}"/>`)

function caseLines(suite: string, { name, group, status, message }: ReportedTest): string[] {
  const attributes = `name="${xml(name)}" classname="${xml(suite)}" group="${xml(group)}"`
  if (status === 'passed') return [`    <testcase ${attributes}/>`]
  const element = status === 'failed' ? 'failure' : status
  return [`    <testcase ${attributes}>`, `      <${element} message="${xml(message)}"/>`, '    </testcase>']
}

const count = (tests: readonly ReportedTest[], status: ReportedTest['status']): number =>
  tests.filter((t) => t.status === status).length

/** Characters that XML 1.0 does not know are replaced: one of them makes the whole file unreadable. */
const xml = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`)

const ctrfStatus = { passed: 'passed', failed: 'failed', skipped: 'skipped', error: 'other' } as const

/**
 * CTRF JSON (Common Test Report Format). Cases have no times of their own, so durations are 0 and start and stop are
 * the first and the last moment of a counted state; no clock is read.
 */
export function ctrfJson({ book }: ClassReport): string {
  const placed = placedCells(book)
  const tests = placed.flatMap((p) =>
    testsOf(p).map(({ name, group, status, message }) => ({
      name: name === '' ? group : name,
      status: ctrfStatus[status],
      duration: 0,
      suite: [p.row.learner.id, p.exercise.slug, group],
      ...(message === '' ? {} : { message }),
      ...(status === 'error' ? { rawStatus: 'system-error' } : {}),
    })),
  )
  const moments = placed.flatMap(({ cell }) => (cell.at === null ? [] : [Date.parse(cell.at)]))
  const counted = (status: (typeof ctrfStatus)[keyof typeof ctrfStatus]): number =>
    tests.filter((t) => t.status === status).length
  return jsonText({
    reportFormat: 'CTRF',
    specVersion: '1.0.0',
    generatedBy: 'backend-gym',
    results: {
      tool: { name: 'backend-gym' },
      summary: {
        tests: tests.length,
        passed: counted('passed'),
        failed: counted('failed'),
        skipped: counted('skipped'),
        pending: 0,
        other: counted('other'),
        suites: placed.length,
        start: Math.min(...moments, ...(moments.length === 0 ? [0] : [])),
        stop: Math.max(0, ...moments),
      },
      tests,
      extra: { set: book.rules.id, setVersion: book.rules.version, durations: 'not measured by case' },
    },
  })
}
