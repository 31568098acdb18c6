import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { jobOf, planOf, statesThatCount, type Conditions } from './grade-plan.ts'
import type { SubmittedWork } from './grading.ts'

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

describe('planning', () => {
  test('the same tree of two learners is one job, and both want its result', () => {
    const { jobs, wanted } = planOf([work('ada'), work('ben'), work('ada')], (w) => jobOf(w, conditions))
    expect(jobs).toHaveLength(1)
    expect(wanted.map((w) => w.learner)).toEqual(['ada', 'ben'])
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
