import { expect, test } from 'vitest'
import { stateToGoBackTo } from './undo.ts'

/** States 1, 2, 3 … by what they hold, newest first. */
const states = (...trees: string[]) => trees.map((tree, i) => ({ id: String(i + 1), tree })).reverse()

test('stateToGoBackTo: one state back, then one further', () => {
  expect(stateToGoBackTo(states('A', 'B', 'C'), '3', null)?.id).toBe('2')
  // After the first undo the files are B again; the second one saved them as state 4.
  expect(stateToGoBackTo(states('A', 'B', 'C', 'B'), '4', '2')?.id).toBe('1')
})

test('stateToGoBackTo: after a reset to what state 1 holds: what was there before the reset', () => {
  expect(stateToGoBackTo(states('A', 'B', 'A'), '3', null)?.id).toBe('2')
})

test('stateToGoBackTo: edited after an undo: the newest other state', () => {
  expect(stateToGoBackTo(states('A', 'B', 'C', 'X'), '4', '2')?.id).toBe('3')
})

test('stateToGoBackTo: the first state: nothing earlier', () => {
  expect(stateToGoBackTo(states('A'), '1', null)).toBeNull()
  expect(stateToGoBackTo(states('A', 'B', 'A'), '3', '1')).toBeNull()
})

test('stateToGoBackTo: the workspace is gone: what was there last', () => {
  expect(stateToGoBackTo(states('A', 'B', 'A'), null, '2')?.id).toBe('2')
  expect(stateToGoBackTo(states('A', 'B'), null, null)?.id).toBe('2')
})

test('stateToGoBackTo: a state without any file, of an older version: passed over', () => {
  const none = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
  expect(stateToGoBackTo(states('A', none), null, null)?.id).toBe('1')
  expect(stateToGoBackTo(states('A', 'B', none, 'B'), '4', null)?.id).toBe('1')
})
