import { BlockList, isIP } from 'node:net'
import { arnPattern, contextValues, literalText, piecesOf, wildcardPattern, type ContextValue } from './patterns.ts'
import type { Condition, Policy } from './policy.ts'

/**
 * Condition operators. IAM User Guide: "IAM JSON policy elements: Condition operators", "Conditions with multiple
 * context keys or values" (AND over operators and keys, OR over values, NOR where the operator is negated),
 * "Set operators for multivalued context keys".
 */

export type Context = Readonly<Record<string, ContextValue>>

export function conditionHolds(condition: Condition, version: Policy['version'], context: Context): boolean {
  const present = contextValues(context, condition.key)
  if (condition.base === 'Null')
    return condition.values.some((value) => (value.toLowerCase() === 'true') === (present === null))
  if (present === null && condition.ifExists) return true
  const { negated, test } = operators[condition.base] ?? unknown
  const tests = condition.values.map((value) => test(value, version, context))
  // A variable without a value: the statement does not apply, negated or not.
  if (tests.includes(null)) return false
  const matches = (value: string): boolean => tests.some((one) => one?.(value))
  const holds = (value: string): boolean => matches(value) !== negated
  if (condition.set === 'ForAllValues') return (present ?? []).every(holds)
  if (condition.set === 'ForAnyValue') return (present ?? []).some(holds)
  return present === null ? negated : present.some(matches) !== negated
}

type Test = (value: string) => boolean
/** Compares with one value of the policy; null where a variable in it has no value. */
type MakeTest = (wanted: string, version: Policy['version'], context: Context) => Test | null

interface Operator {
  negated: boolean
  test: MakeTest
}

const unknown: Operator = { negated: false, test: () => () => false }

const equals =
  (fold: (text: string) => string): MakeTest =>
  (wanted, version, context) => {
    const pieces = piecesOf(wanted, version, context)
    return pieces && ((value) => fold(value) === fold(literalText(pieces)))
  }

const like: MakeTest = (wanted, version, context) => {
  const pieces = piecesOf(wanted, version, context)
  return pieces && ((value) => wildcardPattern(pieces).test(value))
}

const arn: MakeTest = (wanted, version, context) => {
  const pieces = piecesOf(wanted, version, context)
  return pieces && ((value) => arnPattern(pieces, 'condition').test(value))
}

const compare =
  (read: (text: string) => number, holds: (a: number, b: number) => boolean): MakeTest =>
  (wanted) =>
  (value) => {
    const [a, b] = [read(value), read(wanted)]
    return !Number.isNaN(a) && !Number.isNaN(b) && holds(a, b)
  }

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

/** An ISO 8601 date, or seconds since 1970. */
const instant = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text))

/** An address, or a range with its prefix length. */
const inRange: MakeTest = (wanted) => (value) => {
  const [address = '', prefix] = wanted.split('/')
  const [family, valueFamily] = [isIP(address), isIP(value)]
  if (family === 0 || family !== valueFamily) return false
  const kind = family === 6 ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(address, prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix), kind)
  return list.check(value, kind)
}

const plain = (test: MakeTest): Operator => ({ negated: false, test })
const not = (test: MakeTest): Operator => ({ negated: true, test })
const exact = equals((text) => text)
const anyCase = equals((text) => text.toLowerCase())

const ordered = (name: string, read: (text: string) => number): Record<string, Operator> => ({
  [`${name}Equals`]: plain(compare(read, (a, b) => a === b)),
  [`${name}NotEquals`]: not(compare(read, (a, b) => a === b)),
  [`${name}LessThan`]: plain(compare(read, (a, b) => a < b)),
  [`${name}LessThanEquals`]: plain(compare(read, (a, b) => a <= b)),
  [`${name}GreaterThan`]: plain(compare(read, (a, b) => a > b)),
  [`${name}GreaterThanEquals`]: plain(compare(read, (a, b) => a >= b)),
})

const operators: Record<string, Operator> = {
  StringEquals: plain(exact),
  StringNotEquals: not(exact),
  StringEqualsIgnoreCase: plain(anyCase),
  StringNotEqualsIgnoreCase: not(anyCase),
  StringLike: plain(like),
  StringNotLike: not(like),
  ...ordered('Numeric', number),
  ...ordered('Date', instant),
  Bool: plain(anyCase),
  BinaryEquals: plain((wanted) => (value) => value === wanted),
  IpAddress: plain(inRange),
  NotIpAddress: not(inRange),
  ArnEquals: plain(arn),
  ArnLike: plain(arn),
  ArnNotEquals: not(arn),
  ArnNotLike: not(arn),
}
