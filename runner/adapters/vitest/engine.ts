import { join } from 'node:path'
import type { ModuleFacts, RunFacts } from '../../domain/judging/run-facts.ts'
import type { RunContext } from '../../harness/run-context.ts'
import { endRun } from '../process/group-ledger.ts'
import { openBundler, type Bundler } from './suite-bundle.ts'
import { takeEarly } from './early-thread.ts'
import { startThread, type SuiteOutcome, type SuiteThread } from './suite-thread.ts'
import { vitestFor } from './vitest-bundle.ts'
import { workerConfig, type Shuffle } from './worker-config.ts'

/** One run of one exercise's suite against one tree. */
export interface EngineRequest {
  context: RunContext
  /** Absolute paths of the suite's files. */
  suiteFiles: readonly string[]
  /** Cases after the first red one do not run, and are not reported. */
  firstRed?: boolean
}

export interface Engine {
  /**
   * Runs a suite as soon as a thread is free. Never throws for anything a learner's code or a suite does: that is in
   * the facts.
   */
  run: (request: EngineRequest, shuffle?: Shuffle | null) => Promise<RunFacts>
  close: () => Promise<void>
}

export interface EngineOptions {
  root: string
  /** .cache of the project. */
  cache: string
  workers: number
}

/** How long after its budget, stretched by the harness's patience, a suite counts as lost. */
const graceMs = 1_500
const mostPatience = 4
/** What a suite imported stays in its thread: after so many, a fresh one takes over. */
const suitesPerThread = 8

/** Threads started ahead, each for one suite file at a time; learner code is never in them (docs/architecture.md). */
export function startEngine(options: EngineOptions): Engine {
  const bundler = openBundler(options.root, options.cache)
  const pool = openPool(options)
  return {
    run: (request, shuffle = null) => runRequest(options, pool, bundler, request, shuffle),
    close: pool.close,
  }
}

interface Pool {
  /** Gives a thread that nobody else has, as soon as one is free. */
  take: () => Promise<SuiteThread>
  giveBack: (thread: SuiteThread) => void
  close: () => Promise<void>
}

function openPool({ root, cache, workers }: EngineOptions): Pool {
  const living = new Set<SuiteThread>()
  const start = (): SuiteThread => {
    const thread =
      takeEarly() ?? startThread(vitestFor(root, cache).thread, join(cache, 'compile'), workerConfig(root, null))
    living.add(thread)
    return thread
  }
  const idle: SuiteThread[] = [start()]
  const ending = new Set<Promise<void>>()
  let closed = false
  const waiting: ((thread: SuiteThread) => void)[] = []
  let count = 1
  const retire = (thread: SuiteThread): void => {
    living.delete(thread)
    const end = thread.close().finally(() => ending.delete(end))
    ending.add(end)
  }
  const giveBack = (thread: SuiteThread): void => {
    if (closed) return
    const usable = thread.sound() && thread.used() < suitesPerThread
    if (!usable) retire(thread)
    const next = usable ? thread : start()
    const first = waiting.shift()
    if (first) first(next)
    else idle.push(next)
  }
  return {
    take: async () => {
      if (closed) throw new Error('the engine is closed')
      const thread = idle.pop()
      if (thread) return thread
      if (count < workers) return (count++, start())
      return new Promise((resolve) => waiting.push(resolve))
    },
    giveBack,
    // A thread in the middle of a suite too: its run ends as crashed, and so do its children.
    close: async () => {
      closed = true
      for (const thread of living) retire(thread)
      await Promise.all(ending)
    },
  }
}

async function runRequest(
  options: EngineOptions,
  pool: Pool,
  bundler: Bundler,
  { context, suiteFiles, firstRed = false }: EngineRequest,
  shuffle: Shuffle | null,
): Promise<RunFacts> {
  const facts: RunFacts = {
    modules: [],
    expectedModules: [...suiteFiles],
    unhandledErrors: [],
    workerEnd: 'as-asked',
    seed: context.seed,
    durationMs: 0,
  }
  const config = workerConfig(options.root, shuffle, firstRed)
  for (const suiteFile of suiteFiles) {
    const url = await bundler.suite(suiteFile).catch((error: Error) => error)
    const outcome =
      url instanceof Error
        ? notLoaded(suiteFile, url)
        : await onThread(pool, context, {
            context,
            suiteFile,
            url,
            config,
            limitMs: context.budgetMs * mostPatience + graceMs,
          })
    facts.modules.push(outcome.module)
    facts.unhandledErrors.push(...outcome.unhandled)
    facts.durationMs += outcome.durationMs
    if (outcome.end !== 'as-asked') facts.workerEnd = outcome.end
  }
  return facts
}

async function onThread(
  pool: Pool,
  context: RunContext,
  suite: Parameters<SuiteThread['run']>[0],
): Promise<SuiteOutcome> {
  const thread = await pool.take()
  try {
    const outcome = await thread.run(suite)
    // A thread that was lost could not end its children any more.
    if (outcome.end !== 'as-asked') endRun({ folder: context.ledger }, context.runId)
    return outcome
  } finally {
    pool.giveBack(thread)
  }
}

function notLoaded(file: string, error: Error): SuiteOutcome {
  const module: ModuleFacts = {
    file,
    declared: [],
    reported: [],
    ended: false,
    endMarker: false,
    errors: [error.message],
    stop: null,
    warnings: [],
    stderr: '',
  }
  return { module, unhandled: [], end: 'as-asked', durationMs: 0 }
}
