import type { ChildProcess } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex, Readable, Writable } from 'node:stream'
import { environmentOf, keepStderr, type RunState } from '../run/run-state.ts'
import { localPlace } from './local.ts'
import type { Exit, Place, Wanted } from './place.ts'
import { groupLives, killGroup, trySignal } from './processes.ts'
import { sandboxPlace } from './sandbox.ts'

/**
 * Children that run learner code. Each leads a process group of its own, is written down in the
 * ledger, gets a scrubbed environment and a cap on its output, and is ended by killing the group.
 * node:child_process and not execa: the worker needs extra pipes and starts fast.
 */

export interface ChildOptions extends Wanted {
  env?: Record<string, string>
  /** Bytes on stdout and stderr together before the child is stopped. */
  outputCap?: number
  /** A line that the runtime prints on stderr once, by our doing: nobody's output. */
  notTheirs?: string
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

const places = new WeakMap<RunState, Place>()

/** The one place where it matters whether there is a sandbox. */
function placeOf(run: RunState): Place {
  const { sandbox } = run.context
  const place = places.get(run) ?? (sandbox ? sandboxPlace(run, sandbox) : localPlace(run))
  places.set(run, place)
  return place
}

/** Starts a child in its own process group. Throws only when the command itself cannot be started. */
export function startChild(run: RunState, options: ChildOptions): Child {
  const place = placeOf(run)
  const started = place.start(options, childEnvironment(run, options.env ?? {}))
  const pid = started.pid ?? -1
  const end = (): void => place.end(pid)
  const entry = pid > 0 ? recordGroup(run, pid, end) : null
  const output = collectOutput(run, started, options, end)
  const state = { alive: pid > 0 }
  const exited = exitOf(run, place, started, output.stderr).finally(() => {
    state.alive = false
    if (entry) rmSync(entry, { force: true })
  })
  // A child that dies early closes its stdin: writing to it is then no fault of ours.
  started.stdin?.on('error', () => {})
  const pipes = started.stdio as unknown as (Duplex | null | undefined)[]
  pipes[3]?.on('error', () => {})
  const child: Child = {
    get pid() {
      return place.find(pid)
    },
    stdin: started.stdin as Writable,
    toChild: pipes[3] ?? null,
    fromChild: pipes[4] ?? null,
    ...output,
    exited,
    alive: () => state.alive,
    signal: (signal) => void (state.alive && trySignal(place.find(pid), signal)),
    // A process id may belong to somebody else once its process is gone: only a living child is killed by it.
    kill: async () => {
      if (state.alive) end()
      await exited
    },
  }
  run.cleanups.push(child.kill)
  return child
}

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
function recordGroup(run: RunState, pid: number, end: () => void): string {
  const entry = join(run.context.ledger, String(pid))
  try {
    writeFileSync(entry, run.context.runId)
    if (isClosing()) throw new Error('the runner is being stopped')
  } catch (error) {
    end()
    throw error
  }
  return entry
}

function collectOutput(
  run: RunState,
  started: ChildProcess,
  { outputCap: cap = defaultOutputCap, notTheirs = '' }: ChildOptions,
  end: () => void,
) {
  const chunks: Buffer[] = []
  const listeners: ((chunk: Buffer) => void)[] = []
  let stderr = ''
  let bytes = 0
  let ours = notTheirs
  let flooded = false
  const count = (chunk: Buffer): boolean => {
    bytes += chunk.length
    if (bytes > cap && !flooded) {
      flooded = true
      end()
    }
    return !flooded
  }
  started.stdout?.on('data', (chunk: Buffer) => {
    if (!count(chunk)) return
    chunks.push(chunk)
    for (const listener of listeners) listener(chunk)
  })
  started.stderr?.on('data', (chunk: Buffer) => {
    if (!count(chunk)) return
    const text = chunk.toString('utf8')
    const theirs = ours === '' ? text : text.replace(ours, '')
    if (theirs !== text) ours = ''
    stderr = (stderr + theirs).slice(-64_000)
    keepStderr(run, theirs)
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
function exitOf(run: RunState, place: Place, started: ChildProcess, stderr: () => string): Promise<Exit> {
  return new Promise((resolve) => {
    let exit: Exit = { code: null, signal: null }
    started.once('error', () => resolve({ code: 127, signal: null }))
    started.once('exit', (code, signal) => {
      exit = place.exitOf({ code, signal })
      setTimeout(() => endLeftovers(run, started.pid ?? -1), drainMs).unref()
    })
    started.once('close', () => {
      const fault = place.fault(started, exit, stderr())
      if (fault !== null) run.warnings.add(fault)
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
