import { test as base, expect, type TestContext } from 'vitest'
import { artefact, type Artefact } from './artefact.ts'
import { azure, type Azure } from './services/azurite/azure.ts'
import { database, type Database } from './services/postgres/database.ts'
import { endStrays } from './child/processes.ts'
import { describeDifference, failedAt } from './run/difference.ts'
import { docker, type Docker } from './docker/docker.ts'
import { iam, type Iam } from './iam/iam.ts'
import { mongo, type Mongo } from './services/mongodb/mongo.ts'
import { mutants, type Mutants } from './mutants.ts'
import { mysql, type Mysql } from './services/mysql/mysql.ts'
import { program, type Program } from './program.ts'
import { seededRandom, type Random } from './run/random.ts'
import { redis, type Redis } from './services/redis/redis.ts'
import { repository, type Repository } from './repository/repository.ts'
import {
  closeRun,
  emptyRecord,
  endCase,
  keepStop,
  keptText,
  leaveCase,
  note,
  openRun,
  printedSoFar,
  StopRun,
  type CaseRecord,
  type RunState,
} from './run/run-state.ts'
import { server, type Server } from './http/server.ts'
import { openServices } from './services/services.ts'
import { subject, type Subject } from './subject/subject.ts'
import { upstream, type Upstream } from './http/upstream.ts'
import { workspaceFiles, type WorkspaceFiles } from './run/workspace-files.ts'

/** What a case says of itself (docs/authoring.md). */
export interface CaseMeta {
  /** Permanent; hints and records name it. */
  id: string
  /** A group of the manifest; a probe needs none. */
  group?: string
  /** A failed gate caps the total. */
  gate?: boolean
  /** Numbers of the brief's requirements that this case checks. */
  covers: number[]
  /** A zero-point diagnostic: runs only after a failure, to tell mistakes apart. */
  probe?: boolean
}

/** What the harness reports of a case; read by the runner from vitest's task meta. */
export interface ObservedCase extends Omit<CaseRecord, 'output'> {
  stopped: boolean
  /** Of a failed case. */
  output: string
}

/** What the harness reports of a suite file; written as its very last act. */
export interface ObservedModule {
  stop: RunState['stop']
  warnings: string[]
  stderr: string
  endMarker: true
}

declare module 'vitest' {
  interface TaskMeta extends Partial<CaseMeta> {
    observed?: ObservedCase
    run?: ObservedModule
  }
}

export interface Fixtures {
  /** The learner's program, run to completion. */
  program: Program
  /** The learner's program as an HTTP server. */
  server: Server
  /** A scripted HTTP service that the learner's client meets. */
  upstream: Upstream
  /** The learner's module, called across a process boundary. */
  subject: Subject
  /** A fresh database, cloned from a template once a suite file. */
  database: Database
  /** Redis, a server of this run alone. */
  redis: Redis
  /** MariaDB or MySQL, with a database of this run alone. */
  mysql: Mysql
  /** MongoDB or what stands in for it, with a database of this run alone. */
  mongo: Mongo
  /** Azurite, with containers of this run alone. */
  azure: Azure
  /** The learner's git repository, read as data. */
  repository: Repository
  /** The learner's own tests, run against correct and faulty variants. */
  mutants: Mutants
  /** The learner's Dockerfile, read as Docker reads it. */
  docker: Docker
  /** The learner's IAM policies, decided as AWS documents it. */
  iam: Iam
  /** What the learner read out of a snapshot or profile. */
  artefact: Artefact
  /** The learner's files, read as text. */
  files: WorkspaceFiles
  /** Seeded randomness; the seed is printed with the verdict. */
  random: Random
  /** Absolute path of a private folder of this run; deleted afterwards. */
  scratch: string
  /** Adds a line to the transcript of the case. */
  transcript: (label: string, value: unknown) => void
  /** Adds a named value that hints can match on. */
  evidence: (name: string, value: string | number | boolean | null) => void
  /** Says which requirement of `covers` the next steps look at: a failure there is a failure of it. */
  requirement: (number: number) => void
}

interface FileFixtures {
  run: RunState
}

