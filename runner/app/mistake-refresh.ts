import { languagesOf, type Exercise, type Language } from '../domain/exercise/exercise.ts'
import { renderHead, type MistakeHead } from '../domain/gate/mistake-head.ts'
import { applyDiff, type FileChange } from '../domain/gate/mistake-patch.ts'
import type { MistakeProblem } from '../domain/gate/mistake-problem.ts'
import { applyMistake, isWhole, parseMistake, renderMistake } from '../domain/gate/mistake.ts'
import { baseOverlays, treeOf, type MistakePorts } from './mistake-draft.ts'

/** What became of one patch when the reference had changed. */
export interface RefreshedMistake {
  id: string
  outcome: 'same' | 'refreshed' | 'conflict' | 'left'
  /** Why it was left as it is. */
  why: string | null
  /** Each conflict: the file in the draft, and the lines at which one begins (none: the file as a whole). */
  conflicts: { file: string; lines: number[] }[]
}

/**
 * Brings an exercise's patches onto the reference as it is now: what each changed in the reference of a commit is changed
 * in it. Where both changed the same lines, the patch is left as it is, and its draft holds both for the author.
 */
export async function refreshMistakes(
  ports: MistakePorts,
  exercise: Exercise,
  revision: string,
  onProgress: (done: number, total: number, what: string) => void,
): Promise<RefreshedMistake[]> {
  const stored = ports.solutions.mistakes(exercise).filter((m) => m.form === 'patch')
  const results: RefreshedMistake[] = []
  for (const [i, { id }] of stored.entries()) {
    onProgress(i + 1, stored.length, id)
    results.push(await refreshOne(ports, exercise, id, revision))
  }
  return results
}

async function refreshOne(
  ports: MistakePorts,
  exercise: Exercise,
  id: string,
  revision: string,
): Promise<RefreshedMistake> {
  const text = ports.mistakeFiles.read(exercise, id)
  const patch = parseMistake(id, text, languagesOf(exercise))
  if (!isWhole(patch)) return left(id, wordsOf(patch.problems))
  const paths = patch.files.map((f) => f.path)
  const now = ports.mistakeFiles.base(exercise, patch.head.base, paths)
  if (applyMistake(text, patch, now).problems.length === 0) return { id, outcome: 'same', why: null, conflicts: [] }
  const before = await ports.mistakeFiles.committed(exercise, patch.head.base, paths, revision)
  const then = applyDiff(patch.files, before)
  if (then.problems.length === 0) return mergeChanges(ports, exercise, id, patch.head, { changes: then.changes, now })
  // Refreshed before, and the reference has changed once more without a commit: where its lines only moved, it fits.
  const moved = applyDiff(patch.files, now)
  if (moved.problems.length === 0) return store(ports, exercise, id, patch.head, moved.changes)
  return left(id, `it does not fit the ${patch.head.base} of ${revision} either: ${wordsOf(then.problems)}`)
}

const wordsOf = (problems: readonly MistakeProblem[]): string => problems.map((p) => p.message).join('; ')

async function mergeChanges(
  ports: MistakePorts,
  exercise: Exercise,
  id: string,
  head: MistakeHead,
  { changes, now }: { changes: readonly FileChange[]; now: ReadonlyMap<string, string> },
): Promise<RefreshedMistake> {
  const merged = await Promise.all(changes.map((change) => mergeFile(ports, change, now.get(change.path) ?? null)))
  if (merged.some((file) => file.conflict)) return handOver(ports, exercise, id, head, merged)
  return store(
    ports,
    exercise,
    id,
    head,
    merged.map(({ path, now: own, after }) => ({ path, before: own, after })),
  )
}

function store(
  ports: MistakePorts,
  exercise: Exercise,
  id: string,
  head: MistakeHead,
  changes: readonly FileChange[],
): RefreshedMistake {
  if (changes.every((c) => c.before === c.after)) return left(id, `the ${head.base} now is this answer`)
  ports.mistakeFiles.save(exercise, id, renderMistake(head, changes))
  return { id, outcome: 'refreshed', why: null, conflicts: [] }
}

const left = (id: string, why: string): RefreshedMistake => ({ id, outcome: 'left', why, conflicts: [] })

interface MergedFile {
  path: string
  /** Of the base as it is now; null: it has no such file. */
  now: string | null
  after: string | null
  conflict: boolean
  lines: number[]
}

async function mergeFile(
  ports: MistakePorts,
  { path, before, after }: FileChange,
  now: string | null,
): Promise<MergedFile> {
  if (now === before || now === after) return { path, now, after, conflict: false, lines: [] }
  // Made, deleted or taken away on one side only: no lines to merge, so the author decides.
  if (now === null || before === null || after === null) return { path, now, after, conflict: true, lines: [] }
  const { text, conflicts } = await ports.mistakeFiles.merge({ before, now, mistake: after })
  return { path, now, after: text, conflict: conflicts.length > 0, lines: conflicts }
}

/** Lays out what could be merged, with the conflicts marked in it. */
async function handOver(
  ports: MistakePorts,
  exercise: Exercise,
  id: string,
  head: MistakeHead,
  merged: readonly MergedFile[],
): Promise<RefreshedMistake> {
  const draft = ports.mistakeFiles.draft(exercise, id)
  if (draft.exists() && draft.isEdited()) return left(id, `${draft.folder} has changes that are not saved`)
  draft.lay(await treesWith(ports, exercise, head, merged), renderHead(head), 'unsaved')
  const conflicts = merged.filter((file) => file.conflict)
  return {
    id,
    outcome: 'conflict',
    why: null,
    conflicts: conflicts.map(({ path, lines }) => ({ file: `${draft.folder}/${path}`, lines })),
  }
}

async function treesWith(
  ports: MistakePorts,
  exercise: Exercise,
  head: MistakeHead,
  merged: readonly MergedFile[],
): Promise<Map<Language, string>> {
  const trees = new Map<Language, string>()
  for (const language of languagesOf(exercise)) {
    const below = `${language}/`
    const own = merged.filter((file) => file.path.startsWith(below))
    if (own.length === 0) continue
    const base = baseOverlays(ports, exercise, language, head.base)
    const texts = own
      .filter(({ now, after }) => now !== null || after !== null)
      .map(({ path, after }) => [path.slice(below.length), after] as const)
    trees.set(language, await treeOf(ports, exercise, language, [...base, new Map(texts)]))
  }
  return trees
}
