import type { TranscriptLine } from './run-state.ts'

/**
 * Turns a failed assertion into the lines a learner reads: where two values differ, what was
 * expected there and what came. Pure; takes vitest's AssertionError (`expected`, `actual`) or any error.
 */
export function describeDifference(error: unknown): TranscriptLine[] {
  if (!(error instanceof Error)) return [{ label: 'error', text: String(error) }]
  if (!isComparison(error)) return [{ label: 'problem', text: plainMessage(error) }]
  const note = failedAt(error)
  const lines = differences('', error.expected, error.actual).slice(0, 4)
  return [...(note ? [{ label: 'about', text: note }] : []), ...linesOf(lines, error)]
}

interface Comparison extends Error {
  expected: unknown
  actual: unknown
}

const isComparison = (error: Error): error is Comparison =>
  'expected' in error && 'actual' in error && error.expected !== error.actual

/** The words of `expect(value, 'of what')`, which chai puts before a colon; null for any other failure. */
export function failedAt(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  return /^([^\n]{3,120}?): expected /.exec(error.message)?.[1] ?? null
}

/** Assertion messages speak to authors; the words behind the author's own text are dropped. */
const plainMessage = (error: Error): string => failedAt(error) ?? error.message.split('\n')[0] ?? ''

interface Difference {
  path: string
  expected: unknown
  actual: unknown
}

function linesOf(found: Difference[], error: Comparison): TranscriptLine[] {
  const [only] = found
  if (found.length === 0) return pair({ path: '', expected: error.expected, actual: error.actual })
  if (found.length === 1 && only) return pair(only)
  return found.flatMap(pair)
}

function pair({ path, expected, actual }: Difference): TranscriptLine[] {
  const where = path === '' ? '' : `${path} = `
  return [
    { label: 'expected', text: where + literal(expected) },
    { label: 'got', text: where + literal(actual) },
  ]
}

const absent = Symbol('absent')

function differences(path: string, expected: unknown, actual: unknown): Difference[] {
  if (same(expected, actual)) return []
  if (Array.isArray(expected) && Array.isArray(actual)) return arrayDifferences(path, expected, actual)
  if (isPlain(expected) && isPlain(actual)) return objectDifferences(path, expected, actual)
  return [{ path, expected, actual }]
}

function arrayDifferences(path: string, expected: unknown[], actual: unknown[]): Difference[] {
  if (literal(expected).length + literal(actual).length < 120) return [{ path, expected, actual }]
  const length = Math.max(expected.length, actual.length)
  return Array.from({ length }, (_, i) =>
    differences(`${path}[${i}]`, i < expected.length ? expected[i] : absent, i < actual.length ? actual[i] : absent),
  ).flat()
}

function objectDifferences(path: string, expected: Plain, actual: Plain): Difference[] {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
  return keys.flatMap((key) =>
    differences(join(path, key), key in expected ? expected[key] : absent, key in actual ? actual[key] : absent),
  )
}

type Plain = Record<string, unknown>
const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value))

const join = (path: string, key: string): string =>
  /^[\w$]+$/.test(key) ? (path ? `${path}.${key}` : key) : `${path}[${JSON.stringify(key)}]`

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (isMatcher(a)) return a.asymmetricMatch(b)
  return (
    typeof a === 'object' &&
    typeof b === 'object' &&
    a !== null &&
    b !== null &&
    literal(a) === literal(b) &&
    !hasMatcher(a)
  )
}

interface Matcher {
  asymmetricMatch: (value: unknown) => boolean
  toString: () => string
}

/** Matchers stand only on the suite's side; a learner's reply is plain data and holds no functions. */
const isMatcher = (value: unknown): value is Matcher =>
  typeof value === 'object' && value !== null && typeof (value as Matcher).asymmetricMatch === 'function'

const hasMatcher = (value: object): boolean =>
  Object.values(value).some((v) => isMatcher(v) || (typeof v === 'object' && v !== null && hasMatcher(v)))

/** `expect.stringMatching(/x/)` and friends, as a person would say it. */
function matcherText(matcher: Matcher): string {
  const { sample } = matcher as { sample?: unknown }
  const name = String(matcher)
  if (name === 'Any' && typeof sample === 'function') return `any ${sample.name}`
  if (name === 'Anything') return 'anything'
  return sample === undefined ? name : `${name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()} ${literal(sample)}`
}

/** One line of text for a value: JSON, and words for what JSON cannot say. */
export function literal(value: unknown): string {
  if (value === absent) return '(nothing)'
  if (value === undefined) return 'undefined'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (isMatcher(value)) return matcherText(value)
  if (value instanceof Map) return `Map ${literal([...value])}`
  if (value instanceof Set) return `Set ${literal([...value])}`
  if (value instanceof RegExp) return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  return (
    JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : isMatcher(v) ? matcherText(v) : v)) ??
    String(value)
  )
}
