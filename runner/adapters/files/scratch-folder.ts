import { mkdtempSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../process/signals.ts'
import { temporaryFolder } from './for-others.ts'
import { removeTree } from './late-packages.ts'

const prefix = 'gym-runs-'

/**
 * The folder in which a runner makes a folder for each run. It stands in the cache; where the project's path holds a
 * space, a quote or the like it stands in the temporary folder instead: repositories and programs are made there, and a
 * case that wants an odd path names it itself. Else one mistake would look like another on some machines.
 */
export function scratchFolder(cache: string): string {
  if (/^[\w./-]+$/.test(cache)) return join(cache, 'scratch', String(process.pid))
  removeForgotten()
  return mkdtempSync(join(temporaryFolder(), `${prefix}${process.pid}-`))
}

/** A runner that was killed could not remove its own. */
function removeForgotten(): void {
  for (const name of readdirSync(temporaryFolder())) {
    const pid = Number(/^gym-runs-(\d+)-/.exec(name)?.[1] ?? Number.NaN)
    if (!Number.isNaN(pid) && !isAlive(pid)) tryRemove(join(temporaryFolder(), name))
  }
}

function tryRemove(folder: string): void {
  try {
    removeTree(folder)
  } catch {
    // Another user's: it is for them to remove.
  }
}
