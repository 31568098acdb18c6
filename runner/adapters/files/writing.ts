import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'

/** Runs work that writes below `path` and tells the machine's refusals in the catalogue's words. */
export async function writing<T>(path: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw writeProblem(path, error)
  }
}

export function writeProblem(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') return new RunnerError('disk-full', { path }, { cause: error })
  if (code === 'EROFS')
    return new RunnerError('not-writable', { path, reason: 'the file system is read-only' }, { cause: error })
  if (code === 'EACCES' || code === 'EPERM') return refusedWrite(path, 'permission denied', error)
  return error
}

/** The path cannot be written; where it belongs to another account (once with sudo, then without), that is said. */
export const refusedWrite = (path: string, reason: string, cause?: unknown): RunnerError =>
  new RunnerError('not-writable', { path, reason, owner: otherOwner(path) }, { cause })

/** The account that a path, or what there is of the way to it, belongs to; undefined where that is us. */
function otherOwner(path: string): string | undefined {
  const us = process.geteuid?.()
  if (us === undefined || us === 0) return undefined
  try {
    const { uid } = lstatSync(path)
    if (uid === us) return undefined
    return uid === 0 ? 'root' : `account ${uid}`
  } catch {
    return dirname(path) === path ? undefined : otherOwner(dirname(path))
  }
}
