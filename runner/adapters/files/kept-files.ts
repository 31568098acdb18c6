import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { writeBeside } from './beside.ts'

/**
 * Caches of files that are named by their content: transpiled and compiled code, bundles, outcomes of trials. An entry's
 * time says when it was last used; what nobody has used for a month is removed.
 */

const dayMs = 24 * 60 * 60 * 1000
const keptDays = 30

/** Whether an entry is there; its time is renewed, at most once a day. */
export function wasUsed(path: string, now = Date.now()): boolean {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return false
  if (now - stat.mtimeMs > dayMs) touch(path, now)
  return true
}

function touch(path: string, now: number): void {
  try {
    utimesSync(path, now / 1000, now / 1000)
  } catch {
    // A cache of somebody else's may be read and not written: the entry serves all the same.
  }
}

/**
 * Removes the entries of a cache's folders that were not used for a month; asks only once a day, by a mark in `cache`.
 * @param depth how far below a folder its entries stand: 1 for `folder/entry`
 */
export function pruneCaches(
  cache: string,
  folders: readonly { name: string; depth: number }[],
  now = Date.now(),
): void {
  const mark = join(cache, 'pruned')
  const last = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (now - last < dayMs) return
  writeBeside(mark, '')
  for (const { name, depth } of folders) for (const entry of entriesAt(join(cache, name), depth)) removeOld(entry, now)
}

function entriesAt(folder: string, depth: number): string[] {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : []
  const paths = names.map((name) => join(folder, name))
  return depth === 1 ? paths : paths.flatMap((path) => entriesAt(path, depth - 1))
}

function removeOld(path: string, now: number): void {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat !== undefined && now - stat.mtimeMs > keptDays * dayMs) rmSync(path, { recursive: true, force: true })
}
