import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesIn } from '../adapters/files/walk.ts'
import { commandNames } from '../cli/command-names.ts'

/** What documents and comments point at has to be there: a clone holds nothing else that could be looked up. */

const root = join(import.meta.dirname, '../..')
const skipped = new Set(['node_modules', 'pins', 'golden', 'material'])

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesIn(join(root, 'runner/docs')).map(({ path }) => `runner/docs/${path}`),
].filter((path) => path.endsWith('.md'))

const sources = filesIn(join(root, 'runner'), skipped)
  .map(({ path }) => `runner/${path}`)
  .filter((path) => /\.(ts|mjs|py|rb|java)$/.test(path) && !/dockerignore/.test(path))
  .filter((path) => path !== relative(root, import.meta.filename))

const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')
const isThere = (...parts: string[]): boolean => existsSync(join(root, ...parts))

/** Links of Markdown, without anchors and addresses. */
const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map((m) => m[1] ?? '').filter((link) => !/^[a-z]+:/.test(link))

/** Paths in code marks: whole ones from the project's folder, without placeholders. */
const pathsIn = (text: string): string[] =>
  [...text.matchAll(/`((?:runner|exercises|solutions|templates|\.ci|\.github)\/[\w./-]+)`/g)].map((m) => m[1] ?? '')

describe.each(documents)('%s', (document) => {
  const text = textOf(document)

  test('every link leads somewhere', () => {
    expect(linksIn(text).filter((link) => !isThere(dirname(document), link))).toEqual([])
  })

  test('every path that it names is there', () => {
    expect(pathsIn(text).filter((path) => !isThere(path))).toEqual([])
  })

  test('every command that it names is one', () => {
    const named = [...text.matchAll(/npm run (?:-s )?([a-z]+)/g)].map((m) => m[1] ?? '')
    const scripts = (JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }).scripts
    expect(named.filter((name) => !(name in scripts) && !(name in commandNames))).toEqual([])
  })
})

/** Documents by name, with their folder where one is given: `docs/json.md`, `decisions/0004-mongodb.md`. */
const documentsIn = (text: string): string[] => [...text.matchAll(/[\w/-]*\w\.md\b/g)].map((m) => m[0])

/** Files of the runner as comments name them: from the runner's folder or the project's. */
const filesNamedIn = (text: string): string[] =>
  [
    ...text.matchAll(/(?:^|[\s(])((?:runner\/)?(?:adapters|app|cli|domain|harness|testing|ui|bench)\/[\w./-]+\.\w+)/gm),
  ].map((m) => m[1] ?? '')

const commentsIn = (text: string): string =>
  [...text.matchAll(/\/\*[\s\S]*?\*\/|(?:^|\s)(?:\/\/|#) .*$/gm)].map((m) => m[0]).join('\n')

test('every document that a comment names is in the clone', () => {
  const known = new Set([...documents.map((path) => path.split('/').at(-1) ?? ''), 'README.md', 'WHY.md', 'SUMMARY.md'])
  const missing = sources.flatMap((path) =>
    documentsIn(commentsIn(textOf(path)))
      .filter((name) => !known.has(name.split('/').at(-1) ?? ''))
      .map((name) => `${path}: ${name}`),
  )
  expect(missing).toEqual([])
})

test('every file that a comment names is there', () => {
  const missing = sources.flatMap((path) =>
    filesNamedIn(commentsIn(textOf(path)))
      .filter((name) => !isThere(name) && !isThere('runner', name))
      .map((name) => `${path}: ${name}`),
  )
  expect(missing).toEqual([])
})
