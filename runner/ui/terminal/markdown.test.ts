import { expect, test } from 'vitest'
import { renderMarkdown } from './markdown.ts'

const render = (markdown: string, columns = 60): string => renderMarkdown(markdown, { color: false, columns })

test('renderMarkdown: a paragraph over several lines: wrapped anew', () => {
  expect(render('one two\nthree four five six seven eight nine ten eleven twelve thirteen')).toBe(
    'one two three four five six seven eight nine ten eleven\ntwelve thirteen\n',
  )
})

test('renderMarkdown: a numbered list: numbers kept, lines hang', () => {
  expect(
    render('1. first\n2. second that is long enough to need another line on this screen\n').split('\n').slice(0, 3),
  ).toEqual(['1.  first', '2.  second that is long enough to need another line on this', '    screen'])
})

test('renderMarkdown: code, links, emphasis, entities: readable as plain text', () => {
  expect(render('Use `a < b` and **bold** of [the RFC](https://example.org/rfc) & more')).toBe(
    'Use `a < b` and bold of the RFC (https://example.org/rfc) &\nmore\n',
  )
  expect(render('```\nlet x = 1\n```')).toBe('    let x = 1\n')
})

test('renderMarkdown: a table that fits, and one that does not', () => {
  expect(render('| a | b |\n| - | - |\n| `x` | y |')).toContain('  a     b\n  `x`   y')
  const wide = `| in | out |\n| - | - |\n| ${'x'.repeat(50)} | ${'y'.repeat(50)} |`
  expect(
    render(wide)
      .split('\n')
      .every((l) => l.length <= 60),
  ).toBe(true)
})

test('renderMarkdown: escape sequences in a file: never reach the terminal', () => {
  expect(render('a \u001b[2J b \u009b31m')).toBe('a [2J b 31m\n')
})
