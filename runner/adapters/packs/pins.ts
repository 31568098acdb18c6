import { join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'

/** A file that says what exactly a pack holds. */
export const pinsOf = (id: string, name: string): string => join(import.meta.dirname, 'pins', id, name)

export const packProblem = (pack: string, reason: string): RunnerError =>
  new RunnerError('pack-failed', { pack, reason: reason.trim().slice(0, 300) })
