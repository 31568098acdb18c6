import { expect, test } from 'vitest'
import { printable } from './printable.ts'

test.each([
  ['naïve "x" 1+1', 'naïve "x" 1+1'],
  ['a\u001b[2Jb\n', 'a?[2Jb?'],
  ['x'.repeat(121), `${'x'.repeat(119)}…`],
])('printable: %j', (text, expected) => {
  expect(printable(text)).toBe(expected)
})
