import { expect, test } from 'vitest'
import { languages } from '../exercise/exercise.ts'
import { isComparable, tokensOf } from './similarity-tokens.ts'

const kinds = (language: (typeof languages)[number], source: string): string =>
  tokensOf(language, source)
    .map((t) => t.kind)
    .join(' ')

test('other names, numbers, texts, layout and comments are the same words', () => {
  const one =
    'export function total(items: Item[]) {\n  let sum = 0 // all\n  for (const i of items) sum += i.price * 2\n  return `x ${sum}`\n}'
  const other =
    "/* mine */ export function add(list: Thing[]) { let s = 17; for (const el of list) s += el.cost * 4; return 'y' }"
  expect(kinds('ts', other).replaceAll(' ;', '')).toBe(kinds('ts', one))
})

test.each([
  ['ts', 'const a = "//" + \'x\'', 'const name = text + text'],
  ['py', 'def f(a):\n  """doc # no"""\n  return f"{a}" # c', 'def name ( name ) : text return text'],
  ['java', 'int x = 1; /* c */ String s = """\na "b"\n""";', 'int name = number ; name name = text ;'],
  ['rb', '# c\nitems.map { |i| i.ok? }\n=begin\nx\n=end\nnil', 'name . name { | name | name . name } nil'],
  ['sql', "select A.x FROM t -- c\nwhere y = 'it''s'", 'select name . name from name where name = text'],
  ['json', '{"a": 1}', '{ "a" : 1 }'],
  ['docker', 'FROM node:24 # c\nRUN npm ci', 'FROM node : 24 RUN npm ci'],
] as const)('%s: %j', (language, source, expected) => expect(kinds(language, source)).toBe(expected))

test('each word knows its place', () => {
  expect(tokensOf('ts', 'let a\n\n  = `x\ny` + b')).toEqual([
    { kind: 'let', line: 0, column: 0, endColumn: 3 },
    { kind: 'name', line: 0, column: 4, endColumn: 5 },
    { kind: '=', line: 2, column: 2, endColumn: 3 },
    { kind: 'text', line: 2, column: 4, endColumn: 9 },
    { kind: '+', line: 3, column: 3, endColumn: 4 },
    { kind: 'name', line: 3, column: 5, endColumn: 6 },
  ])
})

test.each(languages)('%s never fails or hangs, whatever it reads', (language) => {
  const odd = ['"', "'", '`', '"""', '/*', '=begin', '\\', '\u0000', '"\\', '\ud800', '💥', '#', '--', '@', '"a\nb']
  for (const source of [...odd, odd.join(''), odd.join('\n'), '"'.repeat(5000), '('.repeat(120_000)])
    expect(tokensOf(language, source).length).toBeLessThanOrEqual(source.length)
})

test('files are compared by language; a repository is not', () => {
  expect(isComparable('ts', 'src/main.mts')).toBe(true)
  expect(isComparable('ts', 'README.md')).toBe(false)
  expect(isComparable('docker', 'app/Dockerfile')).toBe(true)
  expect(isComparable('git', 'repo/HEAD')).toBe(false)
})
