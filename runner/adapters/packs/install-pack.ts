import { existsSync, lstatSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PackId } from '../../domain/exercise/exercise.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { filesIn } from '../files/walk.ts'
import { writeProblem } from '../files/writing.ts'
import { withFolderLock } from '../files/folder-lock.ts'
import { fingerprintOf, isReady, markerOf, packOf } from './packs.ts'
import { packFolder } from './places.ts'
import { ensureFolder, removeTree } from '../files/late-packages.ts'

export interface InstallOptions {
  /** Called a few times a second with what is on disk so far and in the end, in megabytes. */
  onProgress?: (megabytes: number, of: number) => void
  onWait?: () => void
}

/**
 * Installs a pack beside its place and renames it there: an interrupted attempt leaves no half pack, and what the
 * package managers fetched is in their own caches for the next one. Does nothing where it is ready.
 */
export async function installPack(cache: string, id: PackId, options: InstallOptions = {}): Promise<void> {
  const folder = join(cache, 'packs')
  try {
    ensureFolder(folder)
  } catch (error) {
    throw writeProblem(folder, error)
  }
  await withFolderLock(folder, id, options.onWait ?? (() => {}), async () => {
    if (!isReady(cache, id)) await install(cache, id, options)
  })
}

async function install(cache: string, id: PackId, { onProgress = () => {} }: InstallOptions): Promise<void> {
  const pack = packOf(id)
  const incoming = join(cache, 'packs', `.incoming-${id}`)
  removeTree(incoming)
  mkdirSync(incoming)
  const ticker = setInterval(() => onProgress(megabytesIn(incoming), pack.megabytes), 1_000)
  try {
    await pack.fetch({ id, folder: incoming, cache })
    if (pack.present?.() != null) return // A package manager put it onto PATH.
    writeFileSync(
      join(incoming, 'pack.json'),
      JSON.stringify({ id, version: pack.version, fingerprint: fingerprintOf(id) }),
    )
    removeTree(packFolder(cache, id))
    renameSync(incoming, packFolder(cache, id))
  } catch (error) {
    throw error instanceof RunnerError ? error : writeProblem(incoming, error)
  } finally {
    clearInterval(ticker)
    removeTree(incoming)
  }
}

/** Removes an installed pack; returns whether there was one. */
export async function removePack(cache: string, id: PackId): Promise<boolean> {
  if (!existsSync(packFolder(cache, id))) return false
  return withFolderLock(
    join(cache, 'packs'),
    id,
    () => {},
    async () => {
      const there = existsSync(markerOf(cache, id)) || existsSync(packFolder(cache, id))
      removeTree(packFolder(cache, id))
      return there
    },
  )
}

function megabytesIn(folder: string): number {
  try {
    const bytes = filesIn(folder).map(({ full }) => lstatSync(full, { throwIfNoEntry: false })?.size ?? 0)
    return Math.round(bytes.reduce((a, b) => a + b, 0) / 1_000_000)
  } catch {
    return 0 // Folders come and go while a package manager works.
  }
}
