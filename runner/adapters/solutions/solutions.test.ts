import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Solution } from '../../app/ports.ts'
import type { Exercise } from '../../domain/exercise/exercise.ts'
import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { catalogSource } from '../files/catalog-source.ts'
import { solutionsOf } from './solutions.ts'

const roots: string[] = []
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true, force: true })))

const right = 'solutions/languages/money-split'
const exerciseFolder = 'exercises/languages/money-split'
const standard: Record<string, string | Buffer> = {
  'templates/node/tsconfig.json': '{}',
  'templates/node/src/lines.ts': 'template\n',
  'templates/node/template.json': '{"toolchain":"node","entry":"src/main.ts"}',
  'templates/python/template.json': '{"toolchain":"python","entry":"main.py"}',
  'templates/plain/template.json': '{"toolchain":"none","entry":""}',
  [`${exerciseFolder}/starter/ts/src/main.ts`]: 'starter\n',
  [`${exerciseFolder}/starter/ts/src/total.ts`]: 'starter\n',
  [`${exerciseFolder}/starter/py/main.py`]: 'starter\n',
  [`${right}/reference/ts/src/main.ts`]: 'a\nb\n',
  [`${right}/reference/py/main.py`]: 'a\n',
  [`${right}/alternative/ts/src/main.ts`]: 'x\nb\n',
}
const head = 'Breaks: 1\nThe last line is lost.\n\n'
const mainPatch = '--- a/ts/src/main.ts\n+++ b/ts/src/main.ts\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n'
const mistake = (name: string, text: string | Buffer): Record<string, string | Buffer> => ({
  [`${right}/mistakes/${name}`]: text,
})

