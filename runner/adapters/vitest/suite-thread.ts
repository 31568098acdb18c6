import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { SerializedConfig } from 'vitest'
import type { ModuleFacts, RunFacts } from '../../domain/judging/run-facts.ts'
import type { RunContext } from '../../harness/run-context.ts'
import { closingFlag } from '../process/no-more-children.ts'
import { recordModule, type ModuleRecord, type Task, type TaskEvent, type TaskPack } from './task-facts.ts'

export interface SuiteRun {
  context: RunContext
  suiteFile: string
  /** Address of the suite's bundle. */
  url: string
  config: SerializedConfig
  /** The thread is ended when a suite takes longer. */
  limitMs: number
}

export interface SuiteOutcome {
  module: ModuleFacts
  unhandled: string[]
  end: RunFacts['workerEnd']
  durationMs: number
}

/** One thread of suite-worker.mjs; runs one suite file at a time. */
export interface SuiteThread {
  run: (suite: SuiteRun) => Promise<SuiteOutcome>
  /** How many suites it ran; what they imported stays in its memory. */
  used: () => number
  /** It may run another suite: it ended none by force and saw no error that escaped. */
  sound: () => boolean
  close: () => Promise<void>
}

const entry = join(import.meta.dirname, 'suite-worker.mjs')
const environment = { name: 'node', options: null }

interface Current {
  suite: SuiteRun
  /** Of the suite's module: another one each time in this thread, and the same in the next, so that Node finds it compiled. */
  address: string
  record: ModuleRecord
  unhandled: string[]
  started: number
  end: (end: RunFacts['workerEnd']) => void
}

/**
 * Starts a thread; it loads vitest's worker while the caller does other things.
 * @param vitest what to import as `vitest/worker`
 */
export function startThread(vitest: string, compileCache: string, config: SerializedConfig): SuiteThread {
  const worker = new Worker(entry, {
    workerData: { vitest, compileCache, closing: closingFlag },
    stdout: true,
    stderr: true,
    execArgv: [],
  })
  const state: { current: Current | null; sound: boolean; used: number } = { current: null, sound: true, used: 0 }
  const lost = (): void => {
    state.sound = false
    state.current?.end('crashed')
  }
  worker.on('error', lost)
  worker.on('exit', lost)
  worker.on('message', (message: Message) => void receive(worker, state, message))
  // Reading its output would keep us from ending; what suites say comes through vitest's console anyway.
  if (process.env['GYM_DEBUG'])
    for (const output of [worker.stdout, worker.stderr])
      output.on('data', (chunk: Buffer) => process.stderr.write(chunk))
  worker.postMessage({
    ...request,
    type: 'start',
    poolId: 1,
    workerId: 1,
    options: { reportMemory: false },
    traces: { enabled: false },
    context: { environment, config, pool: 'threads', projectName: '' },
  })
  // It waits for work; that alone does not keep a command from ending.
  worker.unref()
  return {
    run: (suite) => runSuite(worker, state, suite),
    used: () => state.used,
    sound: () => state.sound,
    close: async () => {
      state.sound = false
      await worker.terminate()
    },
  }
}

const request = { __vitest_worker_request__: true } as const

function runSuite(
  worker: Worker,
  state: { current: Current | null; sound: boolean; used: number },
  suite: SuiteRun,
): Promise<SuiteOutcome> {
  state.used += 1
  worker.ref()
  const record = recordModule(suite.suiteFile)
  const started = performance.now()
  const unhandled: string[] = []
  return new Promise((resolve) => {
    const end = (how: RunFacts['workerEnd']): void => {
      clearTimeout(timer)
      state.current = null
      if (how !== 'as-asked' || unhandled.length > 0) state.sound = false
      worker.unref()
      if (suite.context.ahead === true && state.sound)
        worker.postMessage({ type: 'gym-ahead-later', context: suite.context })
      resolve({ module: record.facts(), unhandled, end: how, durationMs: performance.now() - started })
    }
    const timer = setTimeout(() => end('over-budget'), suite.limitMs)
    state.current = { suite, address: `${suite.url}?use=${state.used}`, record, unhandled, started, end }
    if (!state.sound) return end('crashed')
    const { runId } = suite.context
    // While the suite is loaded, its first child boots.
    if (suite.context.ahead === true) worker.postMessage({ type: 'gym-ahead', context: suite.context })
    const files = [
      {
        filepath: `${suite.suiteFile}?run=${runId}`,
        fileTags: [],
        testLocations: undefined,
        testNamePattern: undefined,
        testIds: undefined,
        testTagsFilter: undefined,
      },
    ]
    worker.postMessage({
      ...request,
      type: 'run',
      context: {
        files,
        config: suite.config,
        providedContext: { gymRuns: { [runId]: suite.context } },
        environment,
        workerId: 1,
        invalidates: [],
      },
    })
  })
}

/** Answers of the worker's own protocol, and calls by its rpc (birpc: t 'q' asks, 's' answers; i is the call's id). */
type Message =
  | { __vitest_worker_response__: true; type: 'started' | 'testfileFinished' | 'stopped'; error?: { message?: string } }
  | { t: 'q'; m: string; a: unknown[]; i?: string }

async function receive(
  worker: Worker,
  state: { current: Current | null; sound: boolean },
  message: Message,
): Promise<void> {
  if ('__vitest_worker_response__' in message) return finished(state, message)
  if (message.t !== 'q') return
  const answer = handle(state.current, message.m, message.a)
  if (message.i !== undefined) worker.postMessage({ t: 's', i: message.i, r: answer })
}

function finished(
  state: { current: Current | null; sound: boolean },
  { type, error }: { type: string; error?: { message?: string } },
): void {
  if (error) state.current?.unhandled.push(error.message ?? 'the worker failed')
  if (type === 'testfileFinished') state.current?.end('as-asked')
  else if (error) state.current?.end('crashed')
}

function handle(current: Current | null, method: string, args: unknown[]): unknown {
  if (current === null) return null
  const handlers: Record<string, () => unknown> = {
    // The suite itself; all it imports is in its bundle or in packages.
    fetch: () => ({ externalize: current.address, type: 'module' }),
    fetchWarmModules: () => ({}),
    onCollected: () => (args[0] as Task[]).forEach((file) => current.record.collected(file)),
    onTaskUpdate: () => current.record.updated(args[0] as TaskPack[], args[1] as TaskEvent[]),
    onUnhandledError: () =>
      void current.unhandled.push((args[0] as { message?: string } | null)?.message ?? 'unknown error'),
    // What suites print is for their authors, never for learners.
    onUserConsoleLog: () =>
      void (process.env['GYM_DEBUG'] && process.stderr.write((args[0] as { content: string }).content)),
    getCountOfFailedTests: () => 0,
  }
  return handlers[method]?.() ?? null
}
