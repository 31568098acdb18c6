import { writeProblem } from '../adapters/files/writing.ts'
import { RunnerError } from '../errors/runner-error.ts'

/**
 * The catalogue's words for whatever a command threw. A refusal of the machine (no right, a full disk) is never a fault
 * of ours, wherever it was met: only what nobody foresaw asks to be reported.
 */
export function knownError(error: unknown): RunnerError {
  if (error instanceof RunnerError) return error
  const { path, syscall = '' } = (error ?? {}) as NodeJS.ErrnoException
  // A program that may not be started is something else than a file.
  const isOfFile = typeof path === 'string' && !syscall.startsWith('spawn')
  const told = isOfFile ? writeProblem(path, error) : error
  if (told instanceof RunnerError) return told
  const reason = error instanceof Error ? error.message : String(error)
  return new RunnerError('internal', { reason }, { cause: error })
}
