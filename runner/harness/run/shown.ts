import { clip } from './run-state.ts'

/** A value as the transcript of a call shows it, on one line; functions by name. Never throws. */
export function shown(value: unknown, max = 160): string {
  if (typeof value === 'function') return named(value)
  if (value === undefined) return 'undefined'
  if (isToolbox(value)) return readable('', value) as string
  try {
    return clip(JSON.stringify(readable('', value), readable), max)
  } catch {
    return '(a value that cannot be shown)'
  }
}

const named = (f: Function): string => `${f.name || 'function'}()`

/** In words what JSON cannot say. */
function readable(_: string, value: unknown): unknown {
  if (typeof value === 'function') return named(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (value instanceof Uint8Array) return bytes(value)
  if (value instanceof Map) return { Map: [...value] }
  if (value instanceof Set) return { Set: [...value] }
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (isAsyncIterable(value)) return '(an async iterable)'
  return isToolbox(value) ? `{${Object.keys(value).join(', ')}}` : value
}

const bytes = (value: Uint8Array): string =>
  `${value.length} bytes${value.length === 0 ? '' : `: ${Buffer.from(value.subarray(0, 24)).toString('hex')}${value.length > 24 ? '…' : ''}`}`

/** An object of nothing but functions, such as the collaborators a suite hands over: its names are enough. */
const isToolbox = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every((v) => typeof v === 'function')

const isAsyncIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value
