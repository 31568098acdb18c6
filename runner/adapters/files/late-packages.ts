import { createRequire } from 'node:module'
import type fsExtra from 'fs-extra'
import type writeFileAtomic from 'write-file-atomic'

/** Packages that cost 10 to 15 ms to load and that most commands use late or never: each is loaded at its first use. */
const require = createRequire(import.meta.url)

/** Writes a file beside its place and renames it: a kill at any moment leaves the old text or the new one. */
export const writeAtomic = (path: string, text: string, options: { fsync?: boolean } = {}): void =>
  (require('write-file-atomic') as typeof writeFileAtomic).sync(path, text, options)

export const copySync = (from: string, to: string): void => (require('fs-extra') as typeof fsExtra).copySync(from, to)
