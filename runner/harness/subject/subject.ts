import { note, type RunState } from '../run/run-state.ts'
import { shown } from '../run/shown.ts'
import { Thrown, type ThrownError, type Unhandled } from './errors.ts'
import { openLink, type Frame, type Link } from './link.ts'
import { notCounting, notMeasuring, type Heap, type Measured } from './measure.ts'

export type Outcome = { ok: true; value: unknown } | { ok: false; error: ThrownError }

/** Something the learner's code made that stays in the child; its methods are called across. */
export interface Handle {
  /** As `call` of the module. */
  call: (method: string, args?: unknown[], options?: { quiet?: boolean }) => Promise<unknown>
  attempt: (method: string, args?: unknown[]) => Promise<Outcome>
  get: (property: string) => Promise<unknown>
}

/**
 * The learner's module in a child process (call protocol: docs/architecture.md), the same calls for every language.
 * Functions among the arguments run here; in the child they are async (TypeScript) or wait for the answer (the
 * others). Replies are plain data, or async iterables of plain data.
 */
export interface Subject {
  /**
   * Calls an exported function; a thrown error fails the case in plain words. `quiet` keeps it out of the transcript.
   */
  call: (name: string, args?: unknown[], options?: { quiet?: boolean }) => Promise<unknown>
  /** Calls an exported function; returns what was thrown as data. */
  attempt: (name: string, args?: unknown[]) => Promise<Outcome>
  /** Calls an exported function and keeps the result in the child. */
  create: (name: string, args?: unknown[]) => Promise<Handle>
  /** `new` on an exported class; the instance stays in the child. */
  construct: (name: string, args?: unknown[], options?: { quiet?: boolean }) => Promise<Handle>
  /**
   * A virtual clock in the child, from here on (TypeScript only, as the next five): Date and timers stand still until
   * advanced.
   */
  useClock: (now: number) => Promise<void>
  /** Moves the virtual clock; timers that fall due run in order, promises between them settle. Returns its time. */
  advance: (ms: number) => Promise<number>
  /** Waits until the module has done all it can do while the suite holds back the answers that it holds back. */
  settle: () => Promise<void>
  /** Settles, then returns the rejections and exceptions of this case that nobody handled, each once. */
  unhandled: () => Promise<Unhandled[]>
  /**
   * What is still reachable on the heap of a child that was started with `restart({ measuring: true })`: the garbage is
   * collected first. Bytes waver by some 100 KB, as V8 compiles and forgets code; the number of objects hardly does.
   */
  heap: () => Promise<Heap>
  /**
   * How often the blocks of the learner's code ran during some calls, counted by V8, in a child that was
   * started with `restart({ counting: true })`. Neither clock nor load changes it. What built-in functions do inside
   * (indexOf, sort, regular expressions) is not counted.
   */
  steps: (work: () => Promise<unknown>) => Promise<number>
  /** A fresh child; measured from outside, and slower to start, where that is asked for. */
  restart: (options?: { measuring?: boolean; counting?: boolean }) => Promise<void>
  /** A second process with the same module, beside this one: the same one every time. */
  peer: () => Subject
}

type Ask = (frame: Frame, what: string, limitMs?: number) => Promise<unknown>

