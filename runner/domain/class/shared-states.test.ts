import { expect, test } from 'vitest'
import type { SubmittedWork } from './grading.ts'
import { sharedSentence, sharedStates } from './shared-states.ts'

const state = (learner: string, tree: string, at: string, more: Partial<SubmittedWork> = {}): SubmittedWork => ({
  learner,
  slug: 'money-split',
  language: 'ts',
  tree,
  at: `2026-01-01T${at}:00.000Z`,
  attempts: 0,
  hintsUsed: [],
  minutesToPass: null,
  ...more,
})
const shared = (works: readonly SubmittedWork[]) => sharedStates(works, () => 'tree-start')

test('a bundle under another name: the same files in the same seconds', () => {
  const own = (learner: string) => [
    state(learner, 'tree-start', '08:00'),
    state(learner, 'tree-a', '09:00'),
    state(learner, 'tree-b', '10:00'),
  ]
  expect(shared([...own('eve'), ...own('ada'), state('ben', 'tree-c', '10:00')])).toEqual([
    { slug: 'money-split', language: 'ts', learners: ['ada', 'eve'], states: 2, sameMoment: true },
  ])
})

test('the same files at other times: named, and not called copies', () => {
  const all = shared([
    state('ada', 'tree-a', '09:00'),
    state('ben', 'tree-a', '09:00'),
    state('cyd', 'tree-a', '11:00'),
  ])
  expect(all.map((s) => [s.learners.join(), s.sameMoment])).toEqual([
    ['ada,ben', true],
    ['ada,ben,cyd', false],
  ])
  expect(all.map(sharedSentence)).toEqual([
    'ada, ben: 1 state of money-split (ts) with the same files, saved in the same second. All but one of them are copies.',
    'ada, ben, cyd: 1 state of money-split (ts) with the same files, byte for byte. Where there is little to write, that happens by itself.',
  ])
})

test('repositories count as well; one learner’s own states and another language do not', () => {
  const git = { slug: 'first-clean-commit', language: 'git' } as const
  expect(
    shared([
      state('ada', 'tree-g', '09:00', git),
      state('eve', 'tree-g', '09:00', git),
      state('ben', 'tree-a', '09:00'),
      state('ben', 'tree-a', '10:00'),
      state('cyd', 'tree-a', '09:00', { language: 'py' }),
    ]),
  ).toEqual([{ ...git, learners: ['ada', 'eve'], states: 1, sameMoment: true }])
})

test('a large class: not every name', () => {
  const [one] = shared(Array.from({ length: 300 }, (_, i) => state(`l${100 + i}`, 'tree-a', `0${i % 9}:00`)))
  expect(sharedStates([], () => null)).toEqual([])
  expect(one && sharedSentence(one)).toMatch(/^l100, l109.* and 26 more: /)
})
