/** One node of a parsed source file; positions are indices of the text. */
export interface Syntax {
  type: string
  /** `false` for words and signs of the grammar, such as `else` and `+`. */
  named: boolean
  /** Its part in its parent, such as `condition`; null where the grammar gives none. */
  field: string | null
  start: number
  end: number
  children: readonly Syntax[]
}

/** A node on its way from the root, with the text that it was parsed from. */
export interface Place {
  node: Syntax
  /** Nearest last. */
  above: readonly Syntax[]
  source: string
}

/** One stretch of a text, and what comes in its place. */
export interface Edit {
  start: number
  end: number
  replacement: string
}

export const textOf = ({ start, end }: Pick<Syntax, 'start' | 'end'>, source: string): string =>
  source.slice(start, end)

export const fieldOf = (node: Syntax, field: string): Syntax | null =>
  node.children.find((child) => child.named && child.field === field) ?? null

export const namedIn = (node: Syntax): Syntax[] =>
  node.children.filter((child) => child.named && !child.type.endsWith('comment'))

export const parentOf = ({ above }: Place): Syntax | null => above.at(-1) ?? null
