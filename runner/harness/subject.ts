import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { decode, encode, limits } from './children/codec.mjs'
import { startChild, type Child } from './child.ts'
import { within } from './deadline.ts'
import { show } from './difference.ts'
import { clip, note, StopRun, type RunState } from './run-state.ts'

/** An error that learner code threw, as plain data. */
export interface ThrownError {
  name: string
  message: string
  code?: unknown
  cause?: unknown
  props?: Record<string, unknown>
}

export type Outcome = { ok: true; value: unknown } | { ok: false; error: ThrownError }

/** Something the learner's code made that stays in the child; its methods are called across. */
export interface Handle {
  call: (method: string, args?: unknown[]) => Promise<unknown>
  attempt: (method: string, args?: unknown[]) => Promise<Outcome>
  get: (property: string) => Promise<unknown>
}

export interface Unhandled {
  kind: 'rejection' | 'exception'
  error: ThrownError
}

/**
 * The learner's module in a child process (call protocol of security.md). Functions among the arguments
 * become async in the child and run here; replies are plain data, or async iterables of plain data.
 */
export interface Subject {
  /** Calls an exported function; a thrown error fails the case in plain words. */
  call: (name: string, args?: unknown[]) => Promise<unknown>
  /** Calls an exported function; returns what was thrown as data. */
  attempt: (name: string, args?: unknown[]) => Promise<Outcome>
  /** Calls an exported function and keeps the result in the child. */
  create: (name: string, args?: unknown[]) => Promise<Handle>
  /** `new` on an exported class; the instance stays in the child. */
  construct: (name: string, args?: unknown[]) => Promise<Handle>
  /** A virtual clock in the child, from here on: Date and timers stand still until advanced. */
  useClock: (now: number) => Promise<void>
  /** Moves the virtual clock; timers that fall due run in order, promises between them settle. */
  advance: (ms: number) => Promise<number>
  /** Rejections and exceptions that nobody handled since the last call of this function. */
  unhandled: () => Promise<Unhandled[]>
  /** A fresh child. */
  restart: () => Promise<void>
}

const callMs = 2_000
const loadMs = 5_000
const boot = join(import.meta.dirname, 'children', 'node-module.mjs')

export function subject(run: RunState): Subject {
  let session: Promise<Session> | null = null
  const open = (): Promise<Session> => (session ??= openSession(run, () => (session = null)))
  const ask = async (frame: Frame, what: string): Promise<unknown> => (await open()).ask(frame, what)
  const call = (frame: Frame, what: string, args: unknown[]): Promise<Outcome> => noted(run, what, args, ask, frame)
  const handle = (id: unknown, made: string): Handle => ({
    call: async (method, args = []) => valueOf(await call({ t: 'method', handle: id, name: method, args }, `${made}.${method}`, args)),
    attempt: (method, args = []) => call({ t: 'method', handle: id, name: method, args }, `${made}.${method}`, args),
    get: (property) => ask({ t: 'get', handle: id, name: property }, `${made}.${property}`),
  })
  return {
    call: async (name, args = []) => valueOf(await call({ t: 'call', name, args }, name, args)),
    attempt: (name, args = []) => call({ t: 'call', name, args }, name, args),
    create: async (name, args = []) => handle(valueOf(await call({ t: 'create', name, args }, name, args)), name),
    construct: async (name, args = []) => handle(valueOf(await call({ t: 'construct', name, args }, `new ${name}`, args)), name),
    useClock: async (now) => void (await ask({ t: 'clock', op: 'install', now }, 'clock')),
    advance: async (ms) => (await ask({ t: 'clock', op: 'advance', ms }, 'clock')) as number,
    unhandled: async () => (await open()).takeUnhandled(),
    restart: async () => {
      await (await session)?.close()
      session = null
    },
  }
}

type Frame = { t: string; args?: unknown[] } & Record<string, unknown>

async function noted(
  run: RunState,
  what: string,
  args: unknown[],
  ask: (frame: Frame, what: string) => Promise<unknown>,
  frame: Frame,
): Promise<Outcome> {
  note(run, 'called', `${what}(${args.map(argument).join(', ')})`)
  try {
    const value = await ask(frame, what)
    if (frame.t !== 'create' && frame.t !== 'construct') note(run, 'returned', show(value))
    return { ok: true, value }
  } catch (error) {
    if (!(error instanceof Thrown)) throw error
    note(run, 'threw', `${error.thrown.name}: ${error.thrown.message}`)
    run.current.evidence['threw'] = error.thrown.name
    return { ok: false, error: error.thrown }
  }
}

const argument = (value: unknown): string =>
  clip(typeof value === 'function' ? `${value.name || 'function'}()` : (JSON.stringify(value, functionNames) ?? 'undefined'), 160)

const functionNames = (_: string, v: unknown): unknown =>
  typeof v === 'function' ? `${v.name || 'function'}()` : typeof v === 'bigint' ? `${v}n` : v

function valueOf(outcome: Outcome): unknown {
  if (outcome.ok) return outcome.value
  throw new Error(`The call threw ${outcome.error.name}: ${outcome.error.message}`)
}

class Thrown extends Error {
  readonly thrown: ThrownError
  constructor(thrown: ThrownError) {
    super(thrown.message)
    this.thrown = thrown
  }
}