const extended = base.extend<Fixtures & { $file: FileFixtures }>({
  run: [
    async ({}: object, use: (run: RunState) => Promise<void>) => {
      const run = openRun()
      await openServices(run)
      await use(run)
      await finish(run)
    },
    { scope: 'file', auto: true },
  ],
  program: fixture(program),
  server: fixture(server),
  upstream: fixture(upstream),
  subject: fixture((run) => subject(run)),
  database: fixture(database),
  redis: fixture(redis),
  mysql: fixture(mysql),
  mongo: fixture(mongo),
  azure: fixture(azure),
  repository: fixture(repository),
  mutants: fixture(mutants),
  docker: fixture(docker),
  iam: fixture(iam),
  artefact: fixture(artefact),
  files: fixture(workspaceFiles),
  random: fixture((run) => seededRandom(run.context.seed)),
  scratch: fixture((run) => run.context.scratch),
  transcript: fixture((run) => (label: string, value: unknown) => note(run, label, asText(value))),
  evidence: fixture((run) => (name: string, value: string | number | boolean | null) => {
    run.current.evidence[name] = value
  }),
  requirement: fixture((run) => (number: number) => {
    run.current.requirement = number
  }),
} as never)

/** One value per run and kind: a server or child lives as long as its suite file. */
function fixture<T>(make: (run: RunState) => T) {
  const made = new WeakMap<RunState, T>()
  return async ({ run }: { run: RunState }, use: (value: T) => Promise<void>) => {
    if (!made.has(run)) made.set(run, make(run))
    await use(made.get(run) as T)
  }
}

type CaseFunction = (context: Fixtures & TestContext) => Promise<void> | void

/**
 * Declares a case. Registering must not depend on seed, language, clock or environment.
 * @param sentence what holds when the case passes, as a learner reads it
 */
export function test(sentence: string, options: { meta: CaseMeta; timeout?: number }, fn: CaseFunction): void {
  const wrapped = async (context: Fixtures & TestContext & FileFixtures): Promise<void> => runCase(context, fn)
  // vitest reads the wanted fixtures from the text of the function: show it the author's, plus `run`.
  const source = fn
    .toString()
    .replace(/^([^(]*\(\s*)(\{)?/, (_, head: string, brace?: string) => (brace ? `${head}{ run, ` : `${head}{ run }, `))
  wrapped.toString = () => source
  extended(sentence, options as never, wrapped as never)
}

async function runCase(context: Fixtures & TestContext & FileFixtures, fn: CaseFunction): Promise<void> {
  const { run, task } = context
  keepModuleReport(run, task.file.meta as { run?: ObservedModule })
  if (run.stop || (task.meta.probe === true && run.failures === 0)) return context.skip()
  run.current = emptyRecord()
  run.currentId = task.meta.id ?? null
  let output = ''
  try {
    await fn(context)
    await endCase(run)
  } catch (error) {
    failed(run, error)
    await printedSoFar()
    output = keptText(run.current.output)
    throw error
  } finally {
    leaveCase(run)
    task.meta.observed = { ...run.current, output, stopped: run.stop !== null }
    run.currentId = null
  }
}

function failed(run: RunState, error: unknown): void {
  run.failures += 1
  if (error instanceof StopRun) {
    keepStop(run, error)
    return
  }
  run.current.at = failedAt(error)
  for (const line of describeDifference(error)) note(run, line.label, line.text)
}

const moduleMetas = new WeakMap<RunState, { run?: ObservedModule }>()

function keepModuleReport(run: RunState, meta: { run?: ObservedModule }): void {
  moduleMetas.set(run, meta)
}

/** The last act of a suite file: end every child, then leave the end marker. */
async function finish(run: RunState): Promise<void> {
  await closeRun(run)
  const strays = endStrays(run.context.runId)
  if (strays > 0)
    run.warnings.add(`${strays === 1 ? 'A process was' : `${strays} processes were`} left running; it was ended.`)
  const meta = moduleMetas.get(run)
  if (meta) meta.run = { stop: run.stop, warnings: [...run.warnings], stderr: keptText(run.stderr), endMarker: true }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export { expect }
