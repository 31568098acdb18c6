// @ts-check
/**
 * The call protocol's values (security.md): tagged JSON for everything a call may carry.
 * Plain JavaScript, because the learner's child loads it and must start fast. Shared by both sides.
 *
 * A tagged value is `{ "$": tag, … }`; a plain object that owns a key "$" travels as tag "o".
 * Encoding refuses nothing by throwing: what cannot travel becomes an opaque mark with its kind.
 */

export const limits = { frameBytes: 1024 * 1024, totalBytes: 16 * 1024 * 1024, depth: 60, nodes: 100_000 }

/**
 * @param {unknown} value
 * @param {{ fn?: (f: Function) => number, iterable?: (i: AsyncIterable<unknown>) => number }} hooks register what must
 *   stay on this side and travel as a number; without a hook such a value is opaque
 * @returns {unknown} JSON-safe
 */
export function encode(value, hooks = {}) {
  const state = { nodes: 0, seen: /** @type {object[]} */ ([]) }
  return enc(value, hooks, state, 0)
}

/** @param {unknown} value @param {any} hooks @param {{nodes: number, seen: object[]}} state @param {number} depth @returns {unknown} */
function enc(value, hooks, state, depth) {
  state.nodes += 1
  if (depth > limits.depth) return opaque('value nested too deeply')
  if (state.nodes > limits.nodes) return opaque('value too large')
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (value === undefined) return { $: 'undef' }
  if (typeof value === 'number') return encNumber(value)
  if (typeof value === 'bigint') return { $: 'big', v: value.toString() }
  if (typeof value === 'symbol') return opaque('symbol')
  if (typeof value === 'function') return hooks.fn ? { $: 'fn', id: hooks.fn(value) } : opaque('function')
  if (state.seen.includes(value)) return opaque('circular value')
  state.seen.push(value)
  const encoded = encObject(value, hooks, state, depth + 1)
  state.seen.pop()
  return encoded
}

/** @param {number} value @returns {unknown} */
function encNumber(value) {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value
  return { $: 'num', v: Object.is(value, -0) ? '-0' : String(value) }
}

/** @param {object} value @param {any} hooks @param {{nodes: number, seen: object[]}} state @param {number} depth @returns {unknown} */
function encObject(value, hooks, state, depth) {
  const inner = (/** @type {unknown} */ v) => enc(v, hooks, state, depth)
  if (Array.isArray(value)) return Array.from(value, inner)
  if (value instanceof Date) return { $: 'date', v: value.getTime() }
  if (value instanceof Map) return { $: 'map', v: [...value].map(([k, v]) => [inner(k), inner(v)]) }
  if (value instanceof Set) return { $: 'set', v: [...value].map(inner) }
  if (value instanceof Uint8Array) return { $: 'bytes', v: Buffer.from(value).toString('base64') }
  if (value instanceof Error) return encError(value, inner)
  if (hooks.iterable && typeof (/** @type {any} */ (value)[Symbol.asyncIterator]) === 'function') {
    return { $: 'iter', id: hooks.iterable(/** @type {AsyncIterable<unknown>} */ (value)) }
  }
  const entries = Object.keys(value).map((key) => [key, inner(/** @type {any} */ (value)[key])])
  if (entries.some(([key]) => key === '$' || key === '__proto__')) return { $: 'o', v: entries }
  return Object.fromEntries(entries)
}

/** @param {Error} error @param {(v: unknown) => unknown} inner */
function encError(error, inner) {
  const own = Object.keys(error).filter((k) => !['name', 'message', 'code', 'cause', 'stack'].includes(k))
  const { code, cause } = /** @type {any} */ (error)
  return {
    $: 'err',
    name: String(error.name),
    message: String(error.message),
    ...(code === undefined ? {} : { code: inner(code) }),
    ...(cause === undefined ? {} : { cause: inner(cause) }),
    ...(own.length === 0 ? {} : { props: own.map((k) => [k, inner(/** @type {any} */ (error)[k])]) }),
  }
}

/** @param {string} kind */
const opaque = (kind) => ({ $: 'opaque', v: kind })

/** A value that cannot travel; equal to nothing but another mark of the same kind. */
export class Opaque {
  /** @param {string} kind */
  constructor(kind) {
    this.opaque = kind
  }
}

/**
 * @param {unknown} value as parsed from a frame
 * @param {{ fn?: (id: number) => unknown, iterable?: (id: number) => unknown, error?: (e: WireError) => unknown }} hooks
 * @returns {unknown} plain data; functions and iterables only where a hook makes them
 * @throws {Error} on an unknown tag: the frame is malformed
 */
export function decode(value, hooks = {}) {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((v) => decode(v, hooks))
  const tagged = /** @type {any} */ (value)
  if (!('$' in tagged)) return record(Object.entries(tagged).map(([k, v]) => [k, decode(v, hooks)]))
  return decodeTagged(tagged, hooks)
}

/**
 * @typedef {{ name: string, message: string, code?: unknown, cause?: unknown, props?: Record<string, unknown> }} WireError
 */

/** @param {any} t @param {any} hooks @returns {unknown} */
function decodeTagged(t, hooks) {
  switch (t.$) {
    case 'undef': return undefined
    case 'num': return Number(t.v)
    case 'big': return BigInt(t.v)
    case 'date': return new Date(t.v)
    case 'map': return new Map(t.v.map((/** @type {any} */ [k, v]) => [decode(k, hooks), decode(v, hooks)]))
    case 'set': return new Set(t.v.map((/** @type {any} */ v) => decode(v, hooks)))
    case 'bytes': return new Uint8Array(Buffer.from(t.v, 'base64'))
    case 'o': return record(t.v.map((/** @type {any} */ [k, v]) => [k, decode(v, hooks)]))
    case 'err': return decodeError(t, hooks)
    case 'fn': return hooks.fn ? hooks.fn(t.id) : new Opaque('function')
    case 'iter': return hooks.iterable ? hooks.iterable(t.id) : new Opaque('async iterable')
    case 'opaque': return new Opaque(String(t.v))
    default: throw new Error(`unknown tag ${String(t.$)}`)
  }
}

/** @param {any} t @param {any} hooks */
function decodeError(t, hooks) {
  const wire = {
    name: String(t.name),
    message: String(t.message),
    ...('code' in t ? { code: decode(t.code, hooks) } : {}),
    ...('cause' in t ? { cause: decode(t.cause, hooks) } : {}),
    ...('props' in t ? { props: record(t.props.map((/** @type {any} */ [k, v]) => [k, decode(v, hooks)])) } : {}),
  }
  return hooks.error ? hooks.error(wire) : wire
}

/** Own data properties only: a key `__proto__` never reaches a prototype. @param {[string, unknown][]} entries */
function record(entries) {
  /** @type {Record<string, unknown>} */
  const result = {}
  for (const [key, value] of entries) {
    Object.defineProperty(result, key, { value, enumerable: true, writable: true, configurable: true })
  }
  return result
}
