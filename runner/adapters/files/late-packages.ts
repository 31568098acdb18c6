import { createRequire } from 'node:module'
import type fsExtra from 'fs-extra'
import type writeFileAtomic from 'write-file-atomic'

/**
 * Packages that cost 10 to 20 ms to load and that most commands use late or never: each is loaded at its first use. What
 * a check does while somebody waits (its scratch folder, its caches, a server's data) is therefore left to node:fs.
 */
const require = createRequire(import.meta.url)

/** Writes a file beside its place and renames it: a kill at any moment leaves the old text or the new one. */
export const writeAtomic = (path: string, text: string, options: { fsync?: boolean } = {}): void =>
  (require('write-file-atomic') as typeof writeFileAtomic).sync(path, text, options)

const fsExtraPackage = (): typeof fsExtra => require('fs-extra') as typeof fsExtra

/** Copies a file or a folder with all it holds; modes and links stay what they are. */
export const copyTree = (from: string, to: string): void => fsExtraPackage().copySync(from, to)

/** Removes a file or a folder with all it holds; it is no error when nothing is there. */
export const removeTree = (path: string): void => fsExtraPackage().removeSync(path)

/** Makes a folder with those above it, as far as they are missing. */
export const ensureFolder = (path: string, mode = 0o777): void => fsExtraPackage().ensureDirSync(path, mode)
