import { otherSign } from './conditions.ts'
import type { Grammar } from './grammar.ts'
import { parentOf, textOf, type Edit, type Place } from './syntax.ts'

/** Operators on what is computed with: numbers, signs and texts. */

const numbers = ['number', 'integer', 'float', 'decimal_integer_literal', 'decimal_floating_point_literal']

/** One more and one less; what is written in another base, or with an exponent, stays. */
export function number({ node, source }: Place): Edit[] {
  const [, whole, part = '', suffix = ''] = /^(\d[\d_]*)(\.\d+)?([nLlfdFD]?)$/.exec(textOf(node, source)) ?? []
  if (!numbers.includes(node.type) || whole === undefined || /^0\d/.test(whole)) return []
  const digits = BigInt(whole.replaceAll('_', ''))
  // 0.5 less one is -0.5, and no whole number says that.
  const less = digits === 0n ? (part === '' ? '-1' : `-${1 - Number(`0${part}`)}`) : `${digits - 1n}${part}`
  return [`${digits + 1n}${part}`, less].map((n) => ({ start: node.start, end: node.end, replacement: n + suffix }))
}

const signs = new Map([
  ['+', '-'],
  ['-', '+'],
  ['+=', '-='],
  ['-=', '+='],
])
const sums = [
  'binary_expression',
  'binary',
  'binary_operator',
  'augmented_assignment_expression',
  'augmented_assignment',
  'assignment_expression',
  'operator_assignment',
]
export const arithmetic = otherSign(signs, sums)

/** A text becomes empty; one that only explains (a docstring) stays. */
export function string(place: Place, { strings, emptyString }: Grammar): Edit[] {
  const { node, source } = place
  const parent = parentOf(place)
  const text = textOf(node, source)
  const isEmpty = /^([bru]*)("""|'''|"|'|`)\2$/i.test(text)
  if (!strings.includes(node.type) || isEmpty) return []
  if (parent?.type === 'expression_statement' || (parent?.type === 'export_statement' && node.field === 'source'))
    return []
  const isBytes = /^(b|rb|br)['"]/i.test(text)
  return [{ start: node.start, end: node.end, replacement: (isBytes ? 'b' : '') + emptyString }]
}
