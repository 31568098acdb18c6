import { spawn, type ChildProcess } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex, Readable, Writable } from 'node:stream'
import { groupLives, killGroup, trySignal } from './processes.ts'
import { environmentOf, keepStderr, type RunState } from '../run/run-state.ts'
import { checkStood, endChild, exitInside, inside, sandboxed, standsFd } from './sandboxed.ts'

/**
 * Children that run learner code. Each leads a process group of its own, is written down in the
 * ledger, gets a scrubbed environment and a cap on its output, and is ended by killing the group.
 * node:child_process and not execa: the worker needs extra pipes and starts fast (facts.md).
 */

export interface ChildOptions {
  command: readonly string[]
  cwd: string
  env?: Record<string, string>
  /** Adds fd 3 (to the child) and fd 4 (from the child) for the call protocol. */
  protocolPipes?: boolean
  /** Folders in the run's scratch that it may write to; nothing else of the run's is writable in the sandbox. */
  writes?: readonly string[]
  /** Bytes on stdout and stderr together before the child is stopped. */
  outputCap?: number
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface Child {
  pid: number
  stdin: Writable
  toChild: Writable | null
  fromChild: Readable | null
  stdout: () => Buffer
  stderr: () => string
  /** Settles when the process is gone and its output was read. */
  exited: Promise<Exit>
  alive: () => boolean
  flooded: () => boolean
  /** Bytes that were read from stdout and stderr so far. */
  outputBytes: () => number
  onStdout: (listener: (chunk: Buffer) => void) => void
  signal: (signal: NodeJS.Signals) => void
  /** Kills the whole group and waits until it is gone. */
  kill: () => Promise<void>
}

export const defaultOutputCap = 8 * 1024 * 1024
/** Output of a grandchild may follow its parent's exit; after this long the pipe is cut. */
const drainMs = 150

/** Starts a child in its own process group. Throws only when the command itself cannot be started. */
export function startChild(run: RunState, options: ChildOptions): Child {
  const env = childEnvironment(run, options.env ?? {})
  const started = run.context.sandbox
    ? sandboxed(run, run.context.sandbox, options, env)
    : { command: options.command, cwd: options.cwd, env }
  const [file = '', ...args] = started.command
  const process_ =
    aheadOf(run)?.(options.command, options.cwd, env, options.protocolPipes === true, run.context) ??
    spawn(file, args, {
      cwd: started.cwd,
      env: started.env,
      detached: true,
      stdio: stdioOf(options, run.context.sandbox !== undefined),
      windowsHide: true,
    })
  const pid = process_.pid ?? -1
  const entry = pid > 0 ? recordGroup(run, pid) : null
  const output = collectOutput(run, process_, options.outputCap ?? defaultOutputCap)
  const state = { alive: pid > 0 }
  const exited = exitOf(run, process_, output.stderr).finally(() => {
    state.alive = false
    if (entry) rmSync(entry, { force: true })
  })
  // A child that dies early closes its stdin: writing to it is then no fault of ours.
  process_.stdin?.on('error', () => {})
  const pipes = process_.stdio as unknown as (Duplex | null | undefined)[]
  pipes[3]?.on('error', () => {})
  const child: Child = {
    get pid() {
      return inside(run, pid)
    },
    stdin: process_.stdin as Writable,
    toChild: pipes[3] ?? null,
    fromChild: pipes[4] ?? null,
    ...output,
    exited,
    alive: () => state.alive,
    signal: (signal) => void (state.alive && trySignal(inside(run, pid), signal)),
    // A process id may belong to somebody else once its process is gone: only a living child is killed by it.
    kill: async () => {
      if (state.alive) endChild(run, pid)
      await exited
    },
  }
  run.cleanups.push(child.kill)
  return child
}

const stdioOf = ({ protocolPipes = false }: ChildOptions, isSandboxed: boolean): ('pipe' | 'ignore')[] =>
  Array.from({ length: isSandboxed ? standsFd + 1 : protocolPipes ? 5 : 3 }, (_, fd) =>
    (fd === 3 || fd === 4) && !protocolPipes ? 'ignore' : 'pipe',
  )

type TakeAhead = (
  command: readonly string[],
  cwd: string,
  env: Record<string, string>,
  protocolPipes: boolean,
  context: RunState['context'],
) => ChildProcess | null

/** The thread's own waiting child, when this run may take it (adapters/vitest/ahead.mjs). */
const aheadOf = (run: RunState): TakeAhead | undefined =>
  run.context.ahead ? (globalThis as { gymTakeAhead?: TakeAhead }).gymTakeAhead : undefined

/** Only what a program needs to run; nothing of the user's or the runner's environment. */
function childEnvironment(run: RunState, extra: Record<string, string>): Record<string, string> {
  const { context } = run
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: context.scratch,
    TMPDIR: context.scratch,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...context.childEnv,
    ...context.launch.env,
    ...environmentOf(run),
    GYM_RUN: context.runId,
    ...extra,
  }
}

