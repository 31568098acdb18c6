import type { Language } from '../exercise/exercise.ts'
import type { Hint } from '../judging/hint.ts'
import { isLearners } from '../submission/learner-paths.ts'
import { isMistakeId, namedProblems, parseHead, renderHead, type MistakeHead } from './mistake-head.ts'
import { applyDiff, parseDiff, renderDiff, type FileChange, type FilePatch } from './mistake-patch.ts'
import { mistakeProblem, type MistakeProblem } from './mistake-problem.ts'

/** A wrong answer that is stored for an exercise, in one language or several. */
export interface Mistake {
  id: string
  form: 'patch' | 'folder'
  /** Absolute path of the patch or the folder. */
  path: string
  head: MistakeHead
  languages: Language[]
  /** What it does to its base, of every language; empty where that cannot be told. */
  changes: FileChange[]
  problems: MistakeProblem[]
}

/** Whether it can be laid out; what else is wrong with it does not change what it holds. */
export const isWhole = ({ problems }: Pick<Mistake, 'problems'>): boolean =>
  !problems.some((p) => p.rule === 'mistake-path' || p.rule === 'mistake-patch')

/** All that is wrong with a stored mistake, by its name, as it stands beside the exercise's brief and hints. */
export function storedMistakeProblems(
  { id, head, problems }: Mistake,
  requirements: ReadonlySet<number>,
  hints: readonly Pick<Hint, 'id'>[],
): MistakeProblem[] {
  const named = namedProblems(head, requirements, new Set(hints.map((h) => h.id)))
  return [...problems, ...named].map((p) => ({ ...p, message: `the mistake "${id}": ${p.message}` }))
}

/** A wrong answer as it is stored in `mistakes/<id>.patch`: a head, an empty line, and the diff from what is right. */
export interface MistakePatch {
  head: MistakeHead
  files: FilePatch[]
  problems: MistakeProblem[]
}

/** Reads the text of a patch. All that is wrong with it is told together; nothing has been applied yet. */
export function parseMistake(id: string, text: string, languages: readonly Language[]): MistakePatch {
  const diffAt = /^(--- |diff --git |Index: )/m.exec(text)?.index ?? text.length
  const { head, problems } = parseHead(id, text.slice(0, diffAt))
  const diff = parseDiff(text.slice(diffAt))
  return {
    head,
    files: diff.files,
    problems: [
      ...idProblems(id),
      ...problems,
      ...diff.problems,
      ...diff.files.flatMap((file) => pathProblems(file.path, languages)),
    ],
  }
}

/** A patch as it is stored; the same head and changes always give the same bytes. */
export function renderMistake(head: MistakeHead, changes: readonly FileChange[]): string {
  const lines = renderHead(head)
  return `${lines}${lines === '' ? '' : '\n'}${renderDiff(changes)}`
}

/** Applies a patch and makes it again from what came out: both must be the text that is stored, byte for byte. */
export function applyMistake(
  text: string,
  { head, files }: Pick<MistakePatch, 'head' | 'files'>,
  base: ReadonlyMap<string, string>,
): { changes: FileChange[]; problems: MistakeProblem[] } {
  const { changes, problems } = applyDiff(files, base)
  return { changes, problems: problems.length > 0 ? problems : canonicalProblems(text, renderMistake(head, changes)) }
}

export function canonicalProblems(text: string, canonical: string): MistakeProblem[] {
  if (text === canonical) return []
  const lines = canonical.split('\n')
  const line = text.split('\n').findIndex((l, i) => l !== lines[i])
  const where = line < 0 ? 'it ends too early' : `line ${line + 1} is not as it would be made`
  return [mistakeProblem('mistake-canonical', `it is not canonical: ${where}`)]
}

export function idProblems(id: string): MistakeProblem[] {
  if (isMistakeId(id)) return []
  return [mistakeProblem('mistake-form', `"${id}" is no id: lower-case words of letters and digits, joined by hyphens`)]
}

/** A mistake holds files of learners and nothing else: what else there is in a workspace comes from the exercise. */
export function pathProblems(path: string, languages: readonly Language[]): MistakeProblem[] {
  const wrong = (what: string): MistakeProblem[] => [mistakeProblem('mistake-path', `the file "${path}" ${what}`)]
  const [language = '', ...parts] = path.split('/')
  if (!/^[\w.@+/-]+$/.test(path)) return wrong('has a sign that is no letter, digit or one of . _ - @ +')
  if (path.startsWith('/')) return wrong('is absolute')
  if ([language, ...parts].some((part) => part === '' || part === '.' || part === '..'))
    return wrong('has an empty part, "." or ".." in its path')
  if (!(languages as readonly string[]).includes(language))
    return wrong(`lies outside of the exercise's languages (${languages.join(', ')})`)
  return isLearners(parts.join('/')) ? [] : wrong('is none that a learner writes')
}
