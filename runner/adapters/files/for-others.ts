import { chmodSync, mkdtempSync, renameSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { asRoot } from '../process/account.ts'
import { hashOfParts } from './hash.ts'
import { walk } from './walk.ts'
import { copyTree, removeTree } from './late-packages.ts'

/** A socket's path may have 104 bytes at most, and as root "nobody" has to reach it. */
export function temporaryFolder(): string {
  const usable = (path: string): boolean => Buffer.byteLength(path) <= 70 && (!asRoot() || reachableByOthers(path))
  return [tmpdir(), '/tmp'].find(usable) ?? tmpdir()
}

/** Whether an account that owns nothing here may walk down to this path. */
export function reachableByOthers(path: string): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
  }
  return true
}

/**
 * A folder of programs at a place where an account that owns nothing may run them: where it is, or a copy in the
 * temporary folder under `name`, which must tell its content (a version, a hash).
 */
export function forOthers(folder: string, name: string, samples: readonly string[]): string {
  if (!asRoot() || (reachableByOthers(folder) && samples.every((path) => (statSync(path).mode & 0o005) === 0o005)))
    return folder
  const copy = join(temporaryFolder(), name)
  if (isOurs(copy)) return copy
  const fresh = mkdtempSync(`${copy}-`)
  copyTree(folder, fresh)
  openToOthers(fresh)
  return moved(fresh, copy)
}

/** Name of a copy that has no version of its own to tell it by: another installation, or a newer one, gets another. */
export function copyName(what: string, samples: readonly string[]): string {
  const key = hashOfParts(...samples.flatMap((path) => [path, String(statSync(path).mtimeMs)]))
  return `gym-copy-${what}-${key.slice(0, 12)}`
}

/** Two runners may copy at once: the first rename wins, the other keeps its own copy's content out of the way. */
function moved(fresh: string, copy: string): string {
  try {
    renameSync(fresh, copy)
    return copy
  } catch {
    if (!isOurs(copy)) return fresh
    removeTree(fresh)
    return copy
  }
}

/** Nobody but us can have put it there: the temporary folder is everybody's. */
function isOurs(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat !== undefined && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0
}

function openToOthers(folder: string): void {
  chmodSync(folder, 0o755)
  for (const { full, kind } of walk(folder)) {
    if (kind === 'folder') chmodSync(full, 0o755)
    if (kind === 'file') chmodSync(full, statSync(full).mode & 0o100 ? 0o755 : 0o644)
  }
}
