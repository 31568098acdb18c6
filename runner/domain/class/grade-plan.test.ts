import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { differences, jobOf, planGrading, statesThatCount, type Conditions } from './grade-plan.ts'
import type { GradedResult, SubmittedWork } from './grading.ts'

const conditions: Conditions = {
  batch: 'course@1',
  engine: 'e1',
  environment: 'linux',
  suiteOf: (slug) => `suite of ${slug}`,
  hash: (text) => createHash('sha256').update(text).digest('hex'),
}
const work = (learner: string, tree = 'tree-a', at = '2026-03-01T10:00:00Z', slug = 'first'): SubmittedWork => ({
  learner,
  slug,
  language: 'ts',
  tree,
  at,
  attempts: 1,
  hintsUsed: [],
  minutesToPass: null,
})
const result = (w: SubmittedWork, more: Partial<GradedResult> = {}): GradedResult => ({
  formatVersion: 2,
  key: jobOf(w, conditions).key,
  learner: w.learner,
  slug: w.slug,
  language: w.language,
  tree: w.tree,
  outcome: 'graded',
  problem: null,
  verdict: 'passed',
  score: 100,
  cases: [],
  mistakes: [],
  sandbox: 'bubblewrap',
  seed: 1,
  ...more,
})

describe('planning', () => {
  test('the same tree of two learners is one job, and both want its result', () => {
    const { jobs, wanted } = planGrading([work('ada'), work('ben')], [], conditions)
    expect(jobs).toHaveLength(1)
    expect(wanted.map((w) => w.learner)).toEqual(['ada', 'ben'])
  })

  test('what is graded under the same conditions is left; our own faults are tried again', () => {
    const [done, failed] = [work('ada'), work('ben', 'tree-b')]
    const { jobs } = planGrading(
      [done, failed],
      [result(done), result(failed, { outcome: 'system-error', verdict: null, score: null })],
      conditions,
    )
    expect(jobs.map((j) => j.tree)).toEqual(['tree-b'])
  })

  test.each([
    ['the tree', {}, work('ada', 'tree-b')],
    ['the suite', { suiteOf: () => 'another' }, work('ada')],
    ['the engine', { engine: 'e2' }, work('ada')],
    ['the environment', { environment: 'mac' }, work('ada')],
    ['the batch, and with it the seed', { batch: 'course@2' }, work('ada')],
  ] as const)('another key when this differs: %s', (_, change, other) => {
    expect(jobOf(other, { ...conditions, ...change }).key).not.toBe(jobOf(work('ada'), conditions).key)
  })

  test('a seed is that of batch and exercise, the same for every learner', () => {
    expect(jobOf(work('ada'), conditions).seed).toBe(jobOf(work('ben', 'tree-b'), conditions).seed)
  })
})

describe('states that count', () => {
  const states = [
    work('ada', 'tree-a', '2026-03-01T00:00:00Z'),
    work('ada', 'tree-b', '2026-03-02T00:00:00Z'),
    work('ada', 'tree-c', '2026-03-03T00:00:00Z'),
  ]
  test.each([
    ['best', null, ['tree-a', 'tree-b', 'tree-c']],
    ['last', null, ['tree-c']],
    ['last', '2026-03-02T12:00:00Z', ['tree-b', 'tree-c']],
    ['last', '2026-03-04T00:00:00Z', ['tree-c']],
    ['last', '2026-02-01T00:00:00Z', ['tree-c']],
  ] as const)('%s, close %s', (rule, closesAt, trees) => {
    expect(statesThatCount(states, rule, closesAt).map((s) => s.tree)).toEqual(trees)
  })
})

test('a difference is one of points or of a fault of ours; no witness is worth nothing', () => {
  const [ada, ben, eva, max] = ['ada', 'ben', 'eva', 'max'].map((l) => work(l)) as [
    SubmittedWork,
    SubmittedWork,
    SubmittedWork,
    SubmittedWork,
  ]
  const before = [
    result(ada),
    result(ben, { score: 40 }),
    result(eva, { verdict: 'broken', score: null }),
    result(max, { outcome: 'system-error', score: null }),
  ]
  const after = [
    result(ada),
    result(ben, { score: 60 }),
    result(eva, { verdict: 'failed', score: 0 }),
    result(max, { score: 0 }),
  ]
  expect(differences(before, after)).toEqual([
    { learner: 'ben', slug: 'first', before: 40, after: 60 },
    { learner: 'max', slug: 'first', before: null, after: 0 },
  ])
})
