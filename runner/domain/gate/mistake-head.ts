import { mistakeProblem, type MistakeProblem } from './mistake-problem.ts'

/** The lines above the diff of a mistake, which say what the wrong answer breaks and what it costs. */
export interface MistakeHead {
  /** The requirements of the brief that this answer violates. */
  breaks: readonly number[]
  /** The hints that are true of it, or `requirement` alone; null: the hint of its own name. */
  hints: readonly string[] | null
  /** What its diff is laid on. */
  base: Base
  /** What is wrong and what that costs in production, in the lines of the file. */
  paragraph: string
}

export type Base = 'reference' | 'alternative'

/** Stands for "no hint of ours fits": the screen points at a requirement that is broken. */
export const requirementHint = 'requirement'

/** The ids of mistakes and of hints. */
export const isMistakeId = (text: string): boolean => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)

/** The hints that are true of a mistake. */
export const trueHints = (id: string, { hints }: Pick<MistakeHead, 'hints'>): readonly string[] => hints ?? [id]

const columns = 120
const fieldNames = ['Breaks', 'Hint', 'Base']

export interface ParsedHead {
  head: MistakeHead
  problems: MistakeProblem[]
}

/**
 * Reads the head of the mistake `id`; what is missing or wrong comes back beside it, all of it, and a default stands in
 * its place.
 */
export function parseHead(id: string, text: string): ParsedHead {
  const lines = `${text}\n`.split('\n')
  const fieldCount = lines.findIndex((line) => !/^[A-Z][a-z]+:/.test(line))
  const fields = lines.slice(0, fieldCount).map(fieldOf)
  const paragraph = lines.slice(fieldCount).join('\n').trim()
  const value = (name: string): string | null => fields.find((f) => f.name === name)?.value ?? null
  const breaks = parseBreaks(value('Breaks'))
  const hints = parseHints(id, value('Hint'))
  const base = parseBase(value('Base'))
  return {
    head: { breaks: breaks.value, hints: hints.value, base: base.value, paragraph },
    problems: [
      ...fieldProblems(fields.map((f) => f.name)),
      ...breaks.problems,
      ...hints.problems,
      ...base.problems,
      ...paragraphProblems(paragraph),
    ],
  }
}

/** The head as it stands in a file; empty where nothing is said. The same head always gives the same text. */
export function renderHead({ breaks, hints, base, paragraph }: MistakeHead): string {
  const lines = [
    ...(breaks.length > 0 ? [`Breaks: ${[...breaks].sort((a, b) => a - b).join(', ')}`] : []),
    ...(hints ? [`Hint: ${hints.join(', ')}`] : []),
    ...(base === 'reference' ? [] : [`Base: ${base}`]),
    ...(paragraph === '' ? [] : paragraph.split('\n').map((line) => line.trimEnd())),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** What listings show of a mistake. A full stop inside, as in "e.g. this", has a small letter behind it. */
export function firstSentence({ paragraph }: Pick<MistakeHead, 'paragraph'>): string {
  const text = paragraph.replace(/\s+/g, ' ')
  return /^.*?[.!?](?= [^a-z]|$)/.exec(text)?.[0] ?? text
}

/** What a head names must be there: requirements in the brief, hints in hints.json. */
export function namedProblems(
  { breaks, hints }: MistakeHead,
  requirements: ReadonlySet<number>,
  hintIds: ReadonlySet<string>,
): MistakeProblem[] {
  const unknown = (hints ?? []).filter((id) => id !== requirementHint && !hintIds.has(id))
  return [
    ...breaks
      .filter((n) => !requirements.has(n))
      .map((n) => mistakeProblem('mistake-form', `Breaks names requirement ${n}, which the brief does not have`)),
    ...unknown.map((id) => mistakeProblem('mistake-form', `Hint names "${id}", which hints.json does not have`)),
  ]
}

interface Field {
  name: string
  value: string
}

function fieldOf(line: string): Field {
  const colon = line.indexOf(':')
  return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() }
}

function fieldProblems(names: readonly string[]): MistakeProblem[] {
  const unknown = names.filter((name) => !fieldNames.includes(name))
  const twice = names.filter((name, i) => names.indexOf(name) !== i)
  return [
    ...unknown.map((name) =>
      mistakeProblem('mistake-form', `the head has a line "${name}:"; it knows ${fieldNames.join(', ')}`),
    ),
    ...twice.map((name) => mistakeProblem('mistake-form', `"${name}:" stands twice`)),
  ]
}

interface Parsed<T> {
  value: T
  problems: MistakeProblem[]
}

function parseBreaks(text: string | null): Parsed<number[]> {
  if (text === null)
    return {
      value: [],
      problems: [mistakeProblem('mistake-head', 'it does not say which requirements it breaks (Breaks: 2, 5)')],
    }
  const words = wordsOf(text)
  if (words.length > 0 && words.every((word) => /^[1-9]\d*$/.test(word)) && new Set(words).size === words.length)
    return { value: words.map(Number), problems: [] }
  return {
    value: [],
    problems: [mistakeProblem('mistake-form', `"Breaks: ${text}" must name requirements of the brief, as in "2, 5"`)],
  }
}

/** Its own id alone says what no line says, too. */
function parseHints(id: string, text: string | null): Parsed<string[] | null> {
  if (text === null || text === id) return { value: null, problems: [] }
  const ids = wordsOf(text)
  const alone = ids.length === 1 || !ids.includes(requirementHint)
  if (ids.length > 0 && alone && ids.every(isMistakeId) && new Set(ids).size === ids.length)
    return { value: ids, problems: [] }
  const problem = `"Hint: ${text}" must name one or more hints, as in "drops-last-line, stops-early", or "${requirementHint}"`
  return { value: null, problems: [mistakeProblem('mistake-form', problem)] }
}

function parseBase(text: string | null): Parsed<Base> {
  if (text === null || text === 'alternative') return { value: text ?? 'reference', problems: [] }
  const problem = `"Base: ${text}" must be "alternative"; without the line it is the reference`
  return { value: 'reference', problems: [mistakeProblem('mistake-form', problem)] }
}

const wordsOf = (text: string): string[] => (text === '' ? [] : text.split(',').map((word) => word.trim()))

function paragraphProblems(paragraph: string): MistakeProblem[] {
  if (paragraph === '') return [mistakeProblem('mistake-head', 'it does not say what is wrong and what that costs')]
  const lines = paragraph.split('\n')
  const long = lines.filter((line) => line.length > columns)
  const late = fieldNames.filter((name) => lines.some((line) => line.startsWith(`${name}:`)))
  return [
    ...late.map((name) => mistakeProblem('mistake-form', `the line "${name}:" must stand above the paragraph`)),
    ...(lines.some((line) => line.trim() === '')
      ? [mistakeProblem('mistake-form', 'the head is one paragraph, without an empty line inside')]
      : []),
    ...(long.length > 0
      ? [mistakeProblem('mistake-form', `the head has a line of ${long[0]?.length} characters; ${columns} is the most`)]
      : []),
  ]
}
