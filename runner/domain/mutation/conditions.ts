import type { Grammar } from './grammar.ts'
import { fieldOf, namedIn, parentOf, textOf, type Edit, type Place, type Syntax } from './syntax.ts'

/** Operators on what decides: comparisons, conditions and branches. */

const opposite = new Map([
  ['<', '>='],
  ['<=', '>'],
  ['>', '<='],
  ['>=', '<'],
  ['==', '!='],
  ['!=', '=='],
  ['===', '!=='],
  ['!==', '==='],
  ['is', 'is not'],
  ['is not', 'is'],
  ['in', 'not in'],
  ['not in', 'in'],
])
const boundary = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
])
const joined = new Map([
  ['&&', '||'],
  ['||', '&&'],
  ['and', 'or'],
  ['or', 'and'],
])

const binaries = ['binary_expression', 'binary', 'comparison_operator', 'boolean_operator', 'binary_operator']

/** Puts another sign into a node of two sides; Python chains comparisons, so there may be several. */
export const otherSign =
  (signs: ReadonlyMap<string, string>, types: readonly string[] = binaries) =>
  ({ node, source }: Place): Edit[] => {
    if (!types.includes(node.type)) return []
    return node.children
      .filter((child) => child.field === 'operator' || child.field === 'operators')
      .flatMap((sign) => {
        const other = signs.get(textOf(sign, source).replace(/\s+/g, ' '))
        return other === undefined ? [] : [{ start: sign.start, end: sign.end, replacement: other }]
      })
  }

export const comparison = otherSign(opposite)
export const boundaries = otherSign(boundary)
export const andOr = otherSign(joined)

/** `!x` becomes `x`. */
export function negation({ node, source }: Place): Edit[] {
  const [sign] = node.children
  if (!/^(unary_expression|not_operator|unary)$/.test(node.type) || !sign) return []
  const denied = namedIn(node).at(-1)
  if (!['!', 'not'].includes(textOf(sign, source)) || !denied) return []
  return [{ start: node.start, end: node.end, replacement: textOf(denied, source) }]
}

/** A loop only learns to end: one that never does tells nothing and costs its whole budget. */
const loops = /^(while|until|for|do)(_statement|_modifier)?$/
const choices = /^(if|elif|elsif|unless)(_statement|_clause|_modifier)?$|^(ternary_expression|conditional)$/

export function condition({ node }: Place, { yes, no }: Grammar): Edit[] {
  const asked = conditionOf(node)
  if (!asked) return []
  const [start, end] =
    asked.type === 'parenthesized_expression' ? [asked.start + 1, asked.end - 1] : [asked.start, asked.end]
  const words = loops.test(node.type) ? [node.type.startsWith('until') ? yes : no] : [yes, no]
  return words.map((replacement) => ({ start, end, replacement }))
}

function conditionOf(node: Syntax): Syntax | null {
  // Python's `a if condition else b` and `for … if condition` name no fields.
  if (node.type === 'conditional_expression') return namedIn(node)[1] ?? null
  if (node.type === 'if_clause') return fieldOf(node, 'condition') ?? namedIn(node)[0] ?? null
  return loops.test(node.type) || choices.test(node.type) ? fieldOf(node, 'condition') : null
}

/** `else` with all that follows, and each `elif` alone. */
export function branch(place: Place): Edit[] {
  const { node } = place
  const parent = parentOf(place)
  if (node.field !== 'alternative' || !parent || !/^(if|elsif|unless)(_statement)?$/.test(parent.type)) return []
  const before = parent.children[parent.children.indexOf(node) - 1]
  const start = before?.type === 'else' && !before.named ? before.start : node.start
  return [{ start, end: node.end, replacement: '' }]
}
