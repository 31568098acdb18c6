import { decode } from '../children/protocol/decode.mjs'
import { encode, type EncodeHooks } from '../children/protocol/encode.mjs'
import { frameReader } from '../children/protocol/frames.mjs'
import { startChild, type Child } from '../child/child.ts'
import { within } from '../child/deadline.ts'
import type { Exit } from '../child/place.ts'
import { lostFile } from '../run/lost-file.ts'
import { clip, keepPrinted, keepStop, note, StopRun, type RunState } from '../run/run-state.ts'
import { shown } from '../run/shown.ts'
import { Thrown, thrownOf, type Unhandled } from './errors.ts'
import { saidByNode } from './inspector.ts'
import { iterate } from './iterate.ts'
import { openMeasure, type Measure, type Measured } from './measure.ts'

/** The suite's end of the call protocol: one child, its frames, and what a broken or hostile child may not do. */

export type Frame = { t: string; args?: unknown[] } & Record<string, unknown>

export interface Link {
  ask: (frame: Frame, what: string, limitMs?: number) => Promise<unknown>
  /** The child lives and keeps to the protocol. */
  usable: () => boolean
  /** A call has no answer yet. */
  owes: () => boolean
  /** Lets what an earlier case set going come to rest, and keeps it out of the present case's record. */
  drain: () => Promise<void>
  /** Null where the child was not started to be measured. */
  measure: Measure | null
  close: () => Promise<void>
}

const callMs = 2_000
const loadMs = 5_000
/** Answers that a child does not take up are not collected for ever. */
const unreadBytes = 32 * 1024 * 1024

