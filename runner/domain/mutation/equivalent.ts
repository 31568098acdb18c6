import * as v from 'valibot'
import { decodeJson, type Decoded } from '../decode.ts'
import { languages, type Language } from '../exercise/exercise.ts'
import type { ContentProblem } from '../gate/content-rules.ts'
import type { Mutant } from './mutant.ts'
import { operatorNames } from './operators.ts'

/**
 * Survivors that change nothing anybody can observe, with the reason (solutions/<area>/<slug>/equivalent.json). One is
 * known by what it does to a line and not by the line's number, so that a change elsewhere in the file leaves it alone.
 */
const line = v.string()
const equivalentSchema = v.strictObject({
  language: v.picklist(languages),
  file: v.pipe(v.string(), v.minLength(1)),
  operator: v.picklist(operatorNames),
  was: v.pipe(line, v.minLength(1)),
  now: line,
  /** Which of the mutants that are alike so far; 1 where it is left out. */
  nth: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2))),
  why: v.pipe(v.string(), v.trim(), v.minLength(10, 'must say in a sentence why nobody can tell the difference')),
})
export type Equivalent = v.InferOutput<typeof equivalentSchema>

export const equivalentName = 'equivalent.json'

export const decodeEquivalents = (file: string, text: string): Decoded<Equivalent[]> =>
  decodeJson(file, text, v.array(equivalentSchema))

/** How a survivor would stand in the list; the reason is for its author to write. */
export const entryOf = (language: Language, { file, operator, was, now, nth }: Mutant): Omit<Equivalent, 'why'> => ({
  ...{ language, file, operator, was, now },
  ...(nth > 1 ? { nth } : {}),
})

const isOf = (entry: Equivalent, mutant: Mutant): boolean =>
  (['file', 'operator', 'was', 'now'] as const).every((key) => entry[key] === mutant[key]) &&
  (entry.nth ?? 1) === mutant.nth

export interface Sorted {
  survived: Mutant[]
  equivalent: { mutant: Mutant; why: string }[]
  /** Entries of this language that are true of no survivor: the reference or the suite is another by now. */
  stale: Equivalent[]
}

export function sortSurvivors(
  survivors: readonly Mutant[],
  entries: readonly Equivalent[],
  language: Language,
): Sorted {
  const own = entries.filter((entry) => entry.language === language)
  const found = survivors.map((mutant) => ({ mutant, entry: own.find((entry) => isOf(entry, mutant)) }))
  return {
    survived: found.filter(({ entry }) => !entry).map(({ mutant }) => mutant),
    equivalent: found.flatMap(({ mutant, entry }) => (entry ? [{ mutant, why: entry.why }] : [])),
    stale: own.filter((entry) => !found.some((f) => f.entry === entry)),
  }
}

/**
 * What is wrong with the list as far as its text and the reference's tell; whether an entry still survives, only a run says.
 * @param textOf a file of the reference; null where there is none
 */
export function equivalentProblems(
  list: Decoded<Equivalent[]>,
  textOf: (entry: Equivalent) => string | null,
): ContentProblem[] {
  const say = (message: string): ContentProblem => ({ rule: 'equivalent', message: `${equivalentName}: ${message}` })
  if (!list.ok) return list.problems.map(({ at, message }) => say(at === '' ? message : `${at} ${message}`))
  const seen = new Set<string>()
  return list.value.flatMap((entry) => {
    const { why: _, ...identity } = entry
    const name = JSON.stringify(identity)
    if (seen.has(name)) return [say(`an entry for ${entry.file} stands twice: ${entry.was}`)]
    seen.add(name)
    const lines = textOf(entry)?.split('\n') ?? []
    if (lines.some((text) => text.trim() === entry.was)) return []
    return [say(`no line of the reference's ${entry.language}/${entry.file} is: ${entry.was}`)]
  })
}
