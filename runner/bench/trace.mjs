// @ts-check
/**
 * Loaded first (`--import`) into a runner that is profiled: notes when things happen that can be seen from the outside
 * of its code (calls to Node, messages of the suite's thread), so that the runner itself needs no marks. Each time a
 * verdict is printed, one line of JSON is added to the file in BENCH_TRACE: name of the mark → milliseconds since 1970.
 */
import childProcess from 'node:child_process'
import fs from 'node:fs'
import module from 'node:module'
import { Worker } from 'node:worker_threads'

const file = process.env['BENCH_TRACE'] ?? ''
delete process.env['BENCH_TRACE']
const real = {
  appendFileSync: fs.appendFileSync,
  emit: Worker.prototype.emit,
  postMessage: Worker.prototype.postMessage,
}

/** @type {Record<string, number>} */
let marks = { 'process started': performance.timeOrigin }
/** @type {Set<string>} */
let tests = new Set()
const now = () => performance.timeOrigin + performance.now()

/** The first time counts. @param {string} name @param {number} [at] */
function first(name, at = now()) {
  marks[name] ??= at
}

/** The last time counts. @param {string} name @param {number} [at] */
function last(name, at = now()) {
  marks[name] = Math.max(at, marks[name] ?? 0)
}

/**
 * Calls `before` ahead of a function of an object. @param {any} object @param {string} name @param {(...args: any[]) =>
 * void} before
 */
function watchCalls(object, name, before) {
  const original = object[name]
  object[name] = function (/** @type {unknown[]} */ ...args) {
    before.apply(this, args)
    return original.apply(this, args)
  }
}

first('trace loaded')
watchCalls(module, 'enableCompileCache', () => first('bootstrap done'))
// The command listens for Ctrl-C once it is loaded and begins.
watchCalls(process, 'once', (event) => event === 'SIGINT' && first('command loaded'))
// In watch mode it is the only mark before the run: each check takes the workspace's lock.
watchCalls(
  fs,
  'mkdirSync',
  (path) => String(path).includes('.locks') && String(path).includes('.lock.') && first('check began'),
)
watchCalls(fs, 'renameSync', (_, to) => String(to).endsWith('progress.json') && last('recorded'))
watchCalls(process.stdout, 'write', (text) => String(text).includes('"verdict"') && printed())

const spawn = childProcess.spawn
childProcess.spawn = /** @type {typeof spawn} */ (
  (/** @type {any[]} */ ...args) => {
    const child = Reflect.apply(spawn, childProcess, args)
    if (args[0] === 'git') child.once('close', () => last('snapshot saved'))
    return child
  }
)
module.syncBuiltinESMExports()

Worker.prototype.postMessage = function (/** @type {any} */ message, /** @type {any[]} */ ...rest) {
  if (message?.type === 'start') first('thread asked for')
  if (message?.type === 'run') first('suite handed over')
  return Reflect.apply(real.postMessage, this, [message, ...rest])
}

Worker.prototype.emit = function (/** @type {string | symbol} */ event, /** @type {any[]} */ ...args) {
  if (event === 'message') received(args[0])
  return Reflect.apply(real.emit, this, [event, ...args])
}

/**
 * What vitest's worker says: answers with a type, calls of its rpc with a method `m` and arguments `a`. @param {any}
 * message
 */
function received(message) {
  if (message.type === 'started') first('thread ready')
  if (message.type === 'testfileFinished') last('suite ended')
  if (message.m === 'onCollected') {
    first('suite collected')
    tests = new Set(message.a[0].flatMap(testsOf))
  }
  if (message.m === 'onTaskUpdate') for (const [id, result] of message.a[0]) if (tests.has(id)) caseSeen(result)
}

/** @param {any} task @returns {string[]} */
const testsOf = (task) => (task.type === 'test' ? [task.id] : (task.tasks ?? []).flatMap(testsOf))

/** @param {{ startTime?: number, duration?: number } | undefined} result */
function caseSeen(result) {
  if (result?.startTime === undefined) return
  marks['first case began'] = Math.min(result.startTime, marks['first case began'] ?? Infinity)
  if (result.duration !== undefined) last('last case ended', result.startTime + result.duration)
}

function printed() {
  first('printed')
  real.appendFileSync(file, `${JSON.stringify(marks)}\n`)
  marks = {}
}
