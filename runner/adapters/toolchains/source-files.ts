import { readFileSync } from 'node:fs'
import { filesIn } from '../files/walk.ts'

export interface SourceFile {
  path: string
  text: string
}

const skipped = new Set(['.git', 'node_modules', '.cache', '__pycache__'])

/** Files below a folder with one of the endings, sorted by path; links are not followed. */
export function sourceFiles(folder: string, endings: readonly string[]): SourceFile[] {
  return filesIn(folder, skipped)
    .filter(({ path }) => endings.some((ending) => path.endsWith(ending)))
    .map(({ full }) => ({ path: full, text: readFileSync(full, 'utf8') }))
}
