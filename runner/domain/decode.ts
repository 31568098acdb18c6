import * as v from 'valibot'

/** One thing wrong in one file; all of them are reported together. */
export interface FileProblem {
  file: string
  /** Where in the file, e.g. `groups.1.weight`; empty for the file as a whole. */
  at: string
  message: string
}

export type Decoded<T> = { ok: true; value: T } | { ok: false; problems: FileProblem[] }

/** Decodes the text of a JSON file against a schema; unknown keys are refused by strict schemas. */
export function decodeJson<S extends v.GenericSchema>(
  file: string,
  text: string,
  schema: S,
): Decoded<v.InferOutput<S>> {
  const parsed = parseJson(file, text)
  if (!parsed.ok) return parsed
  const result = v.safeParse(schema, parsed.value)
  if (result.success) return { ok: true, value: result.output }
  const problems = result.issues.map((issue) => ({ file, at: v.getDotPath(issue) ?? '', message: issue.message }))
  return { ok: false, problems }
}

/** Some editors begin a file with a byte-order mark; it says nothing and is no part of the JSON. */
export const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '')

function parseJson(file: string, text: string): Decoded<unknown> {
  try {
    return { ok: true, value: JSON.parse(withoutMark(text)) as unknown }
  } catch (error) {
    return { ok: false, problems: [{ file, at: '', message: `is not JSON: ${(error as Error).message}` }] }
  }
}

export const formatProblem = (p: FileProblem): string => `${p.file}${p.at ? ` (${p.at})` : ''}: ${p.message}`