/** A project with one exercise and these files. */
function project(files: Record<string, string | Buffer>, more: Partial<Exercise> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'gym solutions '))
  roots.push(root)
  for (const [path, content] of Object.entries({ ...standard, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  const exercise = exerciseFixture({
    folder: join(root, exerciseFolder),
    languages: { ts: { template: 'node' }, py: { template: 'python' } },
    ...more,
  })
  const solutions = solutionsOf(catalogSource(root))
  const shown = ({ kind, id, overlays, hints }: Solution): unknown => ({
    kind,
    id,
    hints,
    overlays: overlays.map((o) => (typeof o === 'string' ? o.slice(root.length + right.length + 2) : Object.fromEntries(o))),
  })
  return {
    mistakes: () => solutions.mistakes(exercise),
    only: () => {
      const [first] = solutions.mistakes(exercise)
      if (!first) throw new Error('there is no mistake')
      return first
    },
    in: (language: 'ts' | 'py') => solutions.in(exercise, language).map(shown),
  }
}

const said = (problems: { rule: string; message: string }[]): string[] =>
  problems.filter((p) => p.rule !== 'mistake-head').map((p) => `${p.rule}: ${p.message}`)

test('in: reference, alternatives and mistakes of a language, in that order, each with what is laid', () => {
  const { in: list } = project({
    ...mistake('late.patch', head + mainPatch),
    ...mistake('early.patch', `Breaks: 1\nHint: late, early\nBase: alternative\nText.\n\n${mainPatch.replace('\n a', '\n x')}`),
    ...mistake('whole/ts/src/main.ts', 'z\n'),
    ...mistake('whole/mistake.txt', 'Breaks: 1\nText.\n'),
    ...mistake('python/py/main.py', 'z\n'),
    [`${right}/alternative-short/ts/src/main.ts`]: 'ab\n',
  })
  expect(list('ts')).toEqual([
    { kind: 'reference', id: 'reference', hints: [], overlays: ['reference/ts'] },
    { kind: 'alternative', id: 'alternative', hints: [], overlays: ['alternative/ts'] },
    { kind: 'alternative', id: 'alternative-short', hints: [], overlays: ['alternative-short/ts'] },
    {
      kind: 'mistake',
      id: 'early',
      hints: ['late', 'early'],
      overlays: ['alternative/ts', { 'src/main.ts': 'x\nc\n' }],
    },
    { kind: 'mistake', id: 'late', hints: ['late'], overlays: ['reference/ts', { 'src/main.ts': 'a\nc\n' }] },
    { kind: 'mistake', id: 'whole', hints: ['whole'], overlays: ['reference/ts', 'mistakes/whole/ts'] },
  ])
  expect(list('py')).toEqual([
    { kind: 'reference', id: 'reference', hints: [], overlays: ['reference/py'] },
    { kind: 'mistake', id: 'python', hints: ['python'], overlays: ['reference/py', 'mistakes/python/py'] },
  ])
})

test('in: a script does the whole work: nothing lies below it', () => {
  const { in: list } = project(
    { ...mistake('unsigned/ts/solve.sh', 'true\n'), [`${right}/reference/ts/solve.sh`]: 'false\n' },
    { driver: 'git' },
  )
  expect(list('ts').at(-1)).toMatchObject({ id: 'unsigned', overlays: ['mistakes/unsigned/ts'] })
})

test('mistakes: a patch for several languages, with a new and a deleted file', () => {
  const diff =
    '--- a/py/main.py\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n' +
    mainPatch +
    '--- /dev/null\n+++ b/ts/src/more.ts\n@@ -0,0 +1,1 @@\n+m\n'
  const { only, in: list } = project(mistake('late.patch', head + diff))
  expect(only()).toMatchObject({ id: 'late', form: 'patch', languages: ['ts', 'py'], problems: [] })
  expect(list('ts').at(-1)).toMatchObject({ overlays: ['reference/ts', { 'src/main.ts': 'a\nc\n', 'src/more.ts': 'm\n' }] })
  expect(list('py').at(-1)).toMatchObject({ overlays: ['reference/py', { 'main.py': null }] })
})

test('mistakes: a file of the starter or the template that the reference leaves as it is: changed from there', () => {
  const diff = (path: string, from: string): string =>
    `--- a/ts/src/${path}\n+++ b/ts/src/${path}\n@@ -1,1 +1,1 @@\n-${from}\n+c\n`
  const { only } = project(mistake('late.patch', head + diff('lines.ts', 'template') + diff('total.ts', 'starter')))
  expect(only().problems).toEqual([])
  expect(only().changes.map((c) => [c.path, c.before])).toEqual([
    ['ts/src/lines.ts', 'template\n'],
    ['ts/src/total.ts', 'starter\n'],
  ])
})

test('mistakes: a folder: its changes are told like those of a patch', () => {
  const { only } = project({ ...mistake('whole/ts/src/main.ts', 'z\n'), ...mistake('whole/ts/src/new.ts', 'n\n') })
  expect(only()).toMatchObject({
    form: 'folder',
    languages: ['ts'],
    changes: [
      { path: 'ts/src/main.ts', before: 'a\nb\n', after: 'z\n' },
      { path: 'ts/src/new.ts', before: null, after: 'n\n' },
    ],
  })
})

test('mistakes: none stored: none', () => {
  expect(project({}).mistakes()).toEqual([])
})

test.each([
  ['a diff that does not fit', mistake('a.patch', head + mainPatch.replace('-b', '-q')), /mistake-patch: its diff does/],
  ['no diff', mistake('a.patch', head), /mistake-patch: it holds no diff/],
  ['bytes that are no text', mistake('a.patch', Buffer.from([0x80, 0x81])), /mistake-patch: .* no text in UTF-8/],
  ['a path that leads out', mistake('a.patch', head + mainPatch.replaceAll('ts/src', 'ts/../..')), /mistake-path/],
  [
    'a base that is no text',
    { ...mistake('a.patch', head + mainPatch), [`${right}/reference/ts/src/main.ts`]: Buffer.from([0x80, 0x0a]) },
    /the file ts\/src\/main\.ts is no text in UTF-8/,
  ],
  [
    'a base that this language lacks',
    mistake('a.patch', `Breaks: 1\nBase: alternative\nText.\n\n--- /dev/null\n+++ b/py/x.py\n@@ -0,0 +1,1 @@\n+m\n`),
    /its base, the alternative, does not exist in "py"/,
  ],
  ['a folder in the place of a file', mistake('a.patch', head + mainPatch.replaceAll('/main.ts', '')), /is not there/],
  ['a folder without a language', mistake('a/mistake.txt', head.trimEnd() + '\n'), /holds no file of a language/],
  ['a folder with another language', mistake('a/rb/main.rb', 'x'), /mistake-path: the file "rb\/main\.rb" lies outside/],
])('mistakes: %s: told, and left out of the trees', (_what, files, message) => {
  const { only, in: list } = project(files)
  expect(said(only().problems).join('\n')).toMatch(message)
  expect(list('ts').filter((s) => (s as Solution).kind === 'mistake')).toEqual([])
  expect(list('py').filter((s) => (s as Solution).kind === 'mistake')).toEqual([])
})

test.each([
  ['an id in capitals', mistake('A.patch', head + mainPatch), /mistake-form: "A" is no id/],
  ['a form that is not canonical', mistake('a.patch', `${head}\n${mainPatch}`), /mistake-canonical: .* line 4/],
  ['a folder with a bad head', { ...mistake('a/mistake.txt', 'Breaks: x\n'), ...mistake('a/ts/src/main.ts', 'z') }, /mistake-form/],
  [
    'a patch and a folder of one id',
    { ...mistake('a.patch', head + mainPatch), ...mistake('a/ts/src/main.ts', 'z') },
    /mistake-form: it is there twice/,
  ],
])('mistakes: %s: told, and run all the same', (_what, files, message) => {
  const { only, in: list } = project(files)
  expect(said(only().problems).join('\n')).toMatch(message)
  expect(list('ts').some((s) => (s as Solution).kind === 'mistake')).toBe(true)
})

test('mistakes: something that is neither patch nor folder: told', () => {
  expect(said(project(mistake('notes.txt', 'x')).only().problems)).toEqual([
    'mistake-form: it is neither a patch nor a folder',
  ])
})

test('mistakes: a patch in an exercise of driver git: told', () => {
  const { only } = project(mistake('a.patch', head + mainPatch), { driver: 'git' })
  expect(said(only().problems)).toEqual([expect.stringMatching(/a mistake in git is a script/)])
})
