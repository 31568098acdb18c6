import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { jobOf, knownFrom, planGrading, statesThatCount, type Conditions } from './grade-plan.ts'
import type { GradedResult, SubmittedWork } from './grading.ts'

const conditions: Conditions = {
  seedOf: () => 7,
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
    ['the seed', { seedOf: () => 8 }, work('ada')],
  ] as const)('another key when this differs: %s', (_, change, other) => {
    expect(jobOf(other, { ...conditions, ...change }).key).not.toBe(jobOf(work('ada'), conditions).key)
  })

  test('a seed is that of batch and exercise, the same for every learner', () => {
    expect(jobOf(work('ada'), conditions).seed).toBe(jobOf(work('ben', 'tree-b'), conditions).seed)
  })
})

describe('states that count', () => {
  const states = [
    work('ada', 'tree-c', '2026-03-03T00:00:00Z'),
    work('ada', 'tree-a', '2026-03-01T00:00:00Z'),
    work('ada', 'tree-b', '2026-03-02T00:00:00Z'),
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

test('what a dry run has graded is not run again; a fault of ours and other conditions are', () => {
  const works = ['ada', 'ben', 'cyd', 'dan'].map((learner) => work(learner, `tree-${learner}`))
  const plan = planGrading(works, [], conditions)
  const [ada, ben, cyd] = works.map((w) => result(w))
  if (!ada || !ben || !cyd) throw new Error('three results')
  const draft = [ada, { ...ben, outcome: 'system-error' as const }, { ...cyd, key: 'under other conditions' }]
  const { results, left } = knownFrom(draft, plan)
  expect(results).toEqual([ada])
  expect(left.wanted.map((w) => w.learner)).toEqual(['ben', 'cyd', 'dan'])
  expect(left.jobs.map((j) => j.tree)).toEqual(['tree-ben', 'tree-cyd', 'tree-dan'])
})

test('a tree of two learners is run again when it is known for one of them alone', () => {
  const works = [work('ada'), work('ben')]
  const plan = planGrading(works, [], conditions)
  const { results, left } = knownFrom([result(work('ada'))], plan)
  expect([results.length, left.wanted.map((w) => w.learner), left.jobs.length]).toEqual([1, ['ben'], 1])
})
