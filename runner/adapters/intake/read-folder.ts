import { accessSync, constants, lstatSync, readdirSync, type Stats } from 'node:fs'
import { isSkipped, storedPath } from '../../domain/submission/submission-paths.ts'
import { intakeLimits } from '../../domain/submission/submission.ts'
import { printable } from '../../domain/submission/printable.ts'
import type { Listed } from '../../domain/submission/work.ts'
import { IntakeRefusal } from './refusal.ts'
import { readPlainFile } from './plain-file.ts'

/** An entry of a folder or an archive, with its path from the top of the submission. */
export interface PlacedEntry extends Listed {
  executable: boolean
  modifiedMs: number
  /** Up to a size; without it, that of the largest file which an exercise asks for. */
  read: (most?: number) => Buffer
}

const mostDepth = 24

/**
 * Everything in a folder, looked at and not yet read; no link is followed and no repository in it is opened. A folder
 * that is not looked into is one entry ending in a slash.
 */
export function folderEntries(folder: string): PlacedEntry[] {
  const found: PlacedEntry[] = []
  const add = (place: Buffer, path: string, stats: Stats): void => {
    found.push(entryOf(place, path, stats))
    if (found.length > intakeLimits.listed)
      throw new IntakeRefusal('too-many-files', `It holds more than ${intakeLimits.listed} entries.`)
  }
  const walk = (place: Buffer, below: string, depth: number): void => {
    for (const bytes of readdirSync(place, 'buffer')) {
      const name = bytes.toString()
      const path = below === '' ? name : `${below}/${name}`
      const full = placeOf(place, bytes)
      const stats = lstatSync(full)
      const isClosed = isSkippedOnDisk(path) || depth > mostDepth || !isReadable(full, stats)
      if (!stats.isDirectory()) add(full, path, stats)
      else if (isClosed) add(full, `${path}/`, stats)
      else walk(full, path, depth + 1)
    }
  }
  walk(Buffer.from(folder), '', 0)
  return found
}

/** Named files of a workspace of one's own, where a hard link is a file like any; what is gone by now is left out. */
export function namedEntries(folder: string, paths: readonly Buffer[]): PlacedEntry[] {
  return paths.flatMap((path): PlacedEntry[] => {
    const place = placeOf(Buffer.from(folder), path)
    const stats = lstatSync(place, { throwIfNoEntry: false })
    if (!stats || stats.isDirectory()) return []
    const entry = entryOf(place, path.toString(), stats)
    return [entry.kind === 'hard-link' ? { ...entry, kind: 'file' } : entry]
  })
}

const placeOf = (folder: Buffer, path: Buffer): Buffer => Buffer.concat([folder, Buffer.from('/'), path])

/** A `.git` is looked into only where it is the work itself, `repo/.git` of a git exercise; it is read as data. */
function isSkippedOnDisk(path: string): boolean {
  const within = /(?:^|\/)(repo\/.*)$/.exec(path)?.[1]
  return isSkipped(within === undefined ? path : storedPath(within))
}

function entryOf(place: Buffer, path: string, stats: Stats): PlacedEntry {
  return {
    path,
    kind: kindOf(place, stats),
    executable: (stats.mode & 0o100) !== 0,
    size: stats.size,
    modifiedMs: stats.mtimeMs,
    read: (most = intakeLimits.repositoryFileBytes) => readPlainFile(place, printable(path), most),
  }
}

function kindOf(place: Buffer, stats: Stats): PlacedEntry['kind'] {
  if (stats.isSymbolicLink()) return 'symlink'
  if (!stats.isFile() && !stats.isDirectory()) return 'special'
  if (!isReadable(place, stats)) return 'unreadable'
  return stats.isFile() && stats.nlink > 1 ? 'hard-link' : 'file'
}

function isReadable(place: Buffer, stats: Stats): boolean {
  if (!stats.isFile() && !stats.isDirectory()) return true
  try {
    accessSync(place, stats.isFile() ? constants.R_OK : constants.R_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
