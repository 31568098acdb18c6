import { expect, test } from 'vitest'
import { exerciseOf, inputFixture, learnerFixture, resultFixture, workFixture } from './gradebook-fixtures.ts'
import { gradebook } from './gradebook.ts'
import type { GradedResult, SubmittedWork } from './grading.ts'
import { itemAnalysis } from './item-analysis.ts'

/** One row of scores a learner; null: not handed in. */
function analysed(
  scores: (number | null)[][],
  more: (learner: number, item: number) => Partial<GradedResult> = () => ({}),
  work: (learner: number, item: number) => Partial<SubmittedWork> = () => ({}),
) {
  const exercises = (scores[0] ?? []).map((_, i) => exerciseOf(`item-${i}`, 1))
  const roster = scores.map((_, i) => learnerFixture(`learner${i}`))
  const works = scores.flatMap((row, l) =>
    row.flatMap((score, i) =>
      score === null ? [] : [{ work: workFixture(`learner${l}`, `item-${i}`, work(l, i)), score, l, i }],
    ),
  )
  const { rules } = inputFixture()
  return itemAnalysis(
    gradebook(
      inputFixture({
        rules: { ...rules, exercises },
        roster,
        works: works.map((w) => w.work),
        results: works.map((w) => resultFixture(w.work, w.score, more(w.l, w.i))),
      }),
    ),
  )
}

test('difficulty is the mean of those who handed in; blanks are not zeros', () => {
  const [item] = analysed([[100], [50], [null]])
  expect(item).toMatchObject({ learners: 2, difficulty: 0.75, passed: 0.5 })
})

test('nothing handed in gives no figures', () => {
  expect(analysed([[null]])[0]).toMatchObject({
    learners: 0,
    difficulty: null,
    passed: null,
    discrimination: null,
    minutesToPass: null,
    cases: [],
    mistakes: [],
  })
})

test('discrimination equals the textbook point-biserial against the rest', () => {
  // (M1 − M0) ÷ s × √(pq), the rest of each learner being the second item's score alone.
  const rest = [90, 80, 70, 40, 30, 20]
  const passed = [1, 1, 0, 1, 0, 0]
  const [item] = analysed(rest.map((r, i) => [passed[i] === 1 ? 100 : 0, r]))
  const mean = (list: number[]): number => list.reduce((a, b) => a + b, 0) / list.length
  const [m1, m0] = [mean([90, 80, 40]), mean([70, 30, 20])]
  const s = Math.sqrt(mean(rest.map((r) => (r - mean(rest)) ** 2)))
  expect(item?.discrimination).toBeCloseTo(((m1 - m0) / s) * Math.sqrt(0.5 * 0.5), 5)
})

test('an exercise that only the weak pass discriminates below zero; one that all pass says nothing', () => {
  const [misleading, , easy] = analysed([
    [100, 0, 90],
    [100, 10, 90],
    [100, 20, 90],
    [0, 80, 90],
    [0, 90, 90],
    [0, 100, 90],
  ])
  expect(misleading?.discrimination).toBeLessThan(-0.9)
  expect(easy?.discrimination).toBeNull()
})

test('fewer than five learners say nothing about discrimination', () => {
  expect(
    analysed([
      [100, 90],
      [0, 10],
      [100, 80],
      [0, 20],
    ])[0]?.discrimination,
  ).toBeNull()
})

test('cases that ran and nobody passed are named; skipped ones did not run', () => {
  const cases = (...statuses: GradedResult['cases'][number]['status'][]) => ({
    cases: statuses.map((status, i) => ({ id: `c${i}`, group: 'main', sentence: `does ${i}`, status })),
  })
  const [item] = analysed([[60], [60]], (l) =>
    l === 0 ? cases('passed', 'failed', 'skipped') : cases('failed', 'failed', 'skipped'),
  )
  expect(item?.cases).toEqual([
    { id: 'c0', sentence: 'does 0', ran: 2, passed: 1 },
    { id: 'c1', sentence: 'does 1', ran: 2, passed: 0 },
    { id: 'c2', sentence: 'does 2', ran: 0, passed: 0 },
  ])
  expect(item?.nobodyPasses).toEqual(['c1'])
})

test('mistakes and hints come by frequency, equals by id, each learner once', () => {
  const mistakes = [['b', 'a'], ['b'], ['c', 'c']]
  const hints = [['rounding', 'order'], ['order'], []]
  const [item] = analysed(
    [[10], [20], [30]],
    (l) => ({ mistakes: mistakes[l] ?? [] }),
    (l) => ({ hintsUsed: hints[l] ?? [] }),
  )
  expect(item?.mistakes).toEqual([
    { id: 'b', learners: 2 },
    { id: 'a', learners: 1 },
    { id: 'c', learners: 1 },
  ])
  expect(item?.hints).toEqual([
    { id: 'order', learners: 2 },
    { id: 'rounding', learners: 1 },
  ])
  expect(item?.withHints).toBe(2)
})

test('time to pass: median and quartiles of those whose journal tells it', () => {
  const minutes = [10, 20, 30, 40, null]
  const [item] = analysed(
    minutes.map(() => [100]),
    () => ({}),
    (l) => ({ minutesToPass: minutes[l] ?? null }),
  )
  expect(item?.minutesToPass).toEqual({ learners: 4, lowerQuartile: 17.5, median: 25, upperQuartile: 32.5 })
})
