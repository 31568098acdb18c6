import { expect, test } from 'vitest'
import type { SubmittedWork } from './grading.ts'
import { statesThatCount } from './grade-plan.ts'
import { inOrder, lastOfEach, withStates } from './states.ts'

const state = (
  tree: string,
  at: string,
  order?: number,
  language: SubmittedWork['language'] = 'ts',
): SubmittedWork => ({
  learner: 'ada',
  slug: 'a',
  language,
  tree,
  at: `2026-01-${at}:00:00.000Z`,
  ...(order === undefined ? {} : { order }),
  attempts: 0,
  hintsUsed: [],
  minutesToPass: null,
})
const trees = (states: readonly SubmittedWork[]): string => states.map((s) => s.tree).join('')

test('equal times keep the order in which the states were made, whatever their trees are called', () => {
  const states = [state('z', '01T10', 1), state('a', '01T10', 2), state('m', '01T10', 3)]
  expect(trees(withStates([], states))).toBe('zam')
  expect(trees(statesThatCount(withStates([], states), 'last', null))).toBe('m')
})

test('a clock that was set back: the last that was made counts, in this bundle and in the next', () => {
  const first = withStates([], [state('x', '05T10', 1), state('y', '01T10', 2)])
  expect(trees(first)).toBe('xy')
  expect(trees(statesThatCount(first, 'last', null))).toBe('y')
  const second = withStates(first, [state('x', '05T10', 1), state('y', '05T10', 2), state('w', '02T10', 3)])
  expect(trees(second)).toBe('xyw')
  expect(trees(inOrder(second))).toBe('xyw')
})

test('the same again changes nothing, and an older bundle takes nothing away', () => {
  const states = [state('a', '01T10', 1), state('b', '02T10', 2), state('c', '03T10', 3)]
  const all = withStates([], states)
  expect(withStates(all, states)).toEqual(all)
  expect(withStates(all, states.slice(0, 2))).toEqual(all)
  expect(withStates(withStates([], states.slice(0, 2)), states.slice(1))).toEqual(all)
})

test('from two machines: by their times, each in its own order', () => {
  const one = withStates([], [state('a', '01T10', 1), state('c', '03T10', 2)])
  expect(trees(withStates(one, [state('b', '02T10', 1), state('d', '04T10', 2)]))).toBe('abcd')
})

test('without a number: what came later was made later', () => {
  expect(trees(withStates([state('a', '05T10')], [state('b', '01T10')]))).toBe('ab')
  expect(trees(withStates([state('a', '05T10'), state('b', '06T10')], [state('a', '07T10')]))).toBe('aba')
})

test('inOrder: between languages by time, within one as they stand', () => {
  const states = [state('a', '03T10', 1), state('b', '01T10', 2), state('p', '02T10', 1, 'py')]
  expect(trees(inOrder(states))).toBe('pab')
})

test('lastOfEach: the last that was made, whatever the clock said', () => {
  expect(trees(lastOfEach([state('x', '05T10', 1), state('y', '01T10', 2)]))).toBe('y')
})
