import { expect, test } from 'vitest'
import type { IncomingState, Receipt } from '../submission/submission.ts'
import { clockRemarks, countedFrom } from './told-times.ts'

const at = (hour: number): string => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`
const state = (hour: number, said?: number): IncomingState => ({
  at: at(hour),
  order: null,
  files: [],
  ...(said === undefined ? {} : { said: at(said) }),
})
const packedAt = (submittedAt: string): Receipt => ({
  formatVersion: 1,
  learner: { id: 'ada', name: '', email: '' },
  set: null,
  submittedAt,
  works: [],
})
const remarks = (states: IncomingState[], submittedAt: string) =>
  clockRemarks({ slug: 'a', language: 'ts', states }, packedAt(submittedAt))

test('clockRemarks: times that rise, and a receipt after them, or one that tells no time: nothing', () => {
  expect(remarks([state(8), state(9)], at(10))).toEqual([])
  expect(remarks([state(8)], 'yesterday')).toEqual([])
  expect(clockRemarks({ slug: 'a', language: 'ts', states: [state(8)] }, null)).toEqual([])
})

test('clockRemarks: times that fall, and states that are younger than their bundle', () => {
  expect(remarks([state(8), state(9), state(9, 7)], at(10))).toEqual([
    `a: the clock was set back: 1 of 3 states say they were made before the one they came after, the last at ${at(7)}. They count as made with it.`,
  ])
  expect(remarks([state(8), state(12)], at(10))).toEqual([
    `a: 1 of 2 states say they were made after they were packed (${at(10)}): one of the two times is not true.`,
  ])
})

test('countedFrom: received: the moment it was taken in; where that is not known, its own', () => {
  const base = { learner: 'ada', slug: 'a', language: 'ts', tree: 't', attempts: 0, hintsUsed: [] } as const
  const works = [
    { ...base, hintsUsed: [], minutesToPass: null, at: at(8), received: at(20) },
    { ...base, hintsUsed: [], minutesToPass: null, at: at(9) },
  ]
  expect(countedFrom(works, 'received').map((w) => w.at)).toEqual([at(20), at(9)])
  expect(countedFrom(works, 'made').map((w) => w.at)).toEqual([at(8), at(9)])
})
