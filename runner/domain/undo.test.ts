import { expect, test } from 'vitest'
import { stateToGoBackTo } from './undo.ts'

const states = (...trees: string[]) => trees.map((tree, i) => ({ id: String(i + 1), tree })).reverse()

test('stateToGoBackTo: one state back, then one further', () => {
  expect(stateToGoBackTo(states('A', 'B', 'C'), '3')?.tree).toBe('B')
  // After the first undo the files are B again; saving them made state 4.
  expect(stateToGoBackTo(states('A', 'B', 'C', 'B'), '4')?.tree).toBe('A')
})

test('stateToGoBackTo: the first state: nothing earlier', () => {
  expect(stateToGoBackTo(states('A'), '1')).toBeNull()
})

test('stateToGoBackTo: the workspace is gone: the newest state', () => {
  expect(stateToGoBackTo(states('A', 'B'), null)?.tree).toBe('B')
})
