import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { catalogSource } from '../adapters/files/catalog-source.ts'
import { parseBrief } from '../domain/exercise/brief.ts'
import { staticProblems } from '../domain/gate/content-rules.ts'
import { editsOf, faults, sameCases, wrongAnswer, type Kind } from './edits.ts'
import { referenceOf, slugOf, suiteOf } from './materials.ts'
import { benchExercises, copyOf, largeCatalog } from './projects.ts'

const kinds: Kind[] = ['module', 'http']
const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

function write(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'gym-bench-test-'))
  folders.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

describe.each(kinds)('edits of the %s exercise', (kind) => {
  const reference = referenceOf(kind)

  test('each fault changes the reference at one place and names cases of the suite', () => {
    for (const fault of faults[kind]) {
      expect(reference.split(fault.from).length, fault.from).toBe(2)
      expect(wrongAnswer(reference, fault)).toContain(fault.to)
      for (const id of fault.red) expect(suiteOf(kind)).toContain(`id: '${id}'`)
    }
  })

  test('wrong and right by turns, a third of them atomic, never the same text twice', () => {
    const edits = editsOf(kind, reference, 40)
    expect(edits.map((e) => e.red.length > 0)).toEqual(edits.map((_, i) => i % 2 === 0))
    expect(edits.filter((e) => e.atomic)).toHaveLength(13)
    expect(new Set(edits.filter((e) => e.atomic).map((e) => e.red.length > 0)).size).toBe(2)
    expect(new Set(edits.map((e) => e.text)).size).toBe(40)
  })
})

test('sameCases: the order does not matter', () => {
  expect(sameCases(['a', 'b'], ['b', 'a'])).toBe(true)
  expect(sameCases(['a'], [])).toBe(false)
})

describe('the exercises that bench makes', () => {
  test('are sound for the catalog, with a brief that the content gate accepts and eight cases', () => {
    const source = catalogSource(write(benchExercises(2)))
    const { catalog, problems } = source.load()
    expect(problems).toEqual([])
    expect([...catalog.bySlug.keys()]).toEqual(
      kinds.flatMap((kind) => [slugOf(kind), copyOf(kind, 1), copyOf(kind, 2)]),
    )
    for (const exercise of catalog.bySlug.values()) {
      expect(staticProblems(exercise, source.brief(exercise), source.hints(exercise), new Set())).toEqual([])
      expect(parseBrief(source.brief(exercise)).requirements.size).toBe(8)
    }
    for (const kind of kinds) expect(suiteOf(kind).match(/^test\(/gm)).toHaveLength(8)
  })

  test('a large catalog has as many as asked for, and the whole one comes first', () => {
    const { catalog, problems } = catalogSource(write(largeCatalog(50))).load()
    expect(problems).toEqual([])
    expect(catalog.bySlug.size).toBe(50)
    expect(catalog.bySlug.keys().next().value).toBe(slugOf('module'))
  })
})
