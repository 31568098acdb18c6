import { parseBrief } from '../domain/exercise/brief.ts'
import { languagesOf, type Exercise } from '../domain/exercise/exercise.ts'
import { namedProblems, parseHead } from '../domain/gate/mistake-head.ts'
import type { FileChange } from '../domain/gate/mistake-patch.ts'
import { mistakeProblem, type MistakeProblem } from '../domain/gate/mistake-problem.ts'
import { pathProblems, renderMistake } from '../domain/gate/mistake.ts'
import { RunnerError } from '../errors/runner-error.ts'
import { changesOf, unknownMistake, type MistakePorts } from './mistake-draft.ts'

export interface SavedMistake {
  path: string
  files: string[]
  /** What the gate will ask for yet. */
  missing: MistakeProblem[]
}

/** Writes what stands in a draft as a patch. */
export async function saveDraft(ports: MistakePorts, exercise: Exercise, id: string): Promise<SavedMistake> {
  const draft = ports.mistakeFiles.draft(exercise, id)
  const all = ports.solutions.mistakes(exercise)
  const stored = all.find((m) => m.id === id) ?? null
  const at = { slug: exercise.slug, id, path: draft.folder }
  if (stored?.form === 'folder') throw new RunnerError('mistake-by-hand', { ...at, path: stored.path })
  if (!draft.exists()) throw stored ? new RunnerError('no-draft', at) : unknownMistake(exercise, id, all)
  if (draft.isOld()) throw new RunnerError('draft-old', at)
  const { changes, noText } = await changesOf(ports, { exercise, id, stored, draft, edited: true })
  if (changes.length === 0 && noText.length === 0) throw new RunnerError('mistake-empty', at)
  const { head, problems } = parseHead(id, draft.head())
  const hints = new Set(ports.source.hints(exercise).map((h) => h.id))
  const requirements = new Set(parseBrief(ports.source.brief(exercise)).requirements.keys())
  const wrong = [
    ...problems.filter((p) => p.rule !== 'mistake-head'),
    ...namedProblems(head, requirements, hints),
    ...noText.map((path) => mistakeProblem('mistake-patch', `the file ${path} is no text in UTF-8`)),
    ...changes.flatMap(({ path }) => pathProblems(path, languagesOf(exercise))),
    ...changes.flatMap(markerProblems),
  ]
  if (wrong.length > 0)
    throw new RunnerError('mistake-invalid', { ...at, problems: wrong.map((p) => `  ${p.message}`).join('\n') })
  const path = ports.mistakeFiles.save(exercise, id, renderMistake(head, changes))
  draft.settle()
  return {
    path,
    files: changes.map((c) => c.path),
    missing: problems.filter((p) => p.rule === 'mistake-head'),
  }
}

/** A conflict that `--refresh` has left for the author. */
function markerProblems({ path, after }: FileChange): MistakeProblem[] {
  const line = (after ?? '').split('\n').findIndex((l) => /^(<{7}|\|{7}|>{7}) /.test(l))
  return line < 0 ? [] : [mistakeProblem('mistake-patch', `${path} has a conflict at line ${line + 1}`)]
}
