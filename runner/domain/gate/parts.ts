import type { Exercise, Language, PackId, ServiceId } from '../exercise/exercise.ts'

/**
 * Which files of the runner a trial rests on: when none of them has changed, its outcome is still true. The harness and
 * the adapters are followed import by import; where one file knows all of a kind (all fixtures, all servers, all
 * toolchains), only those are followed that the exercise uses.
 */

/** Files by the files that they import, types left out; paths from the project's folder, with forward slashes. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** What of a variant decides which parts its trials rest on. */
export interface Uses {
  driver: Exercise['driver']
  language: Language
  services: readonly ServiceId[]
  packs: readonly PackId[]
  /** Every word in the suite's text: a fixture that is not among them is not used. */
  words: ReadonlySet<string>
}

/** Where following begins. */
const roots = ['runner/harness/test.ts', 'runner/harness/index.ts', 'runner/adapters/runs/runs.ts']

/** Files that import all of a kind, to hand out the one that is asked for. */
export const hubs = [
  'runner/harness/test.ts',
  'runner/harness/index.ts',
  'runner/harness/services/services.ts',
  'runner/adapters/runs/runs.ts',
  'runner/adapters/toolchains/index.ts',
  'runner/adapters/services/leases.ts',
  'runner/adapters/services/find-server.ts',
]

type Condition = (uses: Uses) => boolean

const named =
  (...names: string[]): Condition =>
  ({ words }) =>
    names.some((name) => words.has(name))
const served =
  (service: ServiceId): Condition =>
  ({ services }) =>
    services.includes(service)
const spoken =
  (...languages: Language[]): Condition =>
  ({ language }) =>
    languages.includes(language)

/** A file or folder behind a hub, and when it is used. What a file that is no hub imports is always followed. */
export const optionalParts: readonly (readonly [path: string, used: Condition])[] = [
  ['runner/harness/program.ts', named('program')],
  ['runner/harness/mutants.ts', named('mutants')],
  ['runner/harness/artefact.ts', named('artefact')],
  ['runner/harness/http/server.ts', named('server')],
  ['runner/harness/http/upstream.ts', named('upstream')],
  ['runner/harness/subject/', named('subject')],
  ['runner/harness/repository/', named('repository')],
  ['runner/harness/docker/', named('docker', 'settingsIn', 'startCommand', 'shellCommands')],
  ['runner/harness/iam/', named('iam')],
  ['runner/harness/services/postgres/', served('postgres')],
  ['runner/harness/services/mysql/', served('mysql')],
  ['runner/harness/services/redis/', served('redis')],
  ['runner/harness/services/mongodb/', served('mongodb')],
  ['runner/harness/services/azurite/', served('azurite')],
  ['runner/adapters/services/postgres.ts', served('postgres')],
  ['runner/adapters/services/mysql.ts', served('mysql')],
  ['runner/adapters/services/redis.ts', served('redis')],
  ['runner/adapters/services/mongodb.ts', served('mongodb')],
  ['runner/adapters/services/azurite.ts', served('azurite')],
  ['runner/adapters/toolchains/node.ts', spoken('ts')],
  ['runner/adapters/toolchains/python.ts', spoken('py')],
  ['runner/adapters/toolchains/java.ts', spoken('java')],
  ['runner/adapters/toolchains/ruby.ts', spoken('rb')],
  // The gate runs its trials outside a sandbox; what grading rests on is asked elsewhere.
  ['runner/adapters/sandbox/', () => false],
]

/** Files that a child or a server is started with, or a suite brings along: named as text and not imported. */
const startedWith: readonly (readonly [path: string, used: Condition])[] = [
  ['runner/adapters/vitest/', () => true],
  ['runner/harness/model/', named('agrees')],
  ['runner/harness/children/protocol/', spoken('ts')],
  ['runner/harness/children/node/', spoken('ts')],
  ['runner/harness/children/python/', spoken('py')],
  ['runner/harness/children/java/', spoken('java')],
  ['runner/harness/children/ruby/', spoken('rb')],
  ['runner/adapters/toolchains/CompileServer.java', spoken('java')],
  ['runner/adapters/toolchains/SpringTraining.java', ({ packs }) => packs.includes('java-spring')],
  ['runner/adapters/services/MongoServer.java', served('mongodb')],
]

/** Every file of the runner that a trial of such a variant rests on, sorted. `files` are all files of the runner. */
export function partsOf(graph: ImportGraph, files: readonly string[], uses: Uses): string[] {
  const found = new Set<string>()
  const open = [...roots, ...(uses.driver === 'git' ? ['runner/adapters/repositories/build-repository.ts'] : [])]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue
    found.add(file)
    const imported = graph.get(file) ?? []
    open.push(...(hubs.includes(file) ? imported.filter((path) => isUsed(path, uses)) : imported))
  }
  const started = startedWith.filter(([, used]) => used(uses)).map(([path]) => path)
  const pins = uses.packs.map((id) => `runner/adapters/packs/pins/${id}/`)
  for (const file of files)
    if (isSource(file) && [...started, ...pins].some((path) => isAt(file, path))) found.add(file)
  return [...found].sort()
}

const isUsed = (path: string, uses: Uses): boolean =>
  optionalParts.filter(([part]) => isAt(path, part)).every(([, used]) => used(uses))

const isAt = (path: string, part: string): boolean => (part.endsWith('/') ? path.startsWith(part) : path === part)

/** Tests and what only they need prove nothing about a trial. */
export const isSource = (path: string): boolean =>
  !/(\.test\.ts|-fixtures\.ts|\.md)$/.test(path) && !/^runner\/(testing|bench|docs)\//.test(path)

/** The words of a suite, for `Uses.words`. */
export const wordsOf = (text: string): Set<string> => new Set(text.match(/[A-Za-z_$][\w$]*/g) ?? [])
