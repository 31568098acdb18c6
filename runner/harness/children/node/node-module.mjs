// @ts-check
/**
 * Runs in the child: loads the learner's module and answers calls over fd 3 (in) and fd 4 (out), one JSON
 * frame a line. stdout and stderr stay the learner's. Nothing here is trusted by the other side.
 */
import { writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import { types } from 'node:util'
import { decode, own } from '../protocol/decode.mjs'
import { encode } from '../protocol/encode.mjs'
import { frameReader, limits } from '../protocol/frames.mjs'
import { openToMeasure } from './measures.mjs'

// All that is ours is loaded: a child that was started ahead waits here for its run (transpiled.mjs).
const { gymOpen } = /** @type {{ gymOpen?: () => void }} */ (globalThis)
Reflect.deleteProperty(globalThis, 'gymOpen')
gymOpen?.()

/** As they are before the learner's module can change them. */
const real = {
  setImmediate,
  writeSync,
  stringify: JSON.stringify,
  parse: JSON.parse,
  bytes: Buffer.from,
  hasOwn: Object.hasOwn,
  apply: Reflect.apply,
  emit: process.emit,
  exit: process.exit.bind(process),
}
/**
 * @type {Map<number, { resolve: (v: unknown) => void, reject: (e: unknown) => void, ping: boolean }>} awaiting the
 * suite's answer
 */
const waiting = new Map()
/** @type {any[]} results kept here as handles */
const handles = []
/** @type {AsyncIterator<unknown>[]} */
const iterators = []
let nextCallback = 1
/** Callbacks sent and answered so far: when it stands still, the module waits for nothing that comes by itself. */
let traffic = 0
/** @type {Record<string, any>} */
let module_ = {}
/** @type {any} */
let clock = null

/** @param {object} frame */
function send(frame) {
  const line = real.bytes(`${real.stringify(frame)}\n`)
  const tooLarge = line.length > limits.frameBytes && real.hasOwn(frame, 'value')
  if (tooLarge) return send({ ...frame, value: { $: 'opaque', v: 'value larger than 1 MB' } })
  for (let at = 0; at < line.length;) at += writeSome(line, at)
}

/** The pipe may be full: waits a moment and tries again. @param {Buffer} line @param {number} at */
function writeSome(line, at) {
  try {
    return real.writeSync(4, line, at)
  } catch (error) {
    if (/** @type {any} */ (error).code !== 'EAGAIN') real.exit(97)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    return 0
  }
}

const outgoing = {
  iterable: (/** @type {AsyncIterable<unknown>} */ i) => iterators.push(i[Symbol.asyncIterator]()) - 1,
}

const incoming = {
  fn:
    (/** @type {number} */ id) =>
    (/** @type {unknown[]} */ ...args) => {
      traffic += 1
      return askSuite({ t: 'callback', fn: id, value: encode(args, outgoing) }, false)
    },
  error: (/** @type {import('../protocol/decode.mjs').WireError} */ { name, message, props = {}, ...rest }) => {
    const error = new Error(message)
    for (const [key, value] of Object.entries({ ...rest, ...props })) own(error, key, value)
    // As in a class of its own: not among the enumerable properties.
    return Object.defineProperty(error, 'name', { value: name, writable: true, configurable: true })
  },
}

/** @param {object} frame @param {boolean} ping @returns {Promise<unknown>} */
function askSuite(frame, ping) {
  return new Promise((resolve, reject) => {
    const call = nextCallback++
    waiting.set(call, { resolve, reject, ping })
    send({ ...frame, call })
  })
}

/**
 * Waits until the module has done what it can do without an answer that the suite still holds back:
 * the suite answers a ping after whatever it can answer at once, and two quiet rounds prove that nothing moves.
 */
async function settled() {
  for (let quiet = 0; quiet < 2;) {
    const before = traffic
    await askSuite({ t: 'ping' }, true)
    await new Promise((resolve) => real.setImmediate(resolve))
    quiet = traffic === before ? quiet + 1 : 0
  }
}

/** @param {'rejection' | 'exception'} kind @param {unknown} error */
function unhandled(kind, error) {
  // Nothing that it inherits may speak for the frame: a `toJSON` that is given to all objects would.
  send(/** @type {any} */ ({ __proto__: null, t: 'unhandled', kind, value: encodedError(error) }))
}

/** @param {unknown} error */
function encodedError(error) {
  try {
    const value = encode(asError(error))
    real.stringify(value)
    return value
  } catch {
    return null
  }
}

let emit = real.emit

/**
 * Node tells of what nobody caught or handled through `process.emit`, which is told on from here: a listener could be
 * removed by the program that it listens to. What a program sets instead of it runs behind ours.
 * @param {string} event @param {unknown} error
 */
function heardByUs(event, error) {
  const isRejection = event === 'unhandledRejection'
  if (isRejection) unhandled('rejection', error)
  // Before any callback that catches, and before the listeners.
  if (event === 'uncaughtExceptionMonitor') unhandled('exception', error)
  const handled = real.apply(emit, process, arguments)
  return handled || isRejection || event === 'uncaughtException'
}
Object.defineProperty(process, 'emit', {
  configurable: false,
  enumerable: false,
  get: () => heardByUs,
  set(other) {
    emit = other
  },
})

/** @param {unknown} error */
const asError = (error) =>
  types.isNativeError(error) || error instanceof Error ? error : new Error(`a value was thrown: ${said(error)}`)

/** @param {unknown} value */
function said(value) {
  try {
    return typeof value === 'object' && value !== null ? real.stringify(value) : String(value)
  } catch {
    return 'a value without words'
  }
}

/** What the suite asked for is not there: no error of the learner's code, and never taken for one. */
class Absent extends Error {
  /** @param {'export' | 'method'} what @param {string} message */
  constructor(what, message) {
    super(message)
    this.what = what
  }
}

/** @param {any} frame */
async function answer(frame) {
  const reply = await act(frame).then(
    (value) => ({ ok: true, value: encode(value, outgoing) }),
    (error) =>
      error instanceof Absent
        ? { ok: false, absent: error.message, what: error.what }
        : { ok: false, value: encode(asError(error), outgoing) },
  )
  await printed()
  send({ t: 'reply', id: frame.id, ...reply })
}

/** What was printed during a call is out before its answer: a flood is then seen in time. */
async function printed() {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0 && !stream.writableEnded) await new Promise((resolve) => stream.write('', resolve))
  }
}

