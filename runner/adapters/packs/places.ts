import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PackId } from '../../domain/exercise/exercise.ts'

/** Where things of a pack lie, for whoever starts them. */

export const packFolder = (cache: string, id: PackId): string => join(cache, 'packs', id)

/** A pack's jars. */
export const jarsOf = (cache: string, id: PackId): string => join(packFolder(cache, id), 'lib')

/** A pack's packages from npm. */
export const nodeModulesOf = (cache: string, id: PackId): string => join(packFolder(cache, id), 'node_modules')

/** What a pack of the system's own packages would have put into /. */
export const systemRoot = (cache: string, id: PackId): string => join(packFolder(cache, id), 'root')

/** Folders with the shared libraries that came along; the system's own are found by themselves. */
export function libraryPath(root: string): string {
  const lib = join(root, 'usr', 'lib')
  const folders = existsSync(lib) ? readdirSync(lib, { withFileTypes: true }) : []
  const multiarch = folders
    .filter((e) => e.isDirectory() && e.name.includes('-linux-gnu'))
    .map((e) => join(lib, e.name))
  return [...multiarch, lib].join(':')
}

/** The interpreter of the pack `python-django`, in a virtual environment of its own. */
export const packedPython = (cache: string): string => join(packFolder(cache, 'python-django'), 'venv', 'bin', 'python')

/** The interpreter of the pack `ruby`. */
export const packedRuby = (cache: string): string => join(packFolder(cache, 'ruby'), 'bin', 'ruby')
