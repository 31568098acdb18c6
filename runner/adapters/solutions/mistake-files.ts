import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CatalogSource, MistakeFiles } from '../../app/ports.ts'
import { languagesOf, type Exercise } from '../../domain/exercise/exercise.ts'
import { filesBelow, hashFiles } from '../files/content-hash.ts'
import { writeAtomic } from '../files/late-packages.ts'
import { writeProblem } from '../files/writing.ts'
import { baseFolders, languageOf, readBase, withoutLanguage } from './base-files.ts'
import { readCommitted } from './committed.ts'
import { draftIn } from './draft.ts'
import { merge } from './three-way.ts'

/** The files of mistakes, for those who write them; drafts stand below `cache`. */
export function mistakeFiles({ root, cache }: { root: string; cache: string }, source: CatalogSource): MistakeFiles {
  const pathOf = (exercise: Exercise, id: string): string =>
    join(source.solutionFolder(exercise), 'mistakes', `${id}.patch`)
  return {
    read: (exercise, id) => readFileSync(pathOf(exercise, id), 'utf8'),
    save: (exercise, id, text) => save(pathOf(exercise, id), text),
    base: (exercise, base, paths) => readBase(source, exercise, base, paths).texts,
    committed: (exercise, base, paths, revision) => {
      const placesOf = (path: string): string[] =>
        baseFolders(source, exercise, languageOf(path), base).map((folder) => join(folder, withoutLanguage(path)))
      return readCommitted(root, revision, new Map(paths.map((path) => [path, placesOf(path)])))
    },
    merge,
    draft: (exercise, id) =>
      draftIn(join(cache, 'mistakes', exercise.slug, id), () => stampOf(root, source, exercise, pathOf(exercise, id))),
  }
}

function save(path: string, text: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeAtomic(path, text)
    return path
  } catch (error) {
    throw writeProblem(path, error)
  }
}

/** Of all that a tree of a mistake is made from. */
function stampOf(root: string, source: CatalogSource, exercise: Exercise, patch: string): string {
  const folders = languagesOf(exercise).flatMap((language) => [
    ...baseFolders(source, exercise, language, 'reference'),
    join(source.solutionFolder(exercise), 'alternative', language),
  ])
  const files = [...new Set(folders)].filter(existsSync).flatMap(filesBelow)
  return hashFiles(root, [...files, ...(existsSync(patch) ? [patch] : [])])
}