/** @param {any} frame @returns {Promise<unknown>} */
async function act(frame) {
  const args = /** @type {unknown[]} */ (decode(frame.args ?? [], incoming))
  return acts[/** @type {keyof typeof acts} */ (frame.t)](frame, args)
}

/** What the suite may ask for. @satisfies {Record<string, (frame: any, args: unknown[]) => unknown>} */
const acts = {
  measure: (frame) => openToMeasure(frame.counting === true),
  load: (frame) => load(frame.path),
  clock: (frame) => (frame.op === 'install' ? installClock(frame.now) : advance(frame.ms)),
  call: (frame, args) => exported(frame.name)(...args),
  create: async (frame, args) => keep(await exported(frame.name)(...args)),
  construct: (frame, args) => keep(new (exported(frame.name))(...args)),
  method: (frame, args) => method(frame.handle, frame.name)(...args),
  get: (frame) => handles[frame.handle]?.[frame.name],
  next: (frame) => iterators[frame.iterator]?.next(),
  return: (frame) => iterators[frame.iterator]?.return?.(),
  settle: () => settled(),
  leftovers: () => leftovers(),
}

/** @param {string} path */
async function load(path) {
  module_ = await import(pathToFileURL(path).href)
  return null
}

/** @param {string} name */
function exported(name) {
  if (typeof module_[name] !== 'function')
    throw new Absent('export', `The module does not export a function "${name}".`)
  return module_[name]
}

/** @param {number} handle @param {string} name */
function method(handle, name) {
  const target = handles[handle]
  if (typeof target?.[name] !== 'function') throw new Absent('method', `There is no method "${name}".`)
  return target[name].bind(target)
}

/** @param {unknown} value */
const keep = (value) => handles.push(value) - 1

/** @param {number} now */
async function installClock(now) {
  const { install } = await import('@sinonjs/fake-timers')
  clock?.uninstall()
  clock = install({
    now,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  })
  // For modules that import them from node:timers.
  syncBuiltinESMExports()
  return null
}

/**
 * From timer to timer, so that what a timer sets off across the process boundary happens before the next one. @param
 * {number} ms
 */
async function advance(ms) {
  const end = clock.now + ms
  await settled()
  for (let due = nextTimer(); due <= end; due = nextTimer()) {
    await tick(due - clock.now)
    await settled()
  }
  await tick(end - clock.now)
  return clock.now
}

const nextTimer = () => Math.min(...[...(clock.timers?.values() ?? [])].map((timer) => timer.callAt))

/** @param {number} ms */
async function tick(ms) {
  // A throw in a timer is what ends a real process.
  await clock.tickAsync(ms).catch((/** @type {unknown} */ error) => unhandled('exception', error))
}

/** What still keeps the process alive besides the protocol itself. */
async function leftovers() {
  await settled()
  const ours = ['PipeWrap', 'TTYWrap', 'FSReqCallback', 'FSReqPromise', 'Immediate', 'CloseReq']
  return process.getActiveResourcesInfo().filter((kind) => !ours.includes(kind))
}

/** @param {string} line */
function receive(line) {
  const frame = real.parse(line)
  if (frame.t !== 'answer') return void answer(frame)
  const callback = waiting.get(frame.call)
  if (!callback) return
  waiting.delete(frame.call)
  if (!callback.ping) traffic += 1
  const value = decode(frame.value, incoming)
  if (frame.ok) callback.resolve(value)
  else callback.reject(value)
}

// A socket and no file stream: that would keep a thread in read(), and process.exit would wait for it.
const input = new Socket({ fd: 3, readable: true, writable: false })
input.on('data', frameReader(receive))
// The other side is gone: a child must never outlive the run it belongs to.
input.on('close', () => real.exit(0))
input.on('error', () => {})
