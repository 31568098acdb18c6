import type { Reporter, TestSpecification, Vitest } from 'vitest/node'
import type { ModuleFacts, RunFacts } from '../../domain/run-facts.ts'
import type { RunContext } from '../../harness/run-context.ts'
import { moduleFactsOf, startModule } from './report.ts'

/** One run of one exercise's suite against one tree. */
export interface EngineRequest {
  context: RunContext
  /** Absolute paths of the suite's files. */
  suiteFiles: readonly string[]
}

export interface Engine {
  /**
   * Runs suites, several at once, and gives the facts of each by run id.
   * Never throws for anything a learner's code or a suite does: that is in the facts.
   */
  run: (requests: readonly EngineRequest[]) => Promise<Map<string, RunFacts>>
  close: () => Promise<void>
}

/** How long after all budgets, stretched by the harness's patience, a worker counts as lost. */
const graceMs = 1_500
const mostPatience = 4

export interface EngineOptions {
  root: string
  workers: number
  /** Draws the order of a suite's cases from this seed; for the whole life of the engine. */
  shuffleSeed?: number
}

/**
 * Drives vitest through its Node API (exported but experimental: the version is pinned and a test
 * compares verdicts with the stock command). One project; each run's modules carry `?run=<id>`, by
 * which a suite finds its context (facts.md: one project per exercise is a trap).
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { createVitest } = await import('vitest/node')
  const batches: { current: Batch | null } = { current: null }
  const vitest = await createVitest(
    'test',
    {
      root: options.root,
      config: false,
      watch: true,
      pool: 'threads',
      isolate: false,
      maxWorkers: options.workers,
      include: [],
      ...(options.shuffleSeed === undefined ? {} : { sequence: { shuffle: { files: false, tests: true }, seed: options.shuffleSeed } }),
      testTimeout: 0,
      hookTimeout: 60_000,
      teardownTimeout: 5_000,
      printConsoleTrace: false,
      // Every run's modules have an id of their own: a cache of them would only grow.
      fsModuleCache: false,
      reporters: [reporterOf(batches)],
    },
    // Both watch and server.watch are set: the engine stays warm, and nobody but us decides when to run.
    { server: { watch: null }, clearScreen: false, logLevel: 'silent' },
  )
  return {
    run: (requests) => runBatch(vitest, batches, requests),
    close: () => vitest.close(),
  }
}

/** What is known of the runs under way; filled by the reporter, read when everything has ended. */
interface Batch {
  modules: Map<string, ModuleFacts>
  unhandled: Unhandled[]
}

interface Unhandled {
  message: string
  /** The module it came from, as vitest names it; empty where it does not know, and then it counts against every run. */
  module: string
}

async function runBatch(
  vitest: Vitest,
  batches: { current: Batch | null },
  requests: readonly EngineRequest[],
): Promise<Map<string, RunFacts>> {
  const started = performance.now()
  const batch: Batch = { modules: new Map(), unhandled: [] }
  batches.current = batch
  vitest.provide('gymRuns', Object.fromEntries(requests.map((r) => [r.context.runId, r.context])))
  const end = await execute(vitest, requests)
  batches.current = null
  const durationMs = performance.now() - started
  return new Map(requests.map((r) => [r.context.runId, collect(r, batch, end, durationMs)]))
}

const moduleId = (file: string, runId: string): string => `${file}?run=${runId}`

async function execute(vitest: Vitest, requests: readonly EngineRequest[]): Promise<RunFacts['workerEnd']> {
  const project = vitest.getRootProject()
  const specs = requests.flatMap((r) => r.suiteFiles.map((f) => project.createSpecification(moduleId(f, r.context.runId))))
  let timer: NodeJS.Timeout | undefined
  const budget = requests.reduce((sum, r) => sum + r.context.budgetMs * mostPatience, 0) + graceMs
  const late = new Promise<'over-budget'>((resolve) => {
    timer = setTimeout(() => resolve('over-budget'), budget)
  })
  const run = runSpecs(vitest, specs)
  const end = await Promise.race([run, late])
  clearTimeout(timer)
  if (end === 'over-budget') await vitest.cancelCurrentRun('test-failure')
  return end
}

async function runSpecs(vitest: Vitest, specs: TestSpecification[]): Promise<RunFacts['workerEnd']> {
  try {
    // A suite under authoring may have changed since the last run of a warm engine.
    for (const spec of specs) vitest.invalidateFile(spec.moduleId)
    await vitest.runTestSpecifications(specs, false)
    return 'as-asked'
  } catch {
    return 'crashed'
  }
}

function reporterOf(batches: { current: Batch | null }): Reporter {
  return {
    onTestModuleCollected: (module) => void batches.current?.modules.set(module.moduleId, startModule(module)),
    onTestModuleEnd: (module) => {
      const modules = batches.current?.modules
      modules?.set(module.moduleId, moduleFactsOf(module, modules.get(module.moduleId)))
    },
    onTestRunEnd: (_, errors) => void batches.current?.unhandled.push(...errors.map(unhandledOf)),
    // What suites print is for their authors, never for learners.
    onUserConsoleLog: (log) => {
      if (process.env['GYM_DEBUG']) process.stderr.write(log.content)
    },
  }
}

function unhandledOf(error: { message?: string }): Unhandled {
  const path = (error as Record<string, unknown>)['VITEST_TEST_PATH']
  return { message: error.message ?? 'unknown error', module: typeof path === 'string' && path.includes('?run=') ? path : '' }
}

function collect(request: EngineRequest, batch: Batch, workerEnd: RunFacts['workerEnd'], durationMs: number): RunFacts {
  const { runId, seed } = request.context
  const modules = request.suiteFiles.map((f) => batch.modules.get(moduleId(f, runId))).filter((m) => m !== undefined)
  return {
    modules,
    expectedModules: [...request.suiteFiles],
    unhandledErrors: batch.unhandled.filter((u) => u.module === '' || u.module.endsWith(`?run=${runId}`)).map((u) => u.message),
    workerEnd,
    seed,
    durationMs,
  }
}
