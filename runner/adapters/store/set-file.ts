import { existsSync, readFileSync, statSync } from 'node:fs'
import { formatProblem } from '../../domain/decode.ts'
import { decodeSet, type ExerciseSet } from '../../domain/sets/set.ts'
import { RunnerError } from '../../errors/runner-error.ts'

/** Far above any set; what is larger is something else. */
export const mostSetBytes = 1024 * 1024

/** Reads a set file; all its problems are told together. */
export function readSetFile(path: string): ExerciseSet {
  if (!existsSync(path)) throw new RunnerError('set-missing', { path })
  const stats = statSync(path)
  if (!stats.isFile()) throw new RunnerError('set-missing', { path, reason: 'it is no file' })
  if (stats.size > mostSetBytes) throw new RunnerError('set-missing', { path, reason: 'it is larger than any set' })
  return parseSet(path, readFileSync(path, 'utf8'))
}

export function parseSet(path: string, text: string): ExerciseSet {
  const decoded = decodeSet(path, text)
  if (decoded.ok) return decoded.value
  throw new RunnerError('set-invalid', {
    path,
    problems: decoded.problems.map((p) => `  ${formatProblem(p)}`).join('\n'),
  })
}
