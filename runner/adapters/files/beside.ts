import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a file of a cache under another name and renames it: another runner reads all of it or nothing. It is not
 * forced to the disk, and loads no package; what must survive a power cut goes through `writeAtomic`.
 */
export function writeBeside(path: string, content: string | Uint8Array, mode = 0o666): void {
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}`
  writeFileSync(beside, content, { mode })
  renameSync(beside, path)
}

/** Moves a folder that is complete to its place. Where another runner was first, its folder stays and this one goes. */
export function moveUnlessThere(fresh: string, place: string): void {
  try {
    renameSync(fresh, place)
  } catch {
    rmSync(fresh, { recursive: true, force: true })
  }
}