/** Whether everything is being ended (adapters/process/no-more-children.ts). */
const isClosing = (): boolean => (globalThis as { gymClosing?: () => boolean }).gymClosing?.() === true

/** A child that is not written down would outlive a runner that is stopped: it is ended at once. */
function recordGroup(run: RunState, pid: number): string {
  const entry = join(run.context.ledger, String(pid))
  try {
    writeFileSync(entry, run.context.runId)
    if (isClosing()) throw new Error('the runner is being stopped')
  } catch (error) {
    endChild(run, pid)
    throw error
  }
  return entry
}

function collectOutput(run: RunState, process_: ChildProcess, cap: number) {
  const chunks: Buffer[] = []
  const listeners: ((chunk: Buffer) => void)[] = []
  let stderr = ''
  let bytes = 0
  let flooded = false
  const count = (chunk: Buffer): boolean => {
    bytes += chunk.length
    if (bytes > cap && !flooded) {
      flooded = true
      endChild(run, process_.pid ?? -1)
    }
    return !flooded
  }
  process_.stdout?.on('data', (chunk: Buffer) => {
    if (!count(chunk)) return
    chunks.push(chunk)
    for (const listener of listeners) listener(chunk)
  })
  process_.stderr?.on('data', (chunk: Buffer) => {
    if (!count(chunk)) return
    stderr = (stderr + chunk.toString('utf8')).slice(-64_000)
    keepStderr(run, chunk.toString('utf8'))
  })
  return {
    stdout: () => Buffer.concat(chunks),
    stderr: () => stderr,
    flooded: () => flooded,
    outputBytes: () => bytes,
    onStdout: (listener: (chunk: Buffer) => void) => void listeners.push(listener),
  }
}

/** Waits for 'exit' and then for the pipes, but no longer than `drainMs`: a left-over grandchild may hold them open. */
function exitOf(run: RunState, process_: ChildProcess, stderr: () => string): Promise<Exit> {
  let stood = false
  const stands = run.context.sandbox ? (process_.stdio as unknown as (Duplex | null | undefined)[])[standsFd] : null
  stands
    ?.on('error', () => {})
    .on('data', () => {
      stood = true
      stands.write('\n')
    })
  return new Promise((resolve) => {
    let exit: Exit = { code: null, signal: null }
    process_.once('error', () => resolve({ code: 127, signal: null }))
    process_.once('exit', (code, signal) => {
      exit = exitInside(run, { code, signal })
      setTimeout(() => endLeftovers(run, process_.pid ?? -1), drainMs).unref()
    })
    process_.once('close', () => {
      checkStood(run, stood, exit, stderr())
      resolve(exit)
    })
  })
}

/** What is still in the group after its leader has gone was left behind: it is ended and named. */
function endLeftovers(run: RunState, pid: number): void {
  if (!groupLives(pid)) return
  run.warnings.add('A process was left running; it was ended.')
  killGroup(pid)
}
