import { spawn, type ChildProcess } from 'node:child_process'
import { lchownSync, lstatSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex, Readable, Writable } from 'node:stream'
import type { SandboxLaunch } from './run-context.ts'
import { keepStderr, type RunState } from './run-state.ts'
import { serviceEnvironment } from './services.ts'

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
  const started = run.context.sandbox ? sandboxed(run, run.context.sandbox, options, env) : { command: options.command, cwd: options.cwd, env }
  const [file = '', ...args] = started.command
  const process_ = aheadOf(run)?.(options.command, options.cwd, env, options.protocolPipes === true, run.context) ?? spawn(file, args, {
    cwd: started.cwd,
    env: started.env,
    detached: true,
    stdio: options.protocolPipes ? ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const pid = process_.pid ?? -1
  const entry = pid > 0 ? recordGroup(run, pid) : null
  const output = collectOutput(run, process_, options.outputCap ?? defaultOutputCap)
  const state = { alive: pid > 0 }
  const exited = exitOf(run, process_, pid).finally(() => {
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
      if (state.alive) killGroup(pid)
      await exited
    },
  }
  run.cleanups.push(child.kill)
  return child
}

interface Started {
  command: readonly string[]
  cwd: string
  env: Record<string, string>
}

/** The same child in the sandbox: it gets its folder and its environment from inside. */
function sandboxed(run: RunState, sandbox: SandboxLaunch, { command, cwd, writes = [] }: ChildOptions, env: Record<string, string>): Started {
  const variables = { ...env, HOME: sandbox.home, TMPDIR: sandbox.home }
  const words = Object.entries(variables).flatMap(([name, value]) => ['--setenv', name, value])
  const sockets = [...run.sockets].flatMap((folder) => ['--ro-bind', folder, folder])
  for (const folder of writes) giveOnce(run, folder)
  const writable = writes.flatMap((folder) => ['--bind', sandbox.scratch + folder.slice(run.context.scratch.length), folder])
  return { command: [...sandbox.before, ...sockets, ...writable, '--chdir', cwd, ...words, ...sandbox.after, ...command], cwd: '/', env: { PATH: '/usr/bin:/bin' } }
}

const given = new WeakMap<RunState, Set<string>>()

/** Only before a child has been in a folder: what one has changed there, links above all, is not to be walked as root. */
function giveOnce(run: RunState, folder: string): void {
  const known = given.get(run) ?? new Set()
  const owner = run.context.sandbox?.owner ?? null
  if (owner !== null && !known.has(folder)) give(folder, owner)
  given.set(run, known.add(folder))
}

function give(path: string, owner: number): void {
  lchownSync(path, owner, owner)
  if (!lstatSync(path).isDirectory()) return
  for (const name of readdirSync(path)) give(join(path, name), owner)
}

/** In the sandbox our child is bubblewrap, whose child is the sandbox's first process, whose child is the learner's. */
function inside(run: RunState, pid: number): number {
  if (!run.context.sandbox) return pid
  const init = firstChild(pid)
  return (init === null ? null : firstChild(init)) ?? pid
}

function firstChild(pid: number): number | null {
  try {
    const first = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ')[0]
    return first ? Number(first) : null
  } catch {
    return null // Gone.
  }
}

/** bubblewrap tells an end by a signal as 128 and its number, as shells do; a JVM ends so by itself. */
function exitInside(run: RunState, code: number | null, signal: NodeJS.Signals | null): Exit {
  const name = code !== null && run.context.language !== 'java' ? bySignal[code - 128] : undefined
  return name === undefined ? { code, signal } : { code: null, signal: name }
}

const bySignal: Record<number, NodeJS.Signals> = { 2: 'SIGINT', 6: 'SIGABRT', 9: 'SIGKILL', 11: 'SIGSEGV', 15: 'SIGTERM', 24: 'SIGXCPU', 25: 'SIGXFSZ' }

type TakeAhead = (command: readonly string[], cwd: string, env: Record<string, string>, protocolPipes: boolean, context: RunState['context']) => ChildProcess | null

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
    ...serviceEnvironment(run),
    GYM_RUN: context.runId,
    ...extra,
  }
}

function recordGroup(run: RunState, pid: number): string {
  const entry = join(run.context.ledger, String(pid))
  writeFileSync(entry, run.context.runId)
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
      killGroup(process_.pid ?? -1)
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
function exitOf(run: RunState, process_: ChildProcess, pid: number): Promise<Exit> {
  return new Promise((resolve) => {
    let exit: Exit = { code: null, signal: null }
    process_.once('error', () => resolve({ code: 127, signal: null }))
    process_.once('exit', (code, signal) => {
      exit = run.context.sandbox ? exitInside(run, code, signal) : { code, signal }
      setTimeout(() => endLeftovers(run, pid), drainMs).unref()
    })
    process_.once('close', () => resolve(exit))
  })
}

/** What is still in the group after its leader has gone was left behind: it is ended and named. */
function endLeftovers(run: RunState, pid: number): void {
  if (!groupLives(pid)) return
  run.warnings.add('A process was left running; it was ended.')
  killGroup(pid)
}

function groupLives(pid: number): boolean {
  try {
    process.kill(-pid, 0)
    return true
  } catch {
    return false
  }
}

export function killGroup(pid: number): void {
  if (pid <= 1) return
  trySignal(-pid, 'SIGKILL')
  trySignal(pid, 'SIGKILL')
}

function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false // It is gone already.
  }
}

/**
 * Finds processes of this run that left their group (`setsid`, `detached: true`) by the token in
 * their environment, ends them and says how many there were. Linux only; elsewhere the group is all we see.
 */
export function endStrays(runId: string): number {
  if (process.platform !== 'linux') return 0
  const strays = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && carriesToken(name, runId))
  for (const pid of strays) trySignal(Number(pid), 'SIGKILL')
  return strays.length
}

function carriesToken(pid: string, runId: string): boolean {
  try {
    if (Number(pid) === process.pid) return false
    if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`GYM_RUN=${runId}\0`)) return false
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false // Gone, or not ours to read.
  }
}

/** CPU time of a process in clock ticks, or null where the system does not tell. */
export function cpuTicks(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return null
  }
}

/** Resident memory of a process in bytes, or null where the system does not tell. */
export function residentBytes(pid: number): number | null {
  try {
    const kb = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return kb === undefined ? null : Number(kb) * 1024
  } catch {
    return null
  }
}
