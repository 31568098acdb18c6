import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RunOutcome, RunRequest, Runs } from '../../app/ports.ts'
import type { CatalogSource } from '../../app/ports.ts'
import { commandLine } from '../../errors/command-line.ts'
import { inParallel } from '../../domain/in-parallel.ts'
import type { RunRecipe } from '../../domain/exercise/exercise.ts'
import type { RunFacts } from '../../domain/judging/run-facts.ts'
import { lostFile } from '../../harness/run/lost-file.ts'
import { sandboxFault, type Launch, type RunContext, type SandboxLaunch } from '../../harness/run-context.ts'
import { pruneCaches } from '../files/kept-files.ts'
import { scratchFolder } from '../files/scratch-folder.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
import { sandboxLaunch, type SandboxPlace } from '../sandbox/bubblewrap.ts'
import { pathsOf } from '../sandbox/launch-paths.ts'
import { openToSandbox, slotScratch } from '../sandbox/slot-view.ts'
import { openLeases, type Lease, type Leases } from '../services/leases.ts'
import { toolchainOf, toolchains } from '../toolchains/index.ts'
import type { Prepared } from '../toolchains/types.ts'
import type { Engine, EngineRequest } from '../vitest/engine.ts'

export interface RunsOptions {
  root: string
  cache: string
  source: CatalogSource
  ledger: GroupLedger
  /** Absolute paths of a toolchain's tools, as its probe found them. */
  toolsOf: (id: keyof typeof toolchains) => Record<string, string>
  workers: number
  /** Grade mode: in which children run. */
  sandbox?: SandboxPlace | null
}

/**
 * Prepares each tree (compiles, transpiles), leases what the exercise asks for, and runs the suites in one warm engine.
 */
export function openRuns(settings: RunsOptions): Runs {
  const { cache, sandbox } = settings
  const options = { ...settings, scratch: sandbox ? join(slotScratch(), String(process.pid)) : scratchFolder(cache) }
  let engine: Promise<Engine> | null = null
  const leases = openLeases(options.ledger, options.cache, { others: Boolean(options.sandbox) })
  let counter = 0
  const warmEngine = (): Promise<Engine> =>
    (engine ??= import('../vitest/engine.ts').then((m) =>
      m.startEngine({ root: options.root, cache: options.cache, workers: options.workers }),
    ))
  const runOne = async (request: RunRequest, shuffle: boolean, firstRed: boolean): Promise<RunOutcome> => {
    const prepared = await prepareRun(options, request, `r${process.pid}x${counter++}`, leases)
    if (prepared.kind === 'not-loadable') return prepared
    const { context } = prepared.engineRequest
    try {
      const suite = { ...prepared.engineRequest, firstRed }
      const facts = await (await warmEngine()).run(suite, shuffle ? { seed: context.seed } : null)
      refuseFault(facts)
      return { kind: 'ran', facts }
    } finally {
      await prepared.lease.release()
      rmSync(context.scratch, { recursive: true, force: true })
    }
  }
  const run: Runs['run'] = (requests, { shuffle = false, firstRed = false } = {}) => {
    // The engine loads while the first tree is compiled; one more is prepared than can run.
    warmEngine().catch(() => {})
    return inParallel(requests, options.workers + 1, (request) => runOne(request, shuffle, firstRed))
  }
  return {
    run,
    warm: () => void warmEngine().catch(() => {}),
    close: async () => {
      await (await engine)?.close()
      await leases.close()
      rmSync(options.scratch, { recursive: true, force: true })
      pruneCaches(options.cache, caches)
    },
  }
}

/** What runs keep by content, and how deep its entries stand. */
const caches = [
  { name: 'transpiled', depth: 1 },
  { name: 'classes', depth: 1 },
  { name: 'engine', depth: 1 },
  { name: 'trials', depth: 2 },
]

