import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { catalogSource } from './catalog-source.ts'

const { area: _area, folder: _folder, ...manifest } = exerciseFixture()

function project(files: Record<string, unknown>): string {
  const root = mkdtempSync(join(tmpdir(), 'gym-catalog-'))
  for (const [path, value] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), typeof value === 'string' ? value : JSON.stringify(value))
  }
  return root
}

const area = { title: 'Languages', summary: 'All of them', exercises: ['money-split'] }
const messages = (root: string): string[] =>
  catalogSource(root)
    .load()
    .problems.map((p) => `${p.file.slice(root.length + 1)} ${p.at} ${p.message}`)

test('load: a sound project: no problem, areas in order', () => {
  const root = project({
    'exercises/languages/area.json': area,
    'exercises/languages/money-split/exercise.json': manifest,
  })
  expect(messages(root)).toEqual([])
  expect([...catalogSource(root).load().catalog.bySlug.keys()]).toEqual(['money-split'])
})

test('load: several faults: all of them at once, with file and place', () => {
  const root = project({
    'exercises/languages/area.json': { ...area, exercises: ['money-split', 'gone'] },
    'exercises/languages/money-split/exercise.json': {
      ...manifest,
      difficulty: 9,
      surprise: true,
      groups: [{ id: 'main', weight: 90 }],
    },
    'exercises/languages/unlisted/exercise.json': manifest,
    'exercises/api/area.json': '{',
  })
  const found = messages(root)
  expect(found).toContainEqual(expect.stringMatching(/money-split\/exercise\.json difficulty /))
  expect(found).toContainEqual(expect.stringMatching(/money-split\/exercise\.json surprise /))
  expect(found).toContainEqual(expect.stringMatching(/money-split\/exercise\.json groups the weights must sum to 100/))
  expect(found).toContainEqual(expect.stringMatching(/gone\/exercise\.json {2}is missing/))
  expect(found).toContainEqual(expect.stringMatching(/unlisted {2}is not listed/))
  expect(found).toContainEqual(expect.stringMatching(/api\/area\.json {2}is not JSON/))
})

test('load: one slug in two areas: named', () => {
  const root = project({
    'exercises/languages/area.json': area,
    'exercises/languages/money-split/exercise.json': manifest,
    'exercises/api/area.json': area,
    'exercises/api/money-split/exercise.json': manifest,
  })
  expect(messages(root)).toContainEqual(expect.stringContaining('stands twice in the catalog'))
})

test('layers: a link in a starter: refused, so that no workspace takes files from elsewhere', () => {
  const root = project({
    'exercises/languages/area.json': area,
    'exercises/languages/money-split/exercise.json': manifest,
    'exercises/languages/money-split/starter/ts/src/main.ts': '',
    'templates/node/template.json': '{"toolchain":"node","entry":"src/main.ts"}',
  })
  symlinkSync('/etc/passwd', join(root, 'exercises/languages/money-split/starter/ts/passwd'))
  const source = catalogSource(root)
  const exercise = source.load().catalog.bySlug.get('money-split')
  expect(() => exercise && source.layers({ exercise, language: 'ts' })).toThrow(/is not a regular file/)
})

test('layers: a template that stands on another: bottom first, the starter last', () => {
  const root = project({
    'exercises/languages/area.json': area,
    'exercises/languages/money-split/exercise.json': { ...manifest, languages: { ts: { template: 'node-http' } } },
    'exercises/languages/money-split/starter/ts/src/main.ts': '',
    'templates/node/template.json': '{"toolchain":"node","entry":"src/main.ts"}',
    'templates/node/tsconfig.json': '{}',
    'templates/node-http/template.json': '{"toolchain":"node","entry":"src/main.ts","base":"node"}',
    'templates/node-http/src/http.ts': '',
  })
  const source = catalogSource(root)
  const exercise = source.load().catalog.bySlug.get('money-split')
  expect(
    exercise && source.layers({ exercise: exercise, language: 'ts' }).map(({ files }) => files.map(({ path }) => path)),
  ).toEqual([['template.json', 'tsconfig.json'], ['src/http.ts', 'template.json'], ['src/main.ts']])
  rmSync(join(root, 'templates/node'), { recursive: true })
  expect(() => exercise && source.layers({ exercise: exercise, language: 'ts' })).toThrow(
    /templates.node.template\.json/,
  )
})

test('brief: gone: a sentence with the way out', () => {
  const root = project({
    'exercises/languages/area.json': area,
    'exercises/languages/money-split/exercise.json': manifest,
  })
  const source = catalogSource(root)
  const exercise = source.load().catalog.bySlug.get('money-split')
  expect(() => exercise && source.brief(exercise)).toThrow(/The brief .*README\.md cannot be read/)
})
