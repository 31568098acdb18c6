import type { Grammar } from './grammar.ts'
import { operatorNames, operators, type Operator } from './operators.ts'
import { isRequire } from './statements.ts'
import type { Edit, Place, Syntax } from './syntax.ts'

/** A reference with one small change. What tells it from others outlives a change elsewhere in the file. */
export interface Mutant {
  file: string
  operator: Operator
  /** Its first changed line as it was and as it is, without the blanks around. */
  was: string
  now: string
  /** Which of those that are alike so far, from 1. */
  nth: number
  /** From 1. */
  line: number
  /** The whole file. */
  text: string
}

/** Every mutant of a file, by place and operator; the same text is made only once. */
export function mutantsOf(file: string, source: string, root: Syntax, grammar: Grammar): Mutant[] {
  const made = new Set([source])
  const alike = new Map<string, number>()
  return editsOf(root, source, grammar).flatMap(({ operator, edit }) => {
    const text = source.slice(0, edit.start) + edit.replacement + source.slice(edit.end)
    if (made.has(text)) return []
    made.add(text)
    const seen = { file, operator, ...linesAt(source, text, edit.start) }
    const name = JSON.stringify([operator, seen.was, seen.now])
    const nth = (alike.get(name) ?? 0) + 1
    alike.set(name, nth)
    return [{ ...seen, nth, text }]
  })
}

function editsOf(root: Syntax, source: string, grammar: Grammar): { operator: Operator; edit: Edit }[] {
  const found = placesIn({ node: root, above: [], source }, grammar).flatMap((place) =>
    operatorNames.flatMap((operator) => operators[operator](place, grammar).map((edit) => ({ operator, edit }))),
  )
  return found.sort((a, b) => a.edit.start - b.edit.start)
}

function placesIn(place: Place, grammar: Grammar): Place[] {
  const { node, above, source } = place
  if (grammar.left.test(node.type) || isRequire(node, source)) return []
  const below = node.children.flatMap((child) => placesIn({ node: child, above: [...above, node], source }, grammar))
  return [place, ...below]
}

/** Where a change begins with a line end or takes whole lines, the first line that differs tells more than its place. */
function linesAt(source: string, text: string, start: number): Pick<Mutant, 'line' | 'was' | 'now'> {
  const before = source.split('\n')
  const after = text.split('\n')
  const at = source.slice(0, start).split('\n').length - 1
  const differs = before.findIndex((line, i) => i >= at && line.trim() !== (after[i] ?? '').trim())
  const index = differs === -1 ? at : differs
  return { line: index + 1, was: (before[index] ?? '').trim(), now: (after[index] ?? '').trim() }
}