export function subject(run: RunState, process = 1): Subject {
  let peer: Subject | null = null
  const { ask, open, takeUnhandled, restart } = sessions(run)
  const onlyNode = (name: string): void => {
    if (run.context.language === 'ts') return
    throw new Error(
      `subject.${name}() exists for TypeScript only: it follows the event loop of Node. Arrange this with callbacks.`,
    )
  }
  const inNode = (frame: Frame, name: string): Frame => {
    onlyNode(name)
    return frame
  }
  const call = (frame: Frame, what: string, quiet = false): Promise<Outcome> =>
    handled(noted(run, ask, frame, { what, quiet, process }))
  const value = (frame: Frame, what: string, quiet = false): Promise<unknown> =>
    handled(call(frame, what, quiet).then(valueOf))
  const handle = (id: unknown, made: string): Handle => ({
    call: (method, args = [], { quiet = false } = {}) =>
      value({ t: 'method', handle: id, name: method, args }, `${made}.${method}`, quiet),
    attempt: (method, args = []) => call({ t: 'method', handle: id, name: method, args }, `${made}.${method}`),
    get: (property) => value({ t: 'get', handle: id, name: property }, `${made}.${property}`),
  })
  const made = async (frame: Frame, what: string, as: string, quiet = false): Promise<Handle> =>
    handle(await value(frame, what, quiet), as)
  return {
    call: (name, args = [], { quiet = false } = {}) => value({ t: 'call', name, args }, name, quiet),
    attempt: (name, args = []) => call({ t: 'call', name, args }, name),
    create: (name, args = []) => handled(made({ t: 'create', name, args }, name, name)),
    construct: (name, args = [], { quiet = false } = {}) =>
      handled(made({ t: 'construct', name, args }, `new ${name}`, name, quiet)),
    useClock: async (now) =>
      void (await ask(inNode({ t: 'clock', op: 'install', now }, 'useClock'), 'the virtual clock')),
    advance: async (ms) =>
      numberOf(await ask(inNode({ t: 'clock', op: 'advance', ms }, 'advance'), 'the virtual clock')),
    settle: async () => void (await ask(inNode({ t: 'settle' }, 'settle'), 'the module')),
    unhandled: async () => {
      await ask(inNode({ t: 'settle' }, 'unhandled'), 'the module')
      return takeUnhandled()
    },
    heap: async () => {
      onlyNode('heap')
      const { measure } = await open()
      if (!measure) throw notMeasuring()
      return measure.heap()
    },
    steps: async (work) => {
      onlyNode('steps')
      const { measure } = await open()
      if (!measure) throw notCounting()
      await measure.steps()
      await work()
      return measure.steps()
    },
    restart,
    peer: () => (peer ??= subject(run, process + 1)),
  }
}

/** A case may fail while a call is still under way: its end must then not count as a fault of the suite. */
function handled<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {})
  return work
}

/** One child at a time; a new one where the last ended, or still owes an answer to a case that is over. */
function sessions(run: RunState) {
  let link: Promise<Link> | null = null
  let caseOf = run.current
  let unhandled: Unhandled[] = []
  let measured: Measured = 'no'
  const close = async (): Promise<void> => {
    const old = link
    link = null
    await (await old?.catch(() => null))?.close()
  }
  const restart: Subject['restart'] = async (options = {}) => {
    measured = options.counting === true ? 'steps' : options.measuring === true ? 'heap' : 'no'
    await close()
  }
  const ready = async (): Promise<Link> => {
    const [isNewCase, now] = [caseOf !== run.current, run.current]
    caseOf = now
    const present = await link?.catch(() => null)
    if (!present?.usable() || (isNewCase && present.owes())) await close()
    else if (isNewCase) await present.drain()
    if (isNewCase) unhandled = []
    return (link ??= openLink(run, (problem) => unhandled.push(problem), measured))
  }
  // One after the other: two calls made at once must not start two children.
  let queue: Promise<unknown> = Promise.resolve()
  const open = (): Promise<Link> => {
    const next = queue.then(ready)
    queue = next.catch(() => {})
    return next
  }
  const ask: Ask = async (frame, what, limitMs) => (await open()).ask(frame, what, limitMs)
  return { ask, open, restart, takeUnhandled: () => unhandled.splice(0) }
}

async function noted(
  run: RunState,
  ask: Ask,
  frame: Frame,
  { what, quiet, process }: { what: string; quiet: boolean; process: number },
): Promise<Outcome> {
  const record = run.current
  const whose = process === 1 ? '' : `, process ${process}`
  const say = (label: string, text: string): void =>
    void (!quiet && run.current === record && note(run, label + whose, text))
  say('called', frame.t === 'get' ? what : `${what}(${(frame.args ?? []).map((arg) => shown(arg)).join(', ')})`)
  try {
    const value = await ask(frame, what)
    if (frame.t !== 'create' && frame.t !== 'construct') say('returned', shown(value, 2_000))
    return { ok: true, value }
  } catch (error) {
    if (!(error instanceof Thrown)) throw error
    say('threw', `${error.thrown.name}: ${error.thrown.message}`)
    record.evidence['threw'] = error.thrown.name
    return { ok: false, error: error.thrown }
  }
}

function valueOf(outcome: Outcome): unknown {
  if (outcome.ok) return outcome.value
  throw new Error(`The call threw ${outcome.error.name}: ${outcome.error.message}`)
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw new Error('The child gave no number.')
  return value
}
