import type { Policy } from './policy.ts'

/**
 * Wildcards, ARNs and policy variables. IAM User Guide: "IAM JSON policy elements: Resource" (wildcards),
 * "IAM policy elements: Variables and tags", "IAM ARNs" (incomplete ARNs).
 */

export type ContextValue = string | number | boolean | readonly string[]

/** Keys of a request context have no case: aws:SourceIp is AWS:sourceip. */
export function contextValues(context: Readonly<Record<string, ContextValue>>, key: string): string[] | null {
  const wanted = key.toLowerCase()
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === wanted)?.[1]
  if (found === undefined) return null
  return Array.isArray(found) ? [...(found as readonly string[])] : [String(found)]
}

/** A text of a policy in pieces: what stands there literally, and what is a wildcard. */
type Piece = { literal: string } | { wildcard: '*' | '?' }

/** Puts the request's values in place of `${…}`; null where one has no value, so that the statement does not apply. */
export function piecesOf(
  text: string,
  version: Policy['version'],
  context: Readonly<Record<string, ContextValue>>,
  variables = true,
): Piece[] | null {
  const pieces: Piece[] = []
  const known = version === '2012-10-17' && variables
  for (const [token, variable] of text.matchAll(/\$\{([^}]*)\}|[*?]|[^*?$]+|\$/g)) {
    if (token === '*' || token === '?') pieces.push({ wildcard: token })
    else if (variable === undefined || !known) pieces.push({ literal: token })
    else {
      const value = valueOf(variable, context)
      if (value === null) return null
      pieces.push({ literal: value })
    }
  }
  return pieces
}

/** `${*}`, `${?}` and `${$}` are the signs themselves; `${key, 'x'}` is x where the key is missing. */
function valueOf(variable: string, context: Readonly<Record<string, ContextValue>>): string | null {
  if (/^[*?$]$/.test(variable)) return variable
  const [, key = '', fallback] = /^([^,]+?)\s*(?:,\s*'([^']*)')?$/.exec(variable.trim()) ?? []
  const values = contextValues(context, key)
  return values?.length === 1 ? (values[0] ?? null) : (fallback ?? null)
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** The whole text must match; `*` also matches nothing. */
export const wildcardPattern = (pieces: readonly Piece[], flags = ''): RegExp =>
  new RegExp(
    `^${pieces.map((piece) => ('literal' in piece ? escaped(piece.literal) : piece.wildcard === '*' ? '[^]*' : '[^]')).join('')}$`,
    flags,
  )

export const literalText = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => ('literal' in piece ? piece.literal : piece.wildcard)).join('')

export const matchesAction = (pattern: string, action: string): boolean =>
  wildcardPattern(wildcardsOf(pattern), 'i').test(action)

const wildcardsOf = (text: string): Piece[] => piecesOf(text, '2008-10-17', {}) ?? []

/**
 * ARN condition operators compare each of the six parts by itself; the last holds its colons.
 * In Resource, a `*` that ends a part may reach beyond the colon, and parts that are missing at the end are `*`.
 */
export function arnPattern(pieces: readonly Piece[], where: 'condition' | 'resource'): RegExp {
  const parts = partsOf(pieces)
  const missing = where === 'resource' ? Math.max(0, 6 - parts.length) : 0
  const all = [...parts, ...Array.from({ length: missing }, (): Piece[] => [{ wildcard: '*' }])]
  return new RegExp(`^${all.map((part, i) => partPattern(part, where, i >= 5)).join(':')}$`)
}

function partPattern(part: readonly Piece[], where: 'condition' | 'resource', last: boolean): string {
  return part
    .map((piece, i) => {
      if ('literal' in piece) return escaped(piece.literal)
      const any = last || (where === 'resource' && piece.wildcard === '*' && i === part.length - 1)
      return `${any ? '[^]' : '[^:]'}${piece.wildcard === '*' ? '*' : ''}`
    })
    .join('')
}

/** Splits at the first five colons. */
function partsOf(pieces: readonly Piece[]): Piece[][] {
  const parts: Piece[][] = [[]]
  for (const piece of pieces) {
    if ('wildcard' in piece) {
      parts.at(-1)?.push(piece)
      continue
    }
    let rest = piece.literal
    for (let at = rest.indexOf(':'); at >= 0 && parts.length < 6; at = rest.indexOf(':')) {
      parts.at(-1)?.push({ literal: rest.slice(0, at) })
      parts.push([])
      rest = rest.slice(at + 1)
    }
    parts.at(-1)?.push({ literal: rest })
  }
  return parts
}
