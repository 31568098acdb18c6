import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface SourceFile {
  path: string
  text: string
}

const skipped = new Set(['.git', 'node_modules', '.cache', '__pycache__'])

/** Files below a folder with one of the endings, sorted by path; links are not followed. */
export function sourceFiles(folder: string, endings: readonly string[]): SourceFile[] {
  const found: SourceFile[] = []
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !skipped.has(entry.name)) found.push(...sourceFiles(path, endings))
    else if (entry.isFile() && endings.some((e) => entry.name.endsWith(e)))
      found.push({ path, text: readFileSync(path, 'utf8') })
  }
  return found
}
