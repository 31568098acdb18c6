import { existsSync, readdirSync, type Dirent } from 'node:fs'
import { basename, join } from 'node:path'
import type { CatalogSource } from '../../app/ports.ts'
import { languagesOf, type Exercise, type Language } from '../../domain/exercise/exercise.ts'
import { parseHead, renderHead } from '../../domain/gate/mistake-head.ts'
import { mistakeProblem, type MistakeProblem } from '../../domain/gate/mistake-problem.ts'
import {
  applyMistake,
  canonicalProblems,
  idProblems,
  isWhole,
  parseMistake,
  pathProblems,
  type Mistake,
} from '../../domain/gate/mistake.ts'
import { filesIn } from '../files/walk.ts'
import { languageOf, readBase, readTexts } from './base-files.ts'

type Source = Pick<CatalogSource, 'layers' | 'solutionFolder'>

/** What a folder's head is written in. */
export const headFile = 'mistake.txt'

/** Every mistake below `mistakes/`, by id: patches, and folders that hold `mistake.txt` and `<lang>/…`. */
export function readMistakes(source: Source, exercise: Exercise): Mistake[] {
  const folder = join(source.solutionFolder(exercise), 'mistakes')
  if (!existsSync(folder)) return []
  const found = readdirSync(folder, { withFileTypes: true }).map((entry) => readEntry(source, exercise, folder, entry))
  const ids = found.map((m) => m.id)
  const isTwice = ({ id }: Mistake): boolean => ids.indexOf(id) !== ids.lastIndexOf(id)
  const twice = mistakeProblem('mistake-form', 'it is there twice, as a patch and as a folder')
  return found
    .map((m) => (isTwice(m) ? { ...m, problems: [...m.problems, twice] } : m))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

function readEntry(source: Source, exercise: Exercise, folder: string, entry: Dirent): Mistake {
  const path = join(folder, entry.name)
  if (entry.isDirectory()) return readFolder(source, exercise, path)
  if (entry.isFile() && entry.name.endsWith('.patch')) return readPatch(source, exercise, path)
  return { ...emptyMistake(path), problems: [mistakeProblem('mistake-form', 'it is neither a patch nor a folder')] }
}

const emptyMistake = (path: string): Mistake => ({
  id: basename(path, '.patch'),
  form: path.endsWith('.patch') ? 'patch' : 'folder',
  path,
  head: parseHead('', '').head,
  languages: [],
  changes: [],
  problems: [],
})

function readPatch(source: Source, exercise: Exercise, path: string): Mistake {
  const empty = emptyMistake(path)
  const { texts, problems } = readTexts([['patch', path]])
  const text = texts.get('patch')
  if (text === undefined) return { ...empty, problems }
  const patch = parseMistake(empty.id, text, languagesOf(exercise))
  const own = [...patch.problems, ...scriptProblems(exercise)]
  const mistake = { ...empty, head: patch.head, problems: own }
  // A path that leads elsewhere must not be read.
  if (!isWhole(mistake)) return mistake
  const paths = patch.files.map((f) => f.path)
  const base = readBase(source, exercise, patch.head.base, paths)
  const applied = applyMistake(text, patch, base.texts)
  return {
    ...mistake,
    languages: languagesIn(exercise, paths),
    changes: applied.changes,
    problems: [...own, ...base.problems, ...applied.problems],
  }
}

const scriptProblems = ({ driver }: Exercise): MistakeProblem[] =>
  driver === 'git'
    ? [mistakeProblem('mistake-form', 'a mistake in git is a script, in a folder: mistakes/<id>/git/solve.sh')]
    : []

function readFolder(source: Source, exercise: Exercise, path: string): Mistake {
  const empty = emptyMistake(path)
  const files = filesIn(path).map((f) => f.path)
  const own = files.filter((f) => f !== headFile)
  const { texts, problems } = readTexts(files.map((f) => [f, join(path, f)]))
  const text = texts.get(headFile) ?? ''
  const head = parseHead(empty.id, text)
  const mistake: Mistake = {
    ...empty,
    head: head.head,
    problems: [
      ...idProblems(empty.id),
      ...head.problems,
      ...canonicalProblems(text, renderHead(head.head)),
      ...(own.length === 0 ? [mistakeProblem('mistake-patch', 'it holds no file of a language')] : []),
      ...own.flatMap((f) => pathProblems(f, languagesOf(exercise))),
      ...problems,
    ],
  }
  if (!isWhole(mistake)) return mistake
  const base = readBase(source, exercise, head.head.base, own)
  return {
    ...mistake,
    languages: languagesIn(exercise, own),
    changes: own.map((f) => ({ path: f, before: base.texts.get(f) ?? null, after: texts.get(f) ?? null })),
    problems: [...mistake.problems, ...base.problems],
  }
}

/** In the manifest's order. */
function languagesIn(exercise: Exercise, paths: readonly string[]): Language[] {
  const used = new Set(paths.map(languageOf))
  return languagesOf(exercise).filter((l) => used.has(l))
}
