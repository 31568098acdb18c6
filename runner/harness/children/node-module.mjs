// @ts-check
/**
 * Runs in the child: loads the learner's module and answers calls over fd 3 (in) and fd 4 (out), one JSON
 * frame a line. stdout and stderr stay the learner's. Nothing here is trusted by the other side.
 */
import { createReadStream, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { decode, encode } from './codec.mjs'

const real = { setTimeout, setImmediate, clearTimeout, stringify: JSON.stringify, parse: JSON.parse }
/** @type {Map<number, { resolve: (v: unknown) => void, reject: (e: unknown) => void }>} callbacks awaiting the suite's answer */
const waiting = new Map()
/** @type {any[]} results kept here as handles */
const handles = []
/** @type {AsyncIterator<unknown>[]} */
const iterators = []
let nextCallback = 1
/** @type {Record<string, any>} */
let module_ = {}
/** @type {any} */
let clock = null

/** @param {unknown} frame */
function send(frame) {
  const line = Buffer.from(real.stringify(frame) + '\n')
  let at = 0
  while (at < line.length) {
    try {
      at += writeSync(4, line, at)
    } catch (error) {
      if (/** @type {any} */ (error).code !== 'EAGAIN') process.exit(97)
    }
  }
}

const outgoing = {
  iterable: (/** @type {AsyncIterable<unknown>} */ i) => iterators.push(i[Symbol.asyncIterator]()) - 1,
}

const incoming = {
  fn: (/** @type {number} */ id) => (/** @type {unknown[]} */ ...args) =>
    new Promise((resolve, reject) => {
      const call = nextCallback++
      waiting.set(call, { resolve, reject })
      send({ t: 'callback', call, fn: id, args: encode(args, outgoing) })
    }),
  error: (/** @type {any} */ e) =>
    Object.assign(new Error(e.message), { name: e.name }, 'code' in e ? { code: e.code } : {}, 'cause' in e ? { cause: e.cause } : {}, e.props),
}

process.on('unhandledRejection', (error) => send({ t: 'unhandled', kind: 'rejection', error: encode(asError(error)) }))
process.on('uncaughtException', (error) => send({ t: 'unhandled', kind: 'exception', error: encode(asError(error)) }))

/** @param {unknown} error */
const asError = (error) => (error instanceof Error ? error : new Error(`a value was thrown: ${String(error)}`))

/** @param {any} frame */
async function answer(frame) {
  try {
    send({ t: 'reply', id: frame.id, ok: true, value: encode(await act(frame), outgoing) })
  } catch (error) {
    send({ t: 'reply', id: frame.id, ok: false, value: encode(asError(error)) })
  }
}

/** @param {any} frame @returns {Promise<unknown>} */
async function act(frame) {
  const args = /** @type {unknown[]} */ (decode(frame.args ?? [], incoming))
  switch (frame.t) {
    case 'load': return load(frame.path)
    case 'clock': return useClock(frame)
    case 'call': return exported(frame.name)(...args)
    case 'create': return keep(await exported(frame.name)(...args))
    case 'construct': return keep(new (exported(frame.name))(...args))
    case 'method': return method(frame.handle, frame.name)(...args)
    case 'get': return handles[frame.handle]?.[frame.name]
    case 'next': return iterators[frame.iterator]?.next()
    case 'return': return iterators[frame.iterator]?.return?.()
    case 'bye': return leftovers()
    default: throw new Error(`unknown frame ${frame.t}`)
  }
}

/** @param {string} path */
async function load(path) {
  module_ = await import(pathToFileURL(path).href)
  return Object.keys(module_)
}

/** @param {string} name */
function exported(name) {
  if (typeof module_[name] !== 'function') throw new TypeError(`the module does not export a function "${name}"`)
  return module_[name]
}

/** @param {number} handle @param {string} name */
function method(handle, name) {
  const target = handles[handle]
  if (typeof target?.[name] !== 'function') throw new TypeError(`there is no method "${name}"`)
  return target[name].bind(target)
}

/** @param {unknown} value */
const keep = (value) => handles.push(value) - 1

/** @param {any} frame */
async function useClock(frame) {
  if (frame.op === 'install') {
    const { install } = await import('@sinonjs/fake-timers')
    clock = install({ now: frame.now, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
    return null
  }
  await clock.tickAsync(frame.ms)
  return clock.now
}

/** What still keeps the process alive besides the protocol itself. */
function leftovers() {
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
  const value = decode(frame.value, incoming)
  if (frame.ok) callback.resolve(value)
  else callback.reject(value)
}

const lines = createInterface({ input: createReadStream('', { fd: 3, autoClose: false }) })
lines.on('line', receive)
// The other side is gone: a child must never outlive the run it belongs to.
lines.on('close', () => process.exit(0))
send({ t: 'hello' })