interface Session {
  ask: (frame: Frame, what: string) => Promise<unknown>
  takeUnhandled: () => Promise<Unhandled[]>
  close: () => Promise<void>
}

interface Pending {
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

async function openSession(run: RunState, onEnd: () => void): Promise<Session> {
  const { launch, workspace } = run.context
  const child = startChild(run, {
    command: [...launch.command, boot],
    cwd: workspace,
    protocolPipes: true,
  })
  const link = connectLink(run, child, onEnd)
  const entry = join(workspace, launch.args[0] ?? '')
  await link.load(entry)
  run.cleanups.push(() => link.close())
  return link
}

function connectLink(run: RunState, child: Child, onEnd: () => void): Session & { load: (path: string) => Promise<void> } {
  const pending = new Map<number, Pending>()
  const functions: ((...args: unknown[]) => unknown)[] = []
  let unhandled: Unhandled[] = []
  let nextId = 1
  let received = 0
  let loaded = false

  const write = (frame: object): void => void child.toChild?.write(`${JSON.stringify(frame)}\n`)
  const outgoing = { fn: (f: (...args: unknown[]) => unknown) => functions.push(f) - 1 }
  const incoming = { iterable: (id: number) => iterate(id) }

  const ask = async (frame: Frame, what: string, limitMs = callMs): Promise<unknown> => {
    const id = nextId++
    const reply = new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject }))
    write({ ...frame, id, args: encode(frame.args ?? [], outgoing) })
    return within(run, limitMs, child, `answer from ${what}`, reply)
  }

  async function* iterate(iterator: number): AsyncGenerator<unknown> {
    try {
      for (;;) {
        const step = (await ask({ t: 'next', iterator }, 'the async iterable')) as { done?: boolean; value?: unknown }
        if (step.done === true) return
        yield step.value
      }
    } finally {
      await ask({ t: 'return', iterator }, 'the async iterable').catch(() => {})
    }
  }

  const runCallback = async (frame: { call: number; fn: number; args: unknown }): Promise<void> => {
    try {
      const value = await functions[frame.fn]?.(...(decode(frame.args, incoming) as unknown[]))
      write({ t: 'answer', call: frame.call, ok: true, value: encode(value, outgoing) })
    } catch (error) {
      write({ t: 'answer', call: frame.call, ok: false, value: encode(error) })
    }
  }

  const receive = (line: string): void => {
    received += line.length
    if (line.length > limits.frameBytes || received > limits.totalBytes) return stopChild('More data came back than a call may carry.')
    try {
      dispatch(JSON.parse(line) as WireFrame)
    } catch {
      stopChild('The process broke the call protocol.')
    }
  }

  const dispatch = (frame: WireFrame): void => {
    if (frame.t === 'callback') return void runCallback(frame as never)
    if (frame.t === 'unhandled') {
      unhandled.push({ kind: frame.kind === 'exception' ? 'exception' : 'rejection', error: decode(frame.error) as ThrownError })
      run.current.evidence['unhandledRejection'] = true
      return
    }
    const waiter = frame.t === 'reply' ? pending.get(frame.id as number) : undefined
    if (!waiter) return // Unknown ids are ignored.
    pending.delete(frame.id as number)
    if (frame.ok === true) waiter.resolve(decode(frame.value, incoming))
    else waiter.reject(new Thrown(decode(frame.value) as ThrownError))
  }

  const stopChild = (why: string): void => {
    endAll(new Error(why))
    void child.kill()
  }
  const endAll = (error: Error): void => {
    onEnd()
    for (const waiter of pending.values()) waiter.reject(error)
    pending.clear()
  }

  if (child.fromChild) createInterface({ input: child.fromChild }).on('line', receive)
  void child.exited.then((exit) => {
    const how = exit.signal ? `by ${exit.signal}` : `with exit code ${exit.code}`
    if (child.flooded()) return endAll(new Error('The program wrote more than 8 MB of output; it was stopped.'))
    if (!loaded) return endAll(new StopRun('exited', `The process ended ${how} while the module was loading.`))
    endAll(new Error(`The process ended ${how} during the call.`))
  })

  return {
    ask,
    load: async (path) => {
      try {
        await ask({ t: 'load', path }, 'loading the module', loadMs)
        loaded = true
      } catch (error) {
        if (error instanceof Thrown) throw new StopRun('does-not-load', `The module does not load: ${loadMessage(error.thrown)}`)
        throw error
      }
    },
    // One more turn of the child's event loop: a rejection is reported at the end of a turn.
    takeUnhandled: async () => {
      await ask({ t: 'bye' }, 'the module')
      const taken = unhandled
      unhandled = []
      return taken
    },
    close: async () => {
      if (child.alive() && !run.stop) await warnOfLeftovers(run, ask)
      loaded = true
      await child.kill()
    },
  }
}

type WireFrame = { t: string } & Record<string, unknown>

const loadMessage = (error: ThrownError): string => clip(`${error.name}: ${error.message}`, 300)

/** Timers and sockets that outlive the last call are judged by the cases, and named. */
async function warnOfLeftovers(run: RunState, ask: (frame: Frame, what: string) => Promise<unknown>): Promise<void> {
  const left = await ask({ t: 'bye' }, 'the module').catch(() => [])
  if (!Array.isArray(left) || left.length === 0) return
  run.warnings.add(`The module left something running (${[...new Set(left)].join(', ')}); it was ended.`)
}
