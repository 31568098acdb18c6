import { array, constantFrom, integer, record, tuple, type Arbitrary } from 'fast-check'

export interface NearOptions {
  /** What is put in; by default what parsers of some language take and a brief seldom does. */
  letters?: readonly string[]
  /** How many changes at most; 2 where nothing is said. */
  changes?: number
}

const usualLetters = [
  ...' \t\n\r\0\u00a0\u2003\ufeff', // blanks of all kinds
  ...'+-.,_0159eExXaAZ"\\', // what numbers and quotes are made of
  ...'٣５²−', // digits and signs of other scripts
] as const

interface Change {
  kind: 'insert' | 'delete' | 'double' | 'replace' | 'case'
  place: number
  letter: string
}

/**
 * A text of the given kind with one or a few letters changed where its parts meet: one step outside of a rule, or one
 * step inside. What comes out may be valid; the model says.
 */
export function near(texts: Arbitrary<string>, options: NearOptions = {}): Arbitrary<string> {
  const change = record({
    kind: constantFrom<Change['kind'][]>('insert', 'delete', 'double', 'replace', 'case'),
    place: integer({ min: 0, max: 999 }),
    letter: constantFrom(...(options.letters ?? usualLetters)),
  })
  const changes = array(change, { minLength: 1, maxLength: options.changes ?? 2 })
  return tuple(texts, changes).map(([text, list]) => list.reduce(changed, text))
}

function changed(text: string, { kind, place, letter }: Change): string {
  const borders = bordersOf(text)
  const at = borders[place % borders.length] ?? 0
  const [before, here, after] = [text.slice(0, at), text.slice(at, at + 1), text.slice(at + 1)]
  if (kind === 'insert') return before + letter + here + after
  if (kind === 'delete') return before + after
  if (kind === 'double') return before + here + here + after
  if (kind === 'replace') return before + letter + after
  return before + otherCase(here) + after
}

const otherCase = (letter: string): string =>
  letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()

/** Where one kind of letter ends and another begins, both ends of the text, and the last letter. */
function bordersOf(text: string): number[] {
  const inside = Array.from({ length: text.length }, (_, i) => i).filter(
    (i) => i > 0 && kindOf(text, i) !== kindOf(text, i - 1),
  )
  return [...new Set([0, text.length, Math.max(0, text.length - 1), ...inside])]
}

const kindOf = (text: string, i: number): string => {
  const letter = text.charAt(i)
  return /[a-z]/i.test(letter) ? 'letter' : /\d/.test(letter) ? 'digit' : letter
}
