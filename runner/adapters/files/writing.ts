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
  if (code === 'EACCES' || code === 'EPERM')
    return new RunnerError('not-writable', { path, reason: 'permission denied' }, { cause: error })
  return error
}
