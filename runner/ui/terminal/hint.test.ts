import { expect, test } from 'vitest'
import { renderHint, renderNoHint } from './hint.ts'

const style = { color: false, columns: 80 }
const known = { id: 'x', when: [], confidence: 0.5, L1: 'One, in words.', L2: 'Two, in words.', L3: 'Three, in words.' }

test.each([
  ['broken', /did not load/, 'npm run check'],
  ['timed-out', /loop that is never left/, 'npm run check'],
  ['unchecked', /no check yet/, 'npm run check'],
] as const)('no hint after %s: words that fit', (why, words, next) => {
  const said = renderNoHint(why, style)
  expect(said.text.replace(/\s+/g, ' ')).toMatch(words)
  expect(said.text).not.toMatch(/requirement/)
  expect(said.next).toBe(next)
})

test.each([
  ['open', /More {4}npm run solution\n/],
  ['give-up', /solution -- --give-up/],
  ['kept-back', /^((?!solution)[\s\S])*$/],
] as const)('after the last level, where the solution is %s', (solution, line) => {
  expect(renderHint('slug', known, 3, solution, style)).toMatch(line)
})
