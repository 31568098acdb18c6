import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'

/** The pages of the fixtures against the fixtures themselves: examples compile, and nothing that can be called is missing. */

const root = join(import.meta.dirname, '../..')
const docs = join(root, 'runner/docs/harness')
const pages = new Map(readdirSync(docs).map((name) => [name, readFileSync(join(docs, name), 'utf8')]))

/** Where each fixture is told of, if not on the page of its own name. */
const pageOf: Record<string, string[]> = {
  database: ['database.md', 'wire.md'],
  redis: ['redis.md', 'wire.md'],
  mysql: ['mysql.md', 'wire.md'],
  mongo: ['mongo.md', 'wire.md'],
  ...Object.fromEntries(
    ['files', 'random', 'scratch', 'transcript', 'evidence', 'requirement'].map((name) => [name, ['small.md']]),
  ),
}
const textFor = (fixture: string): string =>
  (pageOf[fixture] ?? [`${fixture}.md`]).map((page) => pages.get(page)).join()

/** Each example stands where a suite would. */
const examples = new Map(
  [...pages].flatMap(([page, text]) =>
    [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(
      ([, code = ''], i) => [join(root, 'exercises', 'docs', `${page}-${i}.test.ts`), code] as const,
    ),
  ),
)
const fixtures = join(root, 'exercises', 'docs', 'fixtures.ts')

let program: ts.Program

beforeAll(() => {
  const files = new Map([...examples, [fixtures, `export type { Fixtures } from '#harness'\n`]])
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: object }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile, readFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path) ?? readFile(path)
  host.getSourceFile = (path, ...rest) => {
    const text = files.get(path)
    return text === undefined ? getSourceFile(path, ...rest) : ts.createSourceFile(path, text, ts.ScriptTarget.ESNext)
  }
  program = ts.createProgram([...files.keys()], { ...options, noEmit: true }, host)
}, 60_000)

test('every example compiles', () => {
  const problems = [...examples.keys()].flatMap((path) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map((d) => `${path}: ${ts.flattenDiagnosticMessageText(d.messageText, ' ')}`),
  )
  expect(problems).toEqual([])
  expect(examples.size).toBeGreaterThanOrEqual(15)
})

test('every fixture has its page, which names everything that can be called or read', () => {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(fixtures)
  const exported = file && checker.getSymbolAtLocation(file)
  const type = exported && checker.getDeclaredTypeOfSymbol(onlyAlias(checker, exported))
  const missing = (type?.getProperties() ?? []).flatMap((fixture) => {
    const text = textFor(fixture.name)
    const names = [fixture.name, ...membersOf(checker, checker.getTypeOfSymbol(fixture), new Set())]
    return [...new Set(names)].filter((name) => !mentions(text, name)).map((name) => `${fixture.name}: ${name}`)
  })
  expect(missing).toEqual([])
  expect(type?.getProperties().length).toBeGreaterThan(15)
})

const onlyAlias = (checker: ts.TypeChecker, module_: ts.Symbol): ts.Symbol =>
  checker.getAliasedSymbol(checker.getExportsOfModule(module_)[0] as ts.Symbol)

/** In backquotes, alone or at the beginning of a call. */
const mentions = (text: string, name: string): boolean => new RegExp(`\`[^\`\n]*\\b${name}\\b[^\`\n]*\``).test(text)

/** Names of the members of a type of the harness's, and of the types that its functions give. */
function membersOf(checker: ts.TypeChecker, type: ts.Type, seen: Set<ts.Type>): string[] {
  if (seen.has(type)) return []
  seen.add(type)
  if (type.isUnion()) return type.types.flatMap((one) => membersOf(checker, one, seen))
  const calls = type.getCallSignatures()
  if (calls.length > 0) return calls.flatMap((call) => membersOf(checker, call.getReturnType(), seen))
  const [inner] = checker.getTypeArguments(type as ts.TypeReference) ?? []
  if (inner && /^(Promise|Array|ReadonlyArray)$/.test(type.symbol?.name ?? '')) return membersOf(checker, inner, seen)
  const isOurs = type.symbol?.declarations?.some((d) => d.getSourceFile().fileName.includes('/runner/harness/'))
  if (!isOurs) return []
  return type
    .getProperties()
    .flatMap((property) => [property.name, ...membersOf(checker, checker.getTypeOfSymbol(property), seen)])
}