interface Pending {
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

/** Of one child. */
interface LinkState {
  run: RunState
  child: Child
  pending: Map<number, Pending>
  functions: Map<number, (...args: unknown[]) => unknown>
  nextId: number
  /** What it reports belongs to a case that is over. */
  draining: boolean
  loaded: boolean
  /** Why no answer can come any more. */
  ended: Error | null
  report: (problem: Unhandled) => void
}

/** Starts a child and loads the learner's module in it. */
export async function openLink(
  run: RunState,
  report: (problem: Unhandled) => void,
  measured: Measured = 'no',
): Promise<Link> {
  const { launch, workspace } = run.context
  if (!launch.subject) throw new Error('this language has no module that can be called')
  const child = startChild(run, {
    command: launch.subject.command,
    cwd: workspace,
    protocolPipes: true,
    ...(measured === 'no' ? {} : { notTheirs: saidByNode }),
  })
  const link: LinkState = {
    run,
    child,
    pending: new Map(),
    functions: new Map(),
    nextId: 1,
    draining: false,
    loaded: false,
    ended: null,
    report,
  }
  const tooMuch = (): void => breakOff(link, 'More data came back than a call may carry; the process was stopped.')
  child.fromChild?.on(
    'data',
    frameReader((line) => receive(link, line), tooMuch),
  )
  void child.exited.then((exit) => end(link, reasonOf(link, exit)))
  child.onStdout((chunk) => keepPrinted(run, chunk.toString('utf8')))
  run.cleanups.push(() => close(link))
  const asking = {
    run,
    child,
    ask: (frame: Frame, what: string) => ask(link, frame, what),
    asked: () => link.nextId - 1,
  }
  const measure = measured === 'no' ? null : await openMeasure(asking, measured === 'steps')
  if (measure) run.cleanups.push(async () => measure.close())
  await load(link, launch.subject.loads)
  return {
    ask: (frame, what, limitMs) => ask(link, frame, what, limitMs),
    usable: () => link.ended === null,
    owes: () => link.pending.size > 0,
    drain: () => drain(link),
    measure,
    close: () => close(link),
  }
}

const settled = (link: LinkState): Promise<unknown> => ask(link, { t: 'settle' }, 'the module')

async function drain(link: LinkState): Promise<void> {
  link.draining = true
  try {
    await settled(link)
  } finally {
    link.draining = false
  }
}

async function load(link: LinkState, path: string): Promise<void> {
  try {
    await ask(link, { t: 'load', path }, 'loading the module', loadMs)
    link.loaded = true
  } catch (error) {
    if (!(error instanceof Thrown)) throw error
    const { name, message } = error.thrown
    const { context } = link.run
    const words = `${name}: ${message}`.replaceAll(`${context.workspace}/`, '')
    const told = lostFile(context, message) ?? `The module does not load: ${clip(words, 300)}`
    throw keepStop(link.run, new StopRun('does-not-load', told))
  }
}

function reasonOf(link: LinkState, exit: Exit): Error {
  const how = exit.signal ? `by ${exit.signal}` : `with code ${exit.code}`
  if (link.child.flooded()) return new Error('The program wrote more than 8 MB of output; it was stopped.')
  if (!link.loaded) return new StopRun('exited', `The process ended ${how} while the module was loading.`)
  return new Error(`The process ended ${how} during the call.`)
}

async function ask(link: LinkState, frame: Frame, what: string, limitMs = callMs): Promise<unknown> {
  const { run } = link
  const record = run.current
  const id = link.nextId++
  const args = encode(frame.args ?? [], outgoing(link))
  const reply = new Promise<unknown>((resolve, reject) => {
    if (link.ended) return reject(link.ended)
    link.pending.set(id, { resolve, reject })
    write(link, { ...frame, id, args })
  })
  try {
    return await within(run, limitMs, link.child, `answer from ${what}`, reply)
  } catch (error) {
    // What an earlier case left hanging says nothing about the present one.
    if (error instanceof StopRun && run.current === record) keepStop(run, error)
    throw error
  }
}

/** Functions stay here and travel as a number. */
const outgoing = (link: LinkState): EncodeHooks => ({
  fn: (f) => link.functions.set(link.functions.size, f).size - 1,
  strict: true,
})

function write(link: LinkState, frame: object): void {
  const { toChild } = link.child
  if (!toChild || link.ended) return
  toChild.write(`${JSON.stringify(frame)}\n`)
  if (toChild.writableLength > unreadBytes) breakOff(link, 'The process does not read its answers; it was stopped.')
}

function receive(link: LinkState, line: string): void {
  if (link.ended) return
  try {
    dispatch(link, JSON.parse(line) as Record<string, unknown>)
  } catch {
    breakOff(link, 'The process broke the call protocol; it was stopped.')
  }
}

/** @throws on a malformed frame */
function dispatch(link: LinkState, frame: Record<string, unknown>): void {
  switch (frame['t']) {
    case 'reply':
      return settle(link, frame)
    case 'callback':
      return callBack(link, frame)
    case 'unhandled':
      return reportUnhandled(link, frame)
    // Answered after whatever can be answered at once.
    case 'ping':
      return void setImmediate(() => write(link, { t: 'answer', call: frame['call'], ok: true, value: null }))
    default:
      throw new Error('malformed: unknown frame')
  }
}

function settle(link: LinkState, frame: Record<string, unknown>): void {
  const waiter = link.pending.get(frame['id'] as number)
  if (!waiter) return // Unknown ids are ignored.
  const value = decode(frame['value'], { iterable: (id) => iterate((frame, what) => ask(link, frame, what), id) })
  link.pending.delete(frame['id'] as number)
  if (frame['ok'] === true) waiter.resolve(value)
  else if (typeof frame['absent'] === 'string')
    waiter.reject(absent(link.run, frame['absent'], frame['what'] === 'export'))
  else waiter.reject(new Thrown(thrownOf(value)))
}

/** A missing export is a module that does not load as the brief wants it; a missing method is a failed case. */
const absent = (run: RunState, message: string, ofModule: boolean): Error =>
  ofModule ? keepStop(run, new StopRun('does-not-load', clip(message, 300))) : new Error(clip(message, 300))

function callBack(link: LinkState, frame: Record<string, unknown>): void {
  const f = link.functions.get(frame['fn'] as number)
  const args = decode(frame['value'], { iterable: (id) => iterate((frame, what) => ask(link, frame, what), id) })
  if (!f || !Array.isArray(args)) throw new Error('malformed: callback')
  void runCallback(link, frame['call'], f, args)
}

/** A module that calls hundreds of times must not push everything else out of the transcript. */
const mostNoted = 60
const callbacksOf = new WeakMap<object, number>()

async function runCallback(
  link: LinkState,
  call: unknown,
  f: (...args: unknown[]) => unknown,
  args: unknown[],
): Promise<void> {
  const { run } = link
  const record = run.current
  const say = (label: string, text: string): void =>
    void (run.current === record && !link.draining && note(run, label, text))
  const what = `${f.name || 'function'}(${args.map((arg) => shown(arg)).join(', ')})`
  const count = (callbacksOf.get(record) ?? 0) + 1
  callbacksOf.set(record, count)
  if (count <= mostNoted) say('it calls', what)
  else if (count === mostNoted + 1) say('it calls', '… and so on')
  try {
    const value = await f(...args)
    write(link, { t: 'answer', call, ok: true, value: encode(value, outgoing(link)) })
  } catch (error) {
    say('rejects', `${what}: ${error instanceof Error ? error.message : String(error)}`)
    write(link, { t: 'answer', call, ok: false, value: encode(error) })
  }
}

function reportUnhandled(link: LinkState, frame: Record<string, unknown>): void {
  const error = thrownOf(decode(frame['value']))
  if (link.draining) return
  const kind = frame['kind'] === 'exception' ? 'exception' : 'rejection'
  link.report({ kind, error })
  note(link.run, kind === 'exception' ? 'nobody caught' : 'nobody handled', `${error.name}: ${error.message}`)
  link.run.current.evidence['unhandledRejection'] = true
  // A process without our listener would have ended here, with every call that is under way.
  if (kind === 'exception') rejectAll(link, new Error(`Nobody caught ${error.name}: ${clip(error.message, 300)}`))
}

function rejectAll(link: LinkState, error: Error): void {
  for (const waiter of link.pending.values()) waiter.reject(error)
  link.pending.clear()
}

function end(link: LinkState, error: Error): void {
  link.ended ??= error
  rejectAll(link, link.ended)
}

function breakOff(link: LinkState, why: string): void {
  end(link, new Error(why))
  void link.child.kill()
}

async function close(link: LinkState): Promise<void> {
  if (link.child.alive() && !link.ended && link.pending.size === 0 && !link.run.stop) await warnOfLeftovers(link)
  end(link, new Error('The call was still under way when its case ended.'))
  await link.child.kill()
}

/** Timers and sockets that outlive the last call are judged by the cases, and named. */
async function warnOfLeftovers(link: LinkState): Promise<void> {
  const left = await ask(link, { t: 'leftovers' }, 'the module').catch(() => [])
  if (!Array.isArray(left) || left.length === 0) return
  link.run.warnings.add(
    `The module left something running (${[...new Set(left.map(String))].join(', ')}); it was ended.`,
  )
}
