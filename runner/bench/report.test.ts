import { describe, expect, test } from 'vitest'
import { marksOf } from './measures/profile.ts'
import { renderReport } from './render.ts'
import { reached, reportOf, type Circumstances } from './report.ts'
import { measureOf } from './statistics.ts'

const circumstances: Circumstances = {
  date: '2026-01-02T03:04:05.000Z',
  node: '24.0.0',
  platform: 'linux-x64',
  cpus: 2,
  load: 0.5,
  loadAfter: 1.25,
}
const cold = measureOf([50, 60, 70], [100, 100, 100])
const watched = { ...measureOf([10, 10], [100, 100]), wrongVerdicts: 2, baselineWrongVerdicts: 1 }

describe('reportOf', () => {
  test('ratios stand on top as plain numbers, the measures below; what was not measured is not there', () => {
    expect(reportOf(circumstances, { coldVsVitestRun: cold, warm: [] })).toEqual({
      ...circumstances,
      coldVsVitestRun: 0.6,
      wrongVerdicts: null,
      measures: { coldVsVitestRun: cold, warm: [] },
    })
  })

  test('wrong verdicts of both watch measures are added up', () => {
    expect(
      reportOf(circumstances, { warmModuleVsVitestWatch: watched, warmHttpVsVitestWatch: watched }).wrongVerdicts,
    ).toBe(4)
  })
})

describe('reached', () => {
  test.each([
    ['coldVsVitestRun', [60], [100], true],
    ['coldVsVitestRun', [61], [100], false],
    ['list10kVs100', [250], [100], true],
    ['list10kVs100', [251], [100], false],
    ['bootstrapOverhead', [500], [100], null],
  ] as const)('%s of %j against %j: %j', (name, ours, baseline, wanted) => {
    expect(reached(name, measureOf(ours, baseline))).toBe(wanted)
  })
})

test('marksOf: medians after each start, in the order of time, of marks that every check has', () => {
  const traces = [
    { printed: 130, started: 105, once: 106 },
    { printed: 240, started: 205 },
    { printed: 350, started: 307 },
  ]
  expect(marksOf(traces, [100, 200, 300])).toEqual([
    { name: 'started', atMs: 5 },
    { name: 'printed', atMs: 40 },
  ])
})

test('renderReport: a row a measure with its goal', () => {
  const text = renderReport(reportOf(circumstances, { coldVsVitestRun: cold, warmModuleVsVitestWatch: watched }))
  expect(text).toMatch(
    /coldVsVitestRun +60 ms \(50–70\) +100 ms \(100–100\) +0\.60 +0\.55 to 0\.65 +0\.50 +≤ 0\.6: reached/,
  )
  expect(text).toMatch(/Wrong verdicts in watch mode: 2/)
})
