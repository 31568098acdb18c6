import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { setSchema } from '../../domain/sets/set.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { writeAtomic } from '../files/late-packages.ts'
import { writeProblem } from '../files/writing.ts'

/**
 * What workspace/set.json keeps: the set itself, so that it holds offline and whatever becomes of the file it came
 * from.
 */
const usedSetSchema = v.object({
  formatVersion: v.literal(1),
  set: v.nullable(setSchema),
  /** Where it came from, in the learner's words. */
  source: v.string(),
  usedAt: v.string(),
  /** The id the learner hands in under. */
  learner: v.nullable(v.string()),
})
export type UsedSet = v.InferOutput<typeof usedSetSchema>

const fileIn = (workspace: string): string => join(workspace, 'set.json')

/** null where no set was ever used and nothing was handed in. */
export function readUsedSet(workspace: string): UsedSet | null {
  const file = fileIn(workspace)
  if (!existsSync(file)) return null
  const read = v.safeParse(usedSetSchema, parsed(file))
  if (read.success) return read.output
  const [issue] = read.issues
  throw new RunnerError('set-invalid', { path: file, problems: `  ${v.getDotPath(issue) ?? 'it'}: ${issue.message}` })
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

export function writeUsedSet(workspace: string, used: UsedSet): void {
  try {
    mkdirSync(workspace, { recursive: true })
    writeAtomic(fileIn(workspace), `${JSON.stringify(used, null, 2)}\n`)
  } catch (error) {
    throw writeProblem(fileIn(workspace), error)
  }
}
