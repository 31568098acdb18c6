import { expect, test } from 'vitest'
import { renderList, stateMarks, stateWithBest, type ListRow } from './list.ts'

test.each([
  ['new', null, ''],
  ['started', null, 'started'],
  ['started', 55, 'started, best 55'],
  ['skipped', 92, 'skipped, still open, best 92'],
  ['passed', 100, 'passed'],
])('stateWithBest: %s with %s: "%s"', (state, best, words) => expect(stateWithBest(state, best)).toBe(words))

test('renderList: every state has its mark, and no line is wider than the screen', () => {
  const states = Object.keys(stateMarks) as ListRow['state'][]
  const rows = states.map((state): ListRow => ({
    slug: `is-${state}`,
    difficulty: 2,
    minutes: 20,
    languages: ['ts', 'py'],
    state,
    remark: stateWithBest(state, 92),
  }))
  const lines = renderList(
    [{ title: 'Languages', rows, done: 1, total: 5 }],
    { color: false, columns: 80 },
    false,
  ).split('\n')
  for (const state of states) expect(lines.some((l) => l.startsWith(`  ${stateMarks[state]} is-${state}`))).toBe(true)
  expect(lines.filter((l) => l.length > 80)).toEqual([])
})
