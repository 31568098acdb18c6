// @ts-check
/**
 * The call protocol's values on their way out (docs/architecture.md): tagged JSON for everything a call may carry.
 * Plain JavaScript, because the learner's child loads it and must start fast. Shared by both sides; decode.mjs reads
 * it.
 *
 * A tagged value is `{ "$": tag, … }`; a plain object that owns a key "$" travels as tag "o".
 * What cannot travel becomes an opaque mark that says its kind; with `strict` it is an error instead.
 */
import { types } from 'node:util'
import { limits } from './frames.mjs'

/**
 * @typedef {object} EncodeHooks register what must stay on this side and travels as a number; without a hook it is
 * opaque
 * @property {(f: (...args: any[]) => unknown) => number} [fn]
 * @property {(i: AsyncIterable<unknown>) => number} [iterable]
 * @property {boolean} [strict] for the suite's side: throw where a value would arrive as an opaque mark
 */
/** @typedef {{ hooks: EncodeHooks, nodes: number, above: object[] }} Encoding */

class TooLarge extends Error {}

/**
 * @param {unknown} value
 * @param {EncodeHooks} hooks
 * @returns {unknown} JSON-safe
 * @throws {Error} with `hooks.strict` only
 */
export function encode(value, hooks = {}) {
  try {
    return enc(value, { hooks, nodes: 0, above: [] })
  } catch (error) {
    if (hooks.strict || !(error instanceof TooLarge)) throw error
    return { $: 'opaque', v: error.message }
  }
}

/** @param {unknown} value @param {Encoding} state @returns {unknown} */
function enc(value, state) {
  state.nodes += 1
  if (state.nodes > limits.nodes) throw new TooLarge('value with too many parts')
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (value === undefined) return { $: 'undef' }
  if (typeof value === 'number') return encNumber(value)
  if (typeof value === 'bigint') return encBigInt(value, state)
  if (typeof value === 'symbol') return opaque('symbol', state)
  if (typeof value === 'function')
    return state.hooks.fn ? { $: 'fn', id: state.hooks.fn(/** @type {any} */ (value)) } : opaque('function', state)
  if (state.above.length >= limits.depth) return opaque('value nested too deeply', state)
  if (state.above.includes(value)) return opaque('circular value', state)
  state.above.push(value)
  try {
    return encObject(value, state)
  } catch (error) {
    if (error instanceof TooLarge || state.hooks.strict) throw error
    return opaque('value that cannot be read', state)
  } finally {
    state.above.pop()
  }
}

/** @param {number} value @returns {unknown} */
function encNumber(value) {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value
  return { $: 'num', v: Object.is(value, -0) ? '-0' : String(value) }
}

/** @param {bigint} value @param {Encoding} state @returns {unknown} */
function encBigInt(value, state) {
  const digits = value.toString()
  return digits.length > limits.digits ? opaque('huge bigint', state) : { $: 'big', v: digits }
}

/** @param {object} value @param {Encoding} state @returns {unknown} */
function encObject(value, state) {
  const inner = (/** @type {unknown} */ v) => enc(v, state)
  if (Array.isArray(value)) return encArray(value, state)
  if (types.isDate(value)) return { $: 'date', v: value.getTime() }
  if (types.isMap(value)) return { $: 'map', v: [...value].map(([k, v]) => [inner(k), inner(v)]) }
  if (types.isSet(value)) return { $: 'set', v: [...value].map(inner) }
  if (types.isUint8Array(value)) return { $: 'bytes', v: Buffer.from(value).toString('base64') }
  if (types.isNativeError(value) || value instanceof Error) return encError(value, state)
  const kind = unfit(value)
  if (kind) return opaque(kind, state)
  if (state.hooks.iterable && typeof (/** @type {any} */ (value)[Symbol.asyncIterator]) === 'function') {
    return { $: 'iter', id: state.hooks.iterable(/** @type {AsyncIterable<unknown>} */ (value)) }
  }
  const entries = entriesOf(value, Object.keys(value), state)
  if (entries.some(([key]) => key === '$' || key === '__proto__')) return { $: 'o', v: entries }
  return Object.fromEntries(entries)
}

/** @param {unknown[]} value @param {Encoding} state */
function encArray(value, state) {
  // A sparse array may claim four billion places.
  if (value.length > limits.nodes) throw new TooLarge('value with too many parts')
  return Array.from(value, (v) => enc(v, state))
}

/**
 * A getter may throw; the rest of the object still travels. @param {object} value @param {string[]} keys @param
 * {Encoding} state
 */
function entriesOf(value, keys, state) {
  return keys.map((key) => {
    let v
    try {
      v = /** @type {any} */ (value)[key]
    } catch {
      return [key, opaque('property that throws', state)]
    }
    return [key, enc(v, state)]
  })
}

/** What JSON would turn into an empty object. @param {object} value */
function unfit(value) {
  if (types.isPromise(value)) return 'promise'
  if (types.isRegExp(value)) return 'regular expression'
  if (types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) return 'binary data'
  if (types.isWeakMap(value) || types.isWeakSet(value)) return 'weak collection'
  if (types.isGeneratorObject(value) && typeof (/** @type {any} */ (value)[Symbol.iterator]) === 'function')
    return 'generator'
  return null
}

/** @param {Error} error @param {Encoding} state */
function encError(error, state) {
  const told = ['name', 'message', 'code', 'cause', 'stack']
  const own = Object.keys(error).filter((k) => !told.includes(k))
  // AggregateError keeps its errors where Object.keys does not look.
  if (Array.isArray(/** @type {any} */ (error).errors) && !own.includes('errors')) own.push('errors')
  const { code, cause } = /** @type {any} */ (error)
  return {
    $: 'err',
    name: text(error.name, 'Error'),
    message: text(error.message, ''),
    ...(code === undefined ? {} : { code: enc(code, state) }),
    ...(cause === undefined ? {} : { cause: enc(cause, state) }),
    ...(own.length === 0 ? {} : { props: entriesOf(error, own, state) }),
  }
}

/** @param {unknown} value @param {string} otherwise */
const text = (value, otherwise) => (typeof value === 'string' ? value : otherwise)

/** @param {string} kind @param {Encoding} state */
function opaque(kind, state) {
  if (state.hooks.strict) throw new Error(`an argument cannot travel: ${kind}`)
  return { $: 'opaque', v: kind }
}
