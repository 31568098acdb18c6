import { writeProblem } from '../adapters/files/writing.ts'
import { RunnerError } from '../errors/runner-error.ts'

/**
 * The catalogue's words for whatever a command threw. A refusal of the machine (no right, a full disk) is never a fault
 * of ours, wherever it was met: only what nobody foresaw asks to be reported.
 */
export function knownError(error: unknown): RunnerError {
  if (error instanceof RunnerError) return error
  const path = (error as NodeJS.ErrnoException | null)?.path
  const told = typeof path === 'string' ? writeProblem(path, error) : error
  if (told instanceof RunnerError) return told
  const reason = error instanceof Error ? error.message : String(error)
  return new RunnerError('internal', { reason }, { cause: error })
}
