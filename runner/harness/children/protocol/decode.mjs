// @ts-check
/** The call protocol's values on their way in: what encode.mjs wrote, or what a hostile child made up. */
import { limits } from './frames.mjs'

/**
 * @typedef {object} DecodeHooks
 * @property {(id: number) => unknown} [fn]
 * @property {(id: number) => unknown} [iterable]
 * @property {(e: WireError) => unknown} [error]
 */
/**
 * @typedef {{ name: string, message: string, code?: unknown, cause?: unknown, props?: Record<string, unknown> }}
 * WireError
 */

/** A value that cannot travel; equal to nothing but another mark of the same kind. */
export class Opaque {
  /** @param {string} kind */
  constructor(kind) {
    this.opaque = kind
  }
  /** What a transcript shows. */
  toJSON() {
    return `(${this.opaque})`
  }
}

/**
 * @param {unknown} value as parsed from a frame
 * @param {DecodeHooks} hooks
 * @returns {unknown} plain data; functions and iterables only where a hook makes them
 * @throws {Error} when the frame is malformed
 */
export function decode(value, hooks = {}) {
  return dec(value, { hooks, nodes: 0, depth: 0 })
}

/** @typedef {{ hooks: DecodeHooks, nodes: number, depth: number }} Decoding */

/** @param {unknown} value @param {Decoding} state @returns {unknown} */
function dec(value, state) {
  state.nodes += 1
  must(state.nodes <= limits.nodes, 'too many parts')
  if (typeof value !== 'object' || value === null) return value
  state.depth += 1
  // One more than encoding allows: the mark for what was cut off.
  must(state.depth <= limits.depth + 1, 'nested too deeply')
  const decoded = decObject(value, state)
  state.depth -= 1
  return decoded
}

/** @param {object} value @param {Decoding} state @returns {unknown} */
function decObject(value, state) {
  if (Array.isArray(value)) return value.map((v) => dec(v, state))
  if (!Object.hasOwn(value, '$')) return record(Object.entries(value), state)
  return decTagged(/** @type {any} */ (value), state)
}

/** @param {any} t @param {Decoding} state @returns {unknown} */
function decTagged(t, state) {
  must(typeof t.$ === 'string' && Object.hasOwn(tags, t.$), 'tag')
  return tags[/** @type {keyof typeof tags} */ (t.$)](t, state)
}

/** @satisfies {Record<string, (t: any, state: Decoding) => unknown>} */
const tags = {
  undef: () => undefined,
  num: ({ v }) => must(['-0', 'NaN', 'Infinity', '-Infinity'].includes(v), 'num') && Number(v),
  big: ({ v }) => must(/^-?\d{1,4096}$/.test(v), 'big') && BigInt(v),
  date: ({ v }) => must(v === null || typeof v === 'number', 'date') && new Date(v ?? Number.NaN),
  map: ({ v }, state) => new Map(pairs(v).map(([k, value]) => [dec(k, state), dec(value, state)])),
  set: ({ v }, state) =>
    must(Array.isArray(v), 'set') && new Set(v.map((/** @type {unknown} */ part) => dec(part, state))),
  bytes: ({ v }) => must(typeof v === 'string', 'bytes') && new Uint8Array(Buffer.from(v, 'base64')),
  o: ({ v }, state) => record(pairs(v), state),
  err: (t, state) => decError(t, state),
  fn: ({ id }, { hooks }) => must(isId(id), 'fn') && (hooks.fn ? hooks.fn(id) : new Opaque('function')),
  iter: ({ id }, { hooks }) =>
    must(isId(id), 'iter') && (hooks.iterable ? hooks.iterable(id) : new Opaque('async iterable')),
  opaque: ({ v }) => must(typeof v === 'string', 'opaque') && new Opaque(v),
}

/** @param {any} t @param {Decoding} state */
function decError(t, state) {
  must(typeof t.name === 'string' && typeof t.message === 'string', 'err')
  /** @type {WireError} */
  const wire = {
    name: t.name,
    message: t.message,
    ...(Object.hasOwn(t, 'code') ? { code: dec(t.code, state) } : {}),
    ...(Object.hasOwn(t, 'cause') ? { cause: dec(t.cause, state) } : {}),
    ...(Object.hasOwn(t, 'props') ? { props: record(pairs(t.props), state) } : {}),
  }
  return state.hooks.error ? state.hooks.error(wire) : wire
}

/**
 * Own data properties only: a key `__proto__` never reaches a prototype. @param {[unknown, unknown][]} entries @param
 * {Decoding} state
 */
function record(entries, state) {
  /** @type {Record<string, unknown>} */
  const result = {}
  for (const [key, value] of entries) {
    must(typeof key === 'string', 'key')
    own(result, /** @type {string} */ (key), dec(value, state))
  }
  return result
}

/** @template {object} T @param {T} target @param {string} key @param {unknown} value */
export function own(target, key, value) {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
  return target
}

/** @param {unknown} value @returns {[unknown, unknown][]} */
function pairs(value) {
  must(Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2), 'pairs')
  return /** @type {[unknown, unknown][]} */ (value)
}

/** @param {unknown} id */
const isId = (id) => Number.isSafeInteger(id) && /** @type {number} */ (id) >= 0

/** @param {boolean} holds @param {string} what @returns {true} */
function must(holds, what) {
  if (!holds) throw new Error(`malformed: ${what}`)
  return true
}
