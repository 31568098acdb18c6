import { expect, test } from 'vitest'
import { intakeLimits } from './submission.ts'
import { refusalOf, remarksOn, usedOfIgnored, usedOfTools, workIn, type Listed } from './work.ts'

const file = (path: string, size = 10): Listed => ({ path, kind: 'file', size })
const rules = (...entries: Listed[]) => workIn(entries).odd.map((o) => [o.path, o.rule])
const takenOf = (...entries: Listed[]) => workIn(entries).taken.map((e) => e.path)

test.each<[string, Listed, string]>([
  ['a link', { path: 'src/x', kind: 'symlink', size: 1 }, 'symlink'],
  ['a pipe', { path: 'src/x', kind: 'special', size: 1 }, 'special'],
  ['a folder without rights', { path: 'src/x/', kind: 'unreadable', size: 1 }, 'unreadable'],
  ['a device of Windows', file('src/aux.ts'), 'odd-name'],
  ['a colon', file('notes 12:30.txt'), 'odd-name'],
  ['a joined emoji', file('\u{1f469}\u200d\u{1f4bb}.txt'), 'odd-name'],
  ['other capitals', file('src/Main.ts'), 'name-collision'],
  ['more than a file may hold', file('data.json', intakeLimits.fileBytes + 1), 'too-large'],
])('%s is left out and named, and the rest is taken', (_, odd, rule) => {
  expect(rules(file('src/main.ts'), odd)).toEqual([[odd.path, rule]])
  expect(takenOf(file('src/main.ts'), odd)).toEqual(['src/main.ts'])
})

test('workIn: what is too much as a whole is refused, since nobody could say which part to leave out', () => {
  const many = Array.from({ length: intakeLimits.files + 1 }, (_, i) => file(`f${i}.ts`))
  expect(workIn(many).refused?.rule).toBe('too-many-files')
  expect(workIn(many.slice(1)).refused).toBeNull()
  expect(workIn(many.slice(1, 12).map((f) => ({ ...f, size: 250_000 }))).refused?.rule).toBe('too-large')
  expect(workIn([file('x/HEAD'), file('x/config')]).refused?.rule).toBe('embedded-repository')
})

test.each<[string, string, string | null]>([
  ['nobody names it', 'export const x = 1', null],
  ['an import names it', "import { a } from './aux.ts'", 'odd-name'],
  ['an import names it without its ending', 'require_relative "aux"', 'odd-name'],
  ['it is part of another word', 'auxiliary', null],
])('refusalOf: a file that cannot be taken, and %s', (_, text, rule) => {
  expect(refusalOf(workIn([file('src/main.ts'), file('src/aux.ts')]), [text], new Set())?.rule ?? null).toBe(rule)
})

test('refusalOf: a file that the exercise has from the start, and a state that holds nothing else', () => {
  const link: Listed = { path: 'src/main.ts', kind: 'symlink', size: 1 }
  expect(refusalOf(workIn([link, file('b.ts')]), [], new Set(['src/main.ts']))?.rule).toBe('symlink')
  expect(refusalOf(workIn([link]), [], new Set())?.rule).toBe('symlink')
})

test('usedOfTools: only what the work seems to use', () => {
  const work = workIn(
    ['src/main.ts', 'src/target/a.ts', 'src/words.log', 'node_modules/', 'x.class'].map((p) => file(p)),
  )
  expect(work.passedOver).toEqual(['src/target/', 'node_modules/', 'src/words.log', 'x.class'])
  expect(usedOfTools(work, ["import './target/a.ts'"]).map((o) => o.path)).toEqual(['src/target/'])
  expect(usedOfTools(work, ["readFileSync('src/words.log')"]).map((o) => o.path)).toEqual(['src/words.log'])
  expect(usedOfTools(work, ['const target = 1'])).toEqual([])
})

test('usedOfIgnored: only work, and only what is named', () => {
  const ignored = ['src/words.txt', 'src/data/', 'node_modules/', '.env', 'a.log']
  const texts = ["readFileSync('src/words.txt'); import './data/x.ts'; 'a.log node_modules/x'"]
  expect(usedOfIgnored(ignored, texts).map((o) => o.path)).toEqual(['src/words.txt', 'src/data/'])
})

test('remarksOn: the refusal first, not twice, and not without end', () => {
  const odd = workIn(Array.from({ length: 8 }, (_, i) => file(`a${i}:.ts`))).odd
  const remarks = remarksOn(odd, odd[0] ?? null)
  expect(remarks).toHaveLength(7)
  expect(remarks[0]).toBe(
    'The path "a0:.ts" holds a character that not every system can have in a name; rename it. As it is, this state cannot be handed in.',
  )
  expect(remarks.at(-1)).toBe('2 more files are left out for such reasons.')
})
