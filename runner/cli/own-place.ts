import { statSync } from 'node:fs'
import { asWord } from '../errors/command-line.ts'

/**
 * Looks where the person stands before a command that puts folders back. What it returns says afterwards, in one line,
 * that their shell is left in a folder which is no longer the one on disk; null where it is.
 * @param workspace a folder to go to where theirs is gone
 */
export function lookAtPlace(startedIn: string, workspace: string): () => string | null {
  const before = identityOf(startedIn)
  return () => {
    const now = identityOf(startedIn)
    if (now === before) return null
    return now === null
      ? `Your shell is in a folder that is gone: cd ${asWord(workspace)}`
      : 'Your shell is in a folder that was replaced: cd .'
  }
}

/** A folder made anew may have the number of the old one, but not its birth. */
function identityOf(folder: string): string | null {
  const stat = statSync(folder, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? null : [stat.dev, stat.ino, stat.birthtimeNs].join(':')
}
