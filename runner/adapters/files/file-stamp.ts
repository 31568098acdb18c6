import { statSync } from 'node:fs'

/** Changes with every write: the file itself, its size, its content's and its entry's times to the microsecond. */
export function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat ? `${stat.ino}-${stat.size}-${stat.mtimeMs}-${stat.ctimeMs}` : 'missing'
}

/** File systems keep times in steps of up to some milliseconds: a file written just now may be written again unseen. */
export const changedSince = (path: string, time: number): boolean =>
  (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0) >= time - 20