/** No verdict rests on a sandbox that did not stand. */
function refuseFault({ modules }: RunFacts): void {
  const fault = modules.flatMap((module) => module.warnings).find((warning) => warning.startsWith(sandboxFault))
  if (fault !== undefined) throw new Error(fault)
}

interface Ready {
  kind: 'ready'
  lease: Lease
  engineRequest: EngineRequest
}

/** With the folder that holds those of its runs. */
type OpenRuns = RunsOptions & { scratch: string }

async function prepareRun(
  options: OpenRuns,
  request: RunRequest,
  runId: string,
  leases: Leases,
): Promise<Ready | Extract<RunOutcome, { kind: 'not-loadable' }>> {
  const { exercise, language } = request
  const started = performance.now()
  const scratch = join(options.scratch, runId)
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  if (options.sandbox) openToSandbox(scratch)
  const result = await prepareTree(options, request, scratch)
  if (!result.ok) {
    rmSync(scratch, { recursive: true, force: true })
    const about = { workspace: request.folder, exerciseFolder: exercise.folder, language, bringBack: waysBack() }
    const message = lostFile(about, result.message) ?? result.message
    return { kind: 'not-loadable', message, durationMs: performance.now() - started }
  }
  const lease = await leases.lease(exercise.services)
  const context: RunContext = {
    runId,
    slug: exercise.slug,
    language,
    workspace: request.folder,
    exerciseFolder: exercise.folder,
    scratch,
    ledger: options.ledger.folder,
    seed: request.seed,
    budgetMs: exercise.budgetMs,
    launch: result.launch,
    bringBack: waysBack(),
    childEnv: request.env ?? {},
    ...(request.ahead === true ? { ahead: true } : {}),
    ...(options.sandbox ? { sandbox: sandboxFor(options.sandbox, request, scratch, result.launch) } : {}),
    ...lease.addresses,
  }
  return { kind: 'ready', lease, engineRequest: { context, suiteFiles: options.source.suiteFiles(exercise) } }
}

/** Drivers whose children write into the run's own folder: reports of the learner's tests, copies of repositories. */
const writing = new Set(['mutants', 'git'])

function sandboxFor(
  place: SandboxPlace,
  { exercise, language, folder }: RunRequest,
  scratch: string,
  launch: Launch,
): SandboxLaunch {
  // More than a loaded machine's patience gives by the clock (harness/run/patience.ts): a loop is to be told as one,
  // not killed before.
  const cpuSeconds = Math.ceil((exercise.budgetMs / 1000) * 4) + 5
  const needs = [...(launch.needs ?? []), ...pathsOf(launch, place.cache)]
  return sandboxLaunch(place, {
    language,
    tree: folder,
    scratch,
    writesScratch: writing.has(exercise.driver),
    needs,
    cpuSeconds,
  })
}

const waysBack = (): RunContext['bringBack'] => ({ undo: commandLine('undo'), reset: commandLine('reset') })

/** The file that the recipe starts or imports is not there: a runtime would say so in words of its own. */
function missingFile(recipe: RunRecipe, folder: string): string | null {
  const file = recipe.run.slice(1).find((word) => /\.(ts|py|rb)$/.test(word))
  if (file === undefined || existsSync(join(folder, file))) return null
  return `The file ${file} is missing; it comes with the exercise. Bring it back: ${commandLine('undo')}, or ${commandLine('reset')}.`
}

async function prepareTree(options: RunsOptions, request: RunRequest, scratch: string): Promise<Prepared> {
  const { exercise, language, folder } = request
  const id = toolchainOf[language]
  const recipe = options.source.recipe(request)
  const missing = missingFile(recipe, folder)
  if (missing !== null) return { ok: false, message: missing }
  const tools = options.toolsOf(id)
  return toolchains[id].prepare({
    folder,
    recipe,
    cache: options.cache,
    scratch,
    tools,
    packs: exercise.packs,
    withTests: exercise.driver === 'mutants',
    asModule: exercise.driver === 'module' || exercise.driver === 'artefact',
  })
}
