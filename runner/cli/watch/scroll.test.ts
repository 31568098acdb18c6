import { expect, test } from 'vitest'
import { partOf, rowsOf, scrolled } from './scroll.ts'

const text = [...Array.from({ length: 40 }, (_, i) => `line ${i + 1}`), '', '  [h]int  [q]uit']

test('what fits is shown as it is', () => {
  expect(partOf(text, 50, 0)).toEqual({ lines: text, offset: 0 })
})

test('what does not fit: its beginning, where one is, and the keys', () => {
  const { lines } = partOf(text, 23, 0)
  expect(lines).toHaveLength(23)
  expect(lines[0]).toBe('line 1')
  expect(lines.at(-1)).toBe('  [h]int  [q]uit')
  expect(lines.at(-2)).toMatch(/↑ ↓ space {3}lines 1 to 21 of 41/)
})

test('scrolling: by line, by page, to both ends, and never beyond', () => {
  expect(partOf(text, 23, 5).lines[0]).toBe('line 6')
  const end = partOf(text, 23, Number.MAX_SAFE_INTEGER)
  expect([end.offset, end.lines.at(-3)]).toEqual([20, ''])
  expect([scrolled('down', 3, 23), scrolled('up', 0, 23), scrolled(' ', 0, 23)]).toEqual([4, 0, 18])
  expect([scrolled('home', 9, 23), scrolled('h', 9, 23)]).toEqual([0, null])
})

test('a line that is wider than the terminal takes the rows that it needs', () => {
  expect(rowsOf('x'.repeat(100), 60)).toEqual(['x'.repeat(60), 'x'.repeat(40)])
  expect(rowsOf(`\u001b[31m${'x'.repeat(60)}\u001b[39m`, 60)).toHaveLength(1)
})
