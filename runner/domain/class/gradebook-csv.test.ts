import { parse } from 'csv-parse/sync'
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
  ["|cmd '/c calc'", "'|cmd '/c calc'"],
  ['＝1+1', "'＝1+1"],
  ['\u001b=1+1', "'=1+1"],
  ['\u202e=1+1', "'=1+1"],
])('makes %j text', (value, cell) => {
  expect(csvText([[value]])).toBe(`${cell}\r\n`)
})

test('a carriage return in front is quoted and made text', () => {
  expect(parseCsv(csvText([['\r=1']]))).toEqual([["'\r=1"]])
})

test('nothing that steers a terminal or turns the direction of writing is left', () => {
  expect(csvText([['Ada \u001b[31mLee\u009b0m', 'a\u202etxt.exe\u2066', 'two\nlines\tand a tab']])).toBe(
    'Ada [31mLee0m,atxt.exe,"two\nlines\tand a tab"\r\n',
  )
})

test('what is written is read back', () => {
  const rows = [
    ['plain', 'a,b', 'say "x"', 'two\r\nlines', ''],
    ['ü', ' spaced ', 'x', 'y', 'z'],
  ]
  expect(parseCsv(csvText(rows))).toEqual(rows)
})

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function drawn(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    const more = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed))
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32
  }
}

const pieces = ['a', 'ü', ' ', ',', '"', '""', '\n', '\r\n', '1', '=', "'", ';']

function cells(draw: () => number): string[][] {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(draw() * all.length)] as T
  const cell = (): string => Array.from({ length: Math.floor(draw() * 5) }, () => pick(pieces)).join('')
  const columns = 2 + Math.floor(draw() * 3)
  return Array.from({ length: 1 + Math.floor(draw() * 6) }, () => Array.from({ length: columns }, cell))
}

const others = (text: string): string[][] => parse(text, { bom: true, skip_empty_lines: true })

test('csv-parse reads what is written as we do, in 500 tables of odd cells', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const text = csvText(cells(drawn(seed)))
    expect(parseCsv(text), `table ${seed}: ${JSON.stringify(text)}`).toEqual(others(text))
  }
})

test('csv-parse reads tables of other programs as we do: everything quoted, or LF alone, or a byte order mark', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const draw = drawn(seed)
    const end = draw() < 0.5 ? '\n' : '\r\n'
    const rows = cells(draw).map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
    const text = `${draw() < 0.3 ? '\uFEFF' : ''}${rows.join(end)}${draw() < 0.5 ? end : ''}`
    expect(parseCsv(text), `table ${seed}: ${JSON.stringify(text)}`).toEqual(others(text))
  }
})
