import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RunOutcome, RunRequest, Runs } from '../../app/ports.ts'
import type { CatalogSource } from '../../app/ports.ts'
import type { RunContext } from '../../harness/run-context.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
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
}

/** Prepares each tree (compiles, transpiles), leases what the exercise asks for, and runs the suites in one warm engine. */
export function openRuns(options: RunsOptions): Runs {
  let engine: Promise<Engine> | null = null
  const leases = openLeases(options.ledger, options.cache)
  let counter = 0
  const warmEngine = (): Promise<Engine> =>
    (engine ??= import('../vitest/engine.ts').then((m) => m.startEngine({ root: options.root, cache: options.cache, workers: options.workers })))
  const run: Runs['run'] = async (requests, { shuffle = false } = {}) => {
    // The engine loads while trees are compiled.
    const loading = warmEngine()
    loading.catch(() => {})
    const prepared = await inParallel(requests, 2, (request) => prepareRun(options, request, `r${process.pid}x${counter++}`, leases))
    const ready = prepared.filter((p): p is Ready => p.kind === 'ready')
    const facts = ready.length === 0 ? new Map() : await (await loading).run(ready.map((p) => p.engineRequest), shuffle ? { seed: ready[0]?.engineRequest.context.seed ?? 1 } : null)
    const outcomes = prepared.map((p): RunOutcome =>
      p.kind === 'ready' ? { kind: 'ran', facts: facts.get(p.engineRequest.context.runId) } : p,
    )
    for (const p of ready) {
      await p.lease.release()
      rmSync(p.engineRequest.context.scratch, { recursive: true, force: true })
    }
    return outcomes
  }
  return {
    run,
    warm: () => void warmEngine().catch(() => {}),
    close: async () => {
      await (await engine)?.close()
      await leases.close()
      rmSync(scratchFolder(options), { recursive: true, force: true })
    },
  }
}

interface Ready {
  kind: 'ready'
  lease: Lease
  engineRequest: EngineRequest
}

const scratchFolder = (options: RunsOptions): string => join(options.cache, 'scratch', String(process.pid))

async function prepareRun(
  options: RunsOptions,
  request: RunRequest,
  runId: string,
  leases: Leases,
): Promise<Ready | Extract<RunOutcome, { kind: 'not-loadable' }>> {
  const { exercise, language } = request
  const started = performance.now()
  const scratch = join(scratchFolder(options), runId)
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  const result = await prepareTree(options, request, scratch)
  if (!result.ok) {
    rmSync(scratch, { recursive: true, force: true })
    return { kind: 'not-loadable', message: result.message, durationMs: performance.now() - started }
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
    childEnv: request.env ?? {},
    ...lease.connections,
  }
  return { kind: 'ready', lease, engineRequest: { context, suiteFiles: options.source.suiteFiles(exercise) } }
}

async function prepareTree(options: RunsOptions, request: RunRequest, scratch: string): Promise<Prepared> {
  const { exercise, language, folder } = request
  const id = toolchainOf[language]
  const recipe = options.source.recipe(exercise, language)
  const tools = options.toolsOf(id)
  return toolchains[id].prepare({ folder, recipe, cache: options.cache, scratch, tools, packs: exercise.packs, withTests: exercise.driver === 'mutants', asModule: exercise.driver === 'module' })
}

/** Works on at most `most` items at once; results keep the items' order. */
async function inParallel<T, R>(items: readonly T[], most: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index] as T)
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane))
  return results
}
