import { startChild, type Child } from './child/child.ts'
import { within } from './child/deadline.ts'
import { stopIfNotLoadable } from './child/load-failure.ts'
import { outputOf, type Output } from './child/output.ts'
import { residentBytes } from './child/processes.ts'
import { note, type RunState } from './run/run-state.ts'

export interface RunOptions {
  args?: string[]
  env?: Record<string, string>
  /** Text or bytes for stdin, which is closed afterwards. */
  stdin?: string | Uint8Array
  /** Milliseconds until the program must have ended; the run is timed-out otherwise. */
  limitMs?: number
  /** Leaves the transcript alone (large inputs that the suite describes itself). */
  quiet?: boolean
  cwd?: string
}

export interface Finished extends Output {
  /** stdout as JSON; fails the case in plain words when it is not. */
  json: () => unknown
}

export interface Streaming {
  /** Writes and waits until the program has taken it up. */
  write: (chunk: string | Uint8Array) => Promise<void>
  /** Resident memory in MB, or null where the system does not tell. */
  residentMb: () => number | null
  alive: () => boolean
  signal: (signal: NodeJS.Signals) => void
  /** Closes stdin and waits for the end. */
  end: () => Promise<Finished>
}

export interface Program {
  /** Runs the learner's program to completion. */
  run: (options?: RunOptions) => Promise<Finished>
  /** Starts it with stdin held open, so that a suite can control order. */
  start: (options?: Omit<RunOptions, 'stdin'>) => Streaming
}

const defaultLimitMs = 10_000

export function program(run: RunState): Program {
  return {
    run: (options = {}) => runToEnd(run, options),
    start: (options = {}) => startStreaming(run, options),
  }
}

async function runToEnd(run: RunState, options: RunOptions): Promise<Finished> {
  if (!options.quiet) noteInput(run, options)
  const child = launch(run, options)
  child.stdin.end(options.stdin ?? '')
  return finished(run, child, options)
}

function startStreaming(run: RunState, options: RunOptions): Streaming {
  const child = launch(run, options)
  const limit = options.limitMs ?? defaultLimitMs
  return {
    write: (chunk) => within(run, limit, child, 'reading of its input', accept(child, chunk)),
    residentMb: () => {
      const bytes = residentBytes(child.pid)
      return bytes === null ? null : bytes / 1024 / 1024
    },
    alive: child.alive,
    signal: child.signal,
    end: () => {
      child.stdin.end()
      return finished(run, child, options)
    },
  }
}

/** Resolves when the chunk left our buffer, or when the program no longer reads. */
function accept(child: Child, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (!child.alive()) return resolve()
    void child.exited.then(() => resolve())
    child.stdin.write(chunk, () => resolve())
  })
}

function launch(run: RunState, options: RunOptions): Child {
  const { launch: how, workspace } = run.context
  return startChild(run, {
    command: [...how.command, ...how.args, ...(options.args ?? [])],
    cwd: options.cwd ?? workspace,
    env: options.env ?? {},
  })
}

async function finished(run: RunState, child: Child, options: RunOptions): Promise<Finished> {
  const exit = await within(run, options.limitMs ?? defaultLimitMs, child, 'end of the program', child.exited)
  if (child.flooded()) throw new Error('The program wrote more than 8 MB of output; it was stopped.')
  const output = outputOf(child, exit)
  stopIfNotLoadable(run, exit, output.stderr)
  if (!options.quiet) noteOutput(run, output)
  return { ...output, json: () => parsed(output.stdout) }
}

function noteInput(run: RunState, options: RunOptions): void {
  const env = Object.entries(options.env ?? {}).map(([k, v]) => `${k}=${JSON.stringify(v)}`)
  if (env.length > 0) note(run, 'env', env.join(' '))
  if (options.args?.length) note(run, 'args', options.args.join(' '))
  if (typeof options.stdin === 'string' && options.stdin !== '') note(run, 'stdin', options.stdin)
}

function noteOutput(run: RunState, { code, signal, stdout }: Output): void {
  note(run, 'stdout', stdout === '' ? '(nothing)' : stdout)
  run.current.evidence['exitCode'] = code
  run.current.evidence['signal'] = signal
  if (signal) note(run, 'ended by', signal)
  else if (code !== 0) note(run, 'exit code', String(code))
}

function parsed(stdout: string): unknown {
  try {
    return JSON.parse(stdout) as unknown
  } catch {
    throw new Error(notJson(stdout))
  }
}

function notJson(stdout: string): string {
  if (stdout.trim() === '') return 'Nothing came on stdout; one JSON value was expected.'
  return stdout.startsWith('\uFEFF')
    ? 'stdout is not one JSON value: it begins with a byte-order mark (U+FEFF).'
    : 'stdout is not one JSON value.'
}
