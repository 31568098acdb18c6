import { expect, test } from 'vitest'
import { declared, reported, runFacts, moduleFacts } from '../../testing/facts-fixtures.ts'
import { scoreOf } from './score.ts'
import type { CaseStatus, DeclaredCase } from './run-facts.ts'

function facts(cases: [DeclaredCase, CaseStatus][]) {
  return runFacts(
    moduleFacts({}, { declared: cases.map(([c]) => c), reported: cases.map(([c, s]) => reported(c.id, s)) }),
  )
}
const inGroup = (id: string, group: string, gate = false): DeclaredCase => declared(id, { group, gate })

test('scoreOf: thirds of a group: no point is lost to fractions', () => {
  const run = facts([
    [inGroup('a', 'g'), 'passed'],
    [inGroup('b', 'g'), 'passed'],
    [inGroup('c', 'g'), 'passed'],
  ])
  expect(scoreOf([{ id: 'g', weight: 100 }], run)).toMatchObject({ total: 100, passed: true })
})

test('scoreOf: two of three: floored', () => {
  const run = facts([
    [inGroup('a', 'g'), 'passed'],
    [inGroup('b', 'g'), 'passed'],
    [inGroup('c', 'g'), 'failed'],
  ])
  expect(scoreOf([{ id: 'g', weight: 100 }], run)).toMatchObject({ total: 66, passed: false })
})

test('scoreOf: a red gate case: the cap of its group holds the total', () => {
  const run = facts([
    [inGroup('a', 'money', true), 'failed'],
    [inGroup('b', 'money'), 'passed'],
    [inGroup('c', 'rest'), 'passed'],
  ])
  const groups = [
    { id: 'money', weight: 10, cap: 40 },
    { id: 'rest', weight: 90 },
  ]
  expect(scoreOf(groups, run)).toMatchObject({ total: 40, passed: false, groups: [{ cap: 40 }, { cap: null }] })
})

test('scoreOf: a red gate without a cap: under the usual pass mark', () => {
  const run = facts([
    [inGroup('a', 'small', true), 'failed'],
    [inGroup('c', 'rest'), 'passed'],
  ])
  expect(
    scoreOf(
      [
        { id: 'small', weight: 5 },
        { id: 'rest', weight: 95 },
      ],
      run,
    ),
  ).toMatchObject({ total: 79, passed: false })
})

test('scoreOf: a group that is a gate: each of its cases is one', () => {
  const run = facts([
    [inGroup('a', 'g'), 'passed'],
    [inGroup('b', 'g'), 'failed'],
    [inGroup('c', 'rest'), 'passed'],
  ])
  const groups = [
    { id: 'g', weight: 20, gate: true, cap: 10 },
    { id: 'rest', weight: 80 },
  ]
  expect(scoreOf(groups, run).total).toBe(10)
})

test('scoreOf: probes: worth nothing', () => {
  const run = facts([
    [inGroup('a', 'g'), 'passed'],
    [declared('p', { probe: true, group: '' }), 'failed'],
  ])
  expect(scoreOf([{ id: 'g', weight: 100 }], run)).toMatchObject({ total: 100, passed: true })
})

test('scoreOf: 80 points with a red case: not passed', () => {
  const cases = ['a', 'b', 'c', 'd'].map((id): [DeclaredCase, CaseStatus] => [inGroup(id, 'g'), 'passed'])
  const run = facts([...cases, [inGroup('e', 'g'), 'failed']])
  expect(scoreOf([{ id: 'g', weight: 100 }], run)).toMatchObject({ total: 80, passed: false })
})

test('scoreOf: whatever is red, in whatever group: passed is every case green, and nothing else', () => {
  const weights = [1, 9, 90]
  const statuses: CaseStatus[] = ['passed', 'failed']
  const rounds = Array.from({ length: 2 ** 7 }, (_, round) => round)
  for (const round of rounds) {
    const cases = Array.from({ length: 6 }, (_, i): [DeclaredCase, CaseStatus] => [
      inGroup(`c${i}`, `g${i % 3}`, round % 2 === 1 && i === 5),
      statuses[(round >> (i + 1)) % 2] as CaseStatus,
    ])
    const score = scoreOf(
      weights.map((weight, i) => ({ id: `g${i}`, weight })),
      facts(cases),
    )
    const isGreen = cases.every(([, status]) => status === 'passed')
    expect([round, score.passed, score.total === 100]).toEqual([round, isGreen, isGreen])
  }
})
