import { describe, expect, test } from 'vitest'
import { inputFixture, resultFixture, workFixture } from './gradebook-fixtures.ts'
import { gradebook } from './gradebook.ts'
import { jobOf, type Conditions } from './grade-plan.ts'
import { openRounds } from './grade-rounds.ts'
import type { GradedResult, SubmittedWork } from './grading.ts'

const { late } = inputFixture()
const conditions: Conditions = {
  seedOf: () => 7,
  engine: 'e1',
  environment: 'linux',
  suiteOf: (slug) => `suite of ${slug}`,
  hash: (text) => text,
}

/** States of one learner's exercise, a minute apart, the oldest first. */
const statesOf = (count: number, learner = 'ada', slug = 'first'): SubmittedWork[] =>
  Array.from({ length: count }, (_, i) =>
    workFixture(learner, slug, { tree: `${learner}-${i}`, at: new Date(Date.UTC(2026, 2, 1, 10, i)).toISOString() }),
  )

const resultOf = (work: SubmittedWork, score: number | null, more: Partial<GradedResult> = {}): GradedResult =>
  resultFixture(work, score, { key: jobOf(work, conditions).key, ...more })

/** Grades round by round; the names of the trees in the order in which they ran. */
function graded(
  works: readonly SubmittedWork[],
  scoreOf: (work: SubmittedWork) => Partial<GradedResult>,
  before: readonly GradedResult[] = [],
): { rounds: string[][]; results: GradedResult[] } {
  const { next } = openRounds(works, before, conditions, late)
  const [rounds, results]: [string[][], GradedResult[]] = [[], []]
  for (let plan = next([]); plan.jobs.length > 0; plan = next(results)) {
    rounds.push(plan.jobs.map((job) => job.tree))
    for (const { key, learner } of plan.wanted) {
      const work = works.find((w) => jobOf(w, conditions).key === key && w.learner === learner)
      if (!work) throw new Error(`nobody handed in ${key}`)
      results.push(resultOf(work, 0, scoreOf(work)))
    }
  }
  return { rounds, results }
}

describe('rounds', () => {
  test('a hundred states of which the newest has all points: it alone runs', () => {
    expect(graded(statesOf(100), () => ({ score: 100 })).rounds).toEqual([['ada-99']])
  })

  test('as long as a state can raise the mark it runs, three at once, the newest first', () => {
    const { rounds } = graded(statesOf(6), (work) => ({ score: work.tree === 'ada-1' ? 100 : 40 }))
    expect(rounds).toEqual([['ada-5'], ['ada-4', 'ada-3', 'ada-2'], ['ada-1', 'ada-0']])
  })

  test('a late state runs only if it can be worth more than what is known', () => {
    const [inTime] = statesOf(1)
    const tooLate = workFixture('ada', 'first', { tree: 'late', at: '2026-03-02T10:00:00Z' })
    if (!inTime) throw new Error('one state')
    const run = (score: number) => graded([inTime, tooLate], (w) => ({ score: w === inTime ? score : 100 })).rounds
    expect(run(90)).toEqual([['ada-0']])
    expect(run(89)).toEqual([['ada-0'], ['late']])
  })

  test('a hundred endless loops take the time of three, and the gradebook names the others', () => {
    const works = statesOf(100)
    const { rounds, results } = graded(works, () => ({ score: null, verdict: 'timed-out' }))
    expect(rounds.flat()).toEqual(['ada-99', 'ada-98', 'ada-97', 'ada-96'])
    const { rows, notices } = gradebook(inputFixture({ works, results }))
    expect(rows.find((r) => r.learner.id === 'ada')?.cells[0]).toMatchObject({ final: 0, open: false, leftOut: 96 })
    expect(notices).toEqual(['States not run, since 3 newer ones ran into their time limit: ada/first (96)'])
  })

  test('one learner with endless loops takes nothing from another, and not from his other exercise', () => {
    const works = [...statesOf(9), ...statesOf(2, 'ben'), ...statesOf(2, 'ada', 'second')]
    const { results } = graded(works, (w) =>
      w.learner === 'ada' && w.slug === 'first' ? { score: null, verdict: 'timed-out' } : { score: 50 },
    )
    expect(results.filter((r) => r.score === 50)).toHaveLength(4)
  })

  test('a fault of ours is not tried again in the same go, but in the next one', () => {
    const works = statesOf(1)
    const fault = { outcome: 'system-error' as const, score: null, verdict: null }
    const first = graded(works, () => fault)
    expect(first.rounds).toEqual([['ada-0']])
    expect(graded(works, () => ({ score: 100 }), first.results).rounds).toEqual([['ada-0']])
  })

  test('what stands under the same conditions is known and left; under others it runs again', () => {
    const [one, two] = statesOf(2) as [SubmittedWork, SubmittedWork]
    const before = [resultOf(two, 60), resultOf(one, 70, { key: 'under another suite' })]
    expect(openRounds([one, two], before, conditions, late).known).toEqual([before[0]])
    expect(graded([one, two], () => ({ score: 70 }), before).rounds).toEqual([['ada-0']])
  })

  test('the same tree of two learners is one job, and both get its result', () => {
    const [ada] = statesOf(1) as [SubmittedWork]
    const { rounds, results } = graded([ada, { ...ada, learner: 'ben' }], () => ({ score: 100 }))
    expect(rounds).toEqual([['ada-0']])
    expect(results.map((r) => r.learner)).toEqual(['ada', 'ben'])
  })
})
