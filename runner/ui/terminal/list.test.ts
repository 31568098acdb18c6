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
    [],
    { color: false, columns: 80 },
    false,
  ).split('\n')
  for (const state of states) expect(lines.some((l) => l.startsWith(`  ${stateMarks[state]} is-${state}`))).toBe(true)
  expect(lines.filter((l) => l.length > 80)).toEqual([])
})

const install = 'npm run setup -- mongodb-with-a-long-name'

test.each([60, 80, 120, 200])('renderList at %i columns: nothing is cut, nothing is wider', (columns) => {
  const row: ListRow = {
    slug: 'express-middleware-order',
    difficulty: 3,
    minutes: 35,
    languages: ['ts', 'py', 'java', 'rb'],
    state: 'not-ready',
    remark: `needs mongo-java-server, which runs in Java: ${install}`,
  }
  const text = renderList(
    [{ title: 'Databases', rows: [row], done: 0, total: 1 }],
    [{ slug: 'renamed-since', best: 55 }],
    { color: false, columns },
    false,
  )
  const lines = text.split('\n')
  expect(lines.filter((l) => l.length > columns)).toEqual([])
  expect(text.replace(/\s+/g, ' ')).toContain(install)
  expect(text).toMatch(/exercise +level +time +languages/)
  expect(text.replace(/\s+/g, ' ')).toMatch(/after: builds on that exercise/)
  expect(text.replace(/\s+/g, ' ')).toMatch(/No longer in this project.*renamed-since.*best 55/)
})
