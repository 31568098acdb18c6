import { expect, test } from 'vitest'
import { csvText, parseCsv } from './gradebook-csv.ts'

test('reads quotes, doubled quotes, commas and line breaks inside quotes', () => {
  expect(parseCsv('id,name\n1,"Lee, ""Ada"""\n2,"two\nlines"\n')).toEqual([
    ['id', 'name'],
    ['1', 'Lee, "Ada"'],
    ['2', 'two\nlines'],
  ])
})

test('takes a byte order mark, CRLF, a lone CR and a missing last line end', () => {
  expect(parseCsv('\uFEFFid,name\r\n1,Ada\r2,Zoë')).toEqual([
    ['id', 'name'],
    ['1', 'Ada'],
    ['2', 'Zoë'],
  ])
})

test('keeps empty cells, also the last one, and leaves out empty lines', () => {
  expect(parseCsv('a,,c,\n\n,\n')).toEqual([
    ['a', '', 'c', ''],
    ['', ''],
  ])
})

test('a quote in the middle of a cell is a character', () => {
  expect(parseCsv('5" pipe,x')).toEqual([['5" pipe', 'x']])
})

test('writes CRLF and quotes only where needed; blank is not 0', () => {
  expect(
    csvText([
      ['a', 0, null, 'b,"c"'],
      ['x\ny', 1.5, '', ' '],
    ]),
  ).toBe('a,0,,"b,""c"""\r\n"x\ny",1.5,, \r\n')
})

test.each([
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-x', "'-x"],
  ['@sum', "'@sum"],
  ['\tx', "'\tx"],
  ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
])('makes %j text', (value, cell) => {
  expect(csvText([[value]])).toBe(`${cell}\r\n`)
})

test('a carriage return in front is quoted and made text', () => {
  expect(parseCsv(csvText([['\r=1']]))).toEqual([["'\r=1"]])
})

test('what is written is read back', () => {
  const rows = [
    ['plain', 'a,b', 'say "x"', 'two\r\nlines', ''],
    ['ü', ' spaced ', 'x', 'y', 'z'],
  ]
  expect(parseCsv(csvText(rows))).toEqual(rows)
})
