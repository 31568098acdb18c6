import { existsSync, readFileSync } from 'node:fs'
import type { ComparedFile } from '../../domain/class/similarity.ts'
import { filesIn } from '../files/walk.ts'

/** Files below a folder that are wanted, as text, by relative path; links are passed over. */
export function textsBelow(folder: string, wanted: (path: string) => boolean): ComparedFile[] {
  if (!existsSync(folder)) return []
  return filesIn(folder)
    .filter(({ path }) => wanted(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, full }) => ({ path, text: readFileSync(full, 'utf8') }))
}
