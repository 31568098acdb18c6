import type { GradebookInput, RuledExercise } from './gradebook.ts'
import type { GradedCase, GradedResult, Learner, SubmittedWork } from './grading.ts'

/** Small values for tests of the gradebook and of what is made of it; a test changes what it is about. */

export const learnerFixture = (id: string, more: Partial<Learner> = {}): Learner => ({
  id,
  name: `${id[0]?.toUpperCase()}${id.slice(1)} Lee`,
  email: `${id}@school.example`,
  github: `${id}-gh`,
  sisId: `s-${id}`,
  remote: '',
  ...more,
})

export const exerciseOf = (slug: string, weight: number): RuledExercise => ({
  slug,
  title: `Title of ${slug}`,
  weight,
  groups: [
    { id: 'main', weight: 60 },
    { id: 'edge', weight: 40 },
  ],
})

export const workFixture = (learner: string, slug: string, more: Partial<SubmittedWork> = {}): SubmittedWork => ({
  learner,
  slug,
  language: 'ts',
  tree: `tree-${learner}-${slug}`,
  at: '2026-03-01T10:00:00.000Z',
  attempts: 2,
  hintsUsed: [],
  minutesToPass: null,
  ...more,
})

export const casesFixture = (...statuses: GradedCase['status'][]): GradedCase[] =>
  statuses.map((status, i) => ({
    id: `case-${i + 1}`,
    group: i === statuses.length - 1 ? 'edge' : 'main',
    sentence: `it does thing ${i + 1}`,
    status,
  }))

/** A result for a piece of work: red cases below 100. */
export const resultFixture = (
  work: SubmittedWork,
  score: number | null,
  more: Partial<GradedResult> = {},
): GradedResult => ({
  formatVersion: 2,
  key: `key-${work.tree}`,
  learner: work.learner,
  slug: work.slug,
  language: work.language,
  tree: work.tree,
  outcome: 'graded',
  problem: null,
  verdict: score === null ? 'broken' : score === 100 ? 'passed' : 'failed',
  score,
  cases:
    score === null
      ? []
      : casesFixture('passed', score >= 80 ? 'passed' : 'failed', score === 100 ? 'passed' : 'failed'),
  mistakes: score === 100 ? [] : ['off-by-one'],
  sandbox: 'bubblewrap',
  seed: 7,
  ...more,
})

/** Two exercises of weight 1 and 3; ten points off for each day late, two days at the most. */
export const inputFixture = (more: Partial<GradebookInput> = {}): GradebookInput => ({
  rules: {
    id: 'week-1',
    version: '1',
    title: 'Week 1',
    passMark: 60,
    closesAt: '2026-03-02T00:00:00Z',
    inTimeUntil: '2026-03-02T00:00:00Z',
    attempts: 'best',
    exercises: [exerciseOf('first', 1), exerciseOf('second', 3)],
  },
  roster: [learnerFixture('zoe'), learnerFixture('ada')],
  works: [],
  results: [],
  overrides: [],
  rejections: [],
  late: (score, at) => {
    const minutes = Math.max(0, Math.ceil((Date.parse(at) - Date.parse('2026-03-02T00:00:00Z')) / 60_000))
    const days = Math.min(2, Math.ceil(minutes / 1440))
    return { minutes, score: Math.max(0, score - days * 10) }
  },
  ...more,
})
