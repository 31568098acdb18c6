import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { isSkipped, storedPath } from '../../domain/submission/submission-paths.ts'
import { intakeLimits } from '../../domain/submission/submission.ts'
import { printable } from '../../domain/submission/printable.ts'
import { IntakeRefusal } from './refusal.ts'
import { readPlainFile } from './plain-file.ts'
import { textOf } from './read-repository.ts'

/** An entry of a folder or an archive, with its path from the top of the submission. */
export interface PlacedEntry {
  path: string
  kind: 'file' | 'symlink' | 'hard-link' | 'special'
  executable: boolean
  size: number
  modifiedMs: number
  read: () => Buffer
}

const mostDepth = 24

/** Everything in a folder, looked at and not yet read; no link is followed and no repository in it is opened. */
export function folderEntries(folder: string): PlacedEntry[] {
  const found: PlacedEntry[] = []
  const walk = (below: string, depth: number): void => {
    if (depth > mostDepth) throw new IntakeRefusal('too-deep', `Its folders are more than ${mostDepth} deep.`)
    for (const bytes of readdirSync(Buffer.from(`${folder}/${below}`), 'buffer')) {
      const name = textOf(bytes)
      const path = below === '' ? name : `${below}/${name}`
      if (isSkippedOnDisk(path)) continue
      const stats = lstatSync(`${folder}/${path}`)
      if (stats.isDirectory()) walk(path, depth + 1)
      else found.push(entryOf(`${folder}/${path}`, path, stats))
      if (found.length > intakeLimits.entries)
        throw new IntakeRefusal('too-many-files', `It holds more than ${intakeLimits.entries} entries.`)
    }
  }
  walk('', 0)
  return found
}

/** A `.git` is looked into only where it is the work itself, `repo/.git` of a git exercise; it is read as data. */
function isSkippedOnDisk(path: string): boolean {
  const within = /(?:^|\/)(repo\/.*)$/.exec(path)?.[1]
  return isSkipped(within === undefined ? path : storedPath(within))
}

function entryOf(place: string, path: string, stats: Stats): PlacedEntry {
  return {
    path,
    kind: kindOf(stats),
    executable: (stats.mode & 0o100) !== 0,
    size: stats.size,
    modifiedMs: stats.mtimeMs,
    read: () => readPlainFile(place, printable(path), intakeLimits.repositoryFileBytes),
  }
}

function kindOf(stats: Stats): PlacedEntry['kind'] {
  if (stats.isSymbolicLink()) return 'symlink'
  if (!stats.isFile()) return 'special'
  return stats.nlink > 1 ? 'hard-link' : 'file'
}
