import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** The regular files of a folder and the folders in it: paths from there with `/`, sorted. Links are not followed. */
export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
