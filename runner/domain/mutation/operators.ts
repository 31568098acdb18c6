import { andOr, boundaries, branch, comparison, condition, negation } from './conditions.ts'
import type { Grammar } from './grammar.ts'
import { awaiting, call, firstLast, statement } from './statements.ts'
import type { Edit, Place } from './syntax.ts'
import { arithmetic, number, string } from './values.ts'

type Change = (place: Place, grammar: Grammar) => Edit[]

/** Each looks at one node and says what it would change of it; by name, as `--only` takes it. */
export const operators = {
  comparison,
  boundary: boundaries,
  'and-or': andOr,
  negation,
  condition,
  number,
  arithmetic,
  string,
  statement,
  await: awaiting,
  branch,
  'first-last': firstLast,
  call,
} satisfies Record<string, Change>
export type Operator = keyof typeof operators

export const operatorNames = Object.keys(operators) as Operator[]
