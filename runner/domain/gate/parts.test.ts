import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readCode, readImportGraph } from '../../adapters/proof/source-graph.ts'
import { hubs, optionalParts, partsOf, wordsOf, type ImportGraph, type Uses } from './parts.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const plain: Uses = { driver: 'stdio', language: 'ts', services: [], packs: [], words: new Set(['program']) }

describe('parts of the real runner', () => {
  let graph: ImportGraph
  let files: string[]
  beforeAll(async () => {
    graph = await readImportGraph(root)
    files = [...(await readCode(root)).keys()]
  })
  const parts = (uses: Partial<Uses>): string[] => partsOf(graph, files, { ...plain, ...uses })

  test('every place that the rules name is there', () => {
    expect(hubs.filter((path) => !graph.has(path))).toEqual([])
    expect(optionalParts.map(([path]) => path).filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  test('a program in TypeScript rests on its driver and its toolchain, and on no other', () => {
    const own = parts({})
    expect(own).toContain('runner/harness/program.ts')
    expect(own).toContain('runner/adapters/toolchains/node.ts')
    expect(own).toContain('runner/harness/children/node/node-module.mjs')
    expect(own).toContain('runner/adapters/vitest/suite-worker.mjs')
    expect(
      own.filter((path) => /docker|iam|repository|postgres|mysql|redis|mongodb|python|java|ruby/.test(path)),
    ).toEqual([])
  })

  test.each([
    ['a server', { words: new Set(['server']) }, 'runner/harness/http/server.ts'],
    ['a module', { words: new Set(['subject']) }, 'runner/harness/subject/subject.ts'],
    ['PostgreSQL', { services: ['postgres'] }, 'runner/harness/services/postgres/database.ts'],
    ['Redis', { services: ['redis'] }, 'runner/adapters/services/redis.ts'],
    ['git', { driver: 'git' }, 'runner/adapters/repositories/build-repository.ts'],
    ['Python', { language: 'py' }, 'runner/harness/children/python/python_module.py'],
    ['Java', { language: 'java' }, 'runner/adapters/toolchains/CompileServer.java'],
    ['a pack', { packs: ['java-spring'] }, 'runner/adapters/packs/pins/java-spring/SHA256SUMS'],
  ] as [string, Partial<Uses>, string][])('%s brings its part, which others do not have', (_, uses, part) => {
    expect(parts(uses)).toContain(part)
    expect(parts({})).not.toContain(part)
  })

  test('tests, fixtures and documents are no part of anything', () => {
    const all = parts({
      driver: 'git',
      services: ['postgres', 'redis', 'mysql', 'mongodb', 'azurite'],
      language: 'java',
    })
    expect(all.filter((path) => /\.test\.ts$|-fixtures\.ts$|\.md$/.test(path))).toEqual([])
  })
})

test('what a file that is no hub imports is always followed', () => {
  const graph: ImportGraph = new Map([
    ['runner/harness/test.ts', ['runner/harness/mutants.ts', 'runner/harness/subject/subject.ts']],
    ['runner/harness/mutants.ts', ['runner/harness/subject/link.ts']],
  ])
  const found = partsOf(graph, [], { ...plain, words: new Set(['mutants']) })
  expect(found).toContain('runner/harness/subject/link.ts')
  expect(found).not.toContain('runner/harness/subject/subject.ts')
})

test('words are whole: a fixture within a longer name is none', () => {
  expect(wordsOf('async ({ program, serverless }) => {}')).toEqual(new Set(['async', 'program', 'serverless']))
})
