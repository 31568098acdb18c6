import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * Everything a verdict rests on besides the exercise itself: the harness, the rules, the templates, the tools'
 * versions.
 */
export function engineHash(root: string): string {
  const folders = ['runner/harness', 'runner/domain', 'runner/adapters', 'runner/app', 'templates'].map((f) =>
    join(root, f),
  )
  return hashFiles(root, [...folders.flatMap(filesBelow), join(root, 'package-lock.json')])
}

/** Every regular file below a folder, as absolute paths in a stable order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort()
}

/** 32 hex digits over paths and contents. Paths count as seen from the project, so that two clones agree. */
export function hashFiles(root: string, files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 32)
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
