import { existsSync, readFileSync, statSync } from 'node:fs'
import { isUtf8 } from 'node:buffer'
import { join } from 'node:path'
import type { CatalogSource } from '../../app/ports.ts'
import type { Exercise, Language } from '../../domain/exercise/exercise.ts'
import type { Base } from '../../domain/gate/mistake-head.ts'
import { mistakeProblem, type MistakeProblem } from '../../domain/gate/mistake-problem.ts'

/** Texts by path (`<lang>/…`), and what of them is no text. */
export interface Texts {
  texts: Map<string, string>
  problems: MistakeProblem[]
}

/**
 * The folders that the files of a mistake's base come from, top first: the reference (or the alternative) over the
 * starter over the template, as in a tree.
 */
export function baseFolders(
  source: Pick<CatalogSource, 'layers' | 'solutionFolder'>,
  exercise: Exercise,
  language: Language,
  base: Base,
): string[] {
  const layers = source.layers({ exercise, language }).map((layer) => layer.folder)
  return [join(source.solutionFolder(exercise), base, language), ...layers.toReversed()]
}

/** Reads files of a base; one that is not there has no entry. */
export function readBase(
  source: Pick<CatalogSource, 'layers' | 'solutionFolder'>,
  exercise: Exercise,
  base: Base,
  paths: readonly string[],
): Texts {
  const languages = new Set(paths.map(languageOf))
  const folders = new Map([...languages].map((l) => [l, baseFolders(source, exercise, l, base)] as const))
  const found = paths.flatMap((path): [string, string][] => {
    const file = folders.get(languageOf(path))?.map((folder) => join(folder, withoutLanguage(path))).find(isFile)
    return file === undefined ? [] : [[path, file]]
  })
  const lacking = [...languages].filter((l) => base !== 'reference' && !existsSync(folders.get(l)?.[0] ?? ''))
  const { texts, problems } = readTexts(found)
  return {
    texts,
    problems: [
      ...lacking.map((l) => mistakeProblem('mistake-patch', `its base, the ${base}, does not exist in "${l}"`)),
      ...problems,
    ],
  }
}

/** Reads files given as path and place. */
export function readTexts(files: readonly (readonly [string, string])[]): Texts {
  const read = files.map(([path, file]) => ({ path, bytes: readFileSync(file) }))
  return {
    texts: new Map(read.filter((f) => isUtf8(f.bytes)).map((f) => [f.path, f.bytes.toString('utf8')])),
    problems: read
      .filter((f) => !isUtf8(f.bytes))
      .map((f) => mistakeProblem('mistake-patch', `the file ${f.path} is no text in UTF-8`)),
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** Of a path that has been checked. */
export const languageOf = (path: string): Language => path.split('/')[0] as Language
export const withoutLanguage = (path: string): string => path.slice(path.indexOf('/') + 1)
