import { nearest } from '../domain/exercise/catalog.ts'
import { languagesOf, type Exercise, type Language } from '../domain/exercise/exercise.ts'
import { isMistakeId, parseHead, renderHead, type Base } from '../domain/gate/mistake-head.ts'
import type { FileChange } from '../domain/gate/mistake-patch.ts'
import { isWhole, type Mistake } from '../domain/gate/mistake.ts'
import { RunnerError } from '../errors/runner-error.ts'
import { planFor } from './plan.ts'
import type { CatalogSource, Draft, MistakeFiles, Overlay, Solutions, Trees } from './ports.ts'

export interface MistakePorts {
  source: CatalogSource
  solutions: Solutions
  mistakeFiles: MistakeFiles
  trees: Trees
}

/** A mistake as it stands before its author. */
export interface OpenDraft {
  exercise: Exercise
  id: string
  /** null for a new one that has not been saved. */
  stored: Mistake | null
  draft: Draft
  /** It holds changes that are not saved. */
  edited: boolean
}

/**
 * Lays a mistake out, unless its author has changed something in what stands there.
 * @param language one more to lay out, for a mistake that is to exist in it, too
 */
export async function openDraft(
  ports: MistakePorts,
  exercise: Exercise,
  id: string,
  language: Language | null,
): Promise<OpenDraft> {
  const draft = ports.mistakeFiles.draft(exercise, id)
  const all = ports.solutions.mistakes(exercise)
  const stored = all.find((m) => m.id === id) ?? null
  const edited = draft.exists() && draft.isEdited()
  if (!stored && !draft.exists()) throw unknownMistake(exercise, id, all)
  if (stored && !edited) await layOut(ports, exercise, stored, draft)
  if (language && !draft.languages().includes(language)) {
    const { base } = parseHead(id, draft.head()).head
    draft.add(language, await treeOf(ports, exercise, language, baseOverlays(ports, exercise, language, base)))
    if (!edited) draft.settle()
  }
  return { exercise, id, stored, draft, edited }
}

export function unknownMistake({ slug }: Exercise, id: string, known: readonly Mistake[]): RunnerError {
  const ids = known.map((m) => m.id)
  return new RunnerError('unknown-mistake', { slug, id, nearest: nearest(id, ids) ?? undefined })
}

async function layOut(ports: MistakePorts, exercise: Exercise, mistake: Mistake, draft: Draft): Promise<void> {
  if (!isWhole(mistake))
    throw new RunnerError('mistake-unfit', {
      slug: exercise.slug,
      id: mistake.id,
      path: mistake.path,
      problems: mistake.problems.map((p) => `  ${p.message}`).join('\n'),
    })
  const trees = new Map<Language, string>()
  for (const language of mistake.languages) {
    const found = ports.solutions.in(exercise, language).find((s) => s.kind === 'mistake' && s.id === mistake.id)
    trees.set(language, await treeOf(ports, exercise, language, found?.overlays ?? []))
  }
  draft.lay(trees, renderHead(mistake.head))
}

/** What stands in the head of a new mistake until its author has written it; none of it can be saved. */
const openHead = 'Breaks: ?\nHint: ?\n'

/** Begins a mistake: the reference, for its author to change. */
export async function beginDraft(
  ports: MistakePorts,
  exercise: Exercise,
  id: string,
  language: Language | null,
): Promise<OpenDraft> {
  const { slug } = exercise
  if (!isMistakeId(id)) throw new RunnerError('mistake-id', { slug, id })
  const stored = ports.solutions.mistakes(exercise).find((m) => m.id === id)
  if (stored) throw new RunnerError('mistake-exists', { slug, id, path: stored.path })
  const folder = ports.source.solutionFolder(exercise)
  if (exercise.driver === 'git')
    throw new RunnerError('mistake-by-hand', { slug, id, path: `${folder}/mistakes/${id}/git/solve.sh` })
  const draft = ports.mistakeFiles.draft(exercise, id)
  if (draft.exists()) throw new RunnerError('draft-exists', { slug, id, path: draft.folder })
  const trees = new Map<Language, string>()
  for (const each of language ? [language] : languagesOf(exercise))
    trees.set(each, await treeOf(ports, exercise, each, baseOverlays(ports, exercise, each, 'reference')))
  draft.lay(trees, openHead)
  return { exercise, id, stored: null, draft, edited: false }
}

/** What a mistake does to its base: as stored, or as its draft stands. */
export async function changesOf(ports: MistakePorts, open: OpenDraft): Promise<DraftChanges> {
  const { exercise, stored, draft, edited, id } = open
  if (stored && !edited) return { changes: stored.changes, noText: [] }
  const { base } = parseHead(id, draft.head()).head
  const all: DraftChanges[] = []
  for (const language of draft.languages()) {
    const tree = await treeOf(ports, exercise, language, baseOverlays(ports, exercise, language, base))
    all.push(changesBetween(language, ports.trees.texts(tree), ports.trees.texts(draft.tree(language))))
    ports.trees.remove(tree)
  }
  return { changes: all.flatMap((c) => c.changes), noText: all.flatMap((c) => c.noText) }
}

export interface DraftChanges {
  changes: FileChange[]
  /** Files that a patch cannot hold. */
  noText: string[]
}

type TreeTexts = ReturnType<Trees['texts']>

function changesBetween(language: Language, base: TreeTexts, own: TreeTexts): DraftChanges {
  const known = new Set(base.noText)
  const paths = [...new Set([...base.texts.keys(), ...own.texts.keys()])].filter((path) => !known.has(path))
  return {
    changes: paths
      .map((path) => ({
        path: `${language}/${path}`,
        before: base.texts.get(path) ?? null,
        after: own.texts.get(path) ?? null,
      }))
      .filter(({ before, after }) => before !== after),
    noText: own.noText.filter((path) => !known.has(path)).map((path) => `${language}/${path}`),
  }
}

/** What is laid over the starter for the base of a mistake. */
export function baseOverlays(
  { solutions, source }: Pick<MistakePorts, 'solutions' | 'source'>,
  exercise: Exercise,
  language: Language,
  base: Base,
): Overlay[] {
  const found = solutions.in(exercise, language).find((s) => s.kind !== 'mistake' && s.id === base)
  if (found) return found.overlays
  const path = `${source.solutionFolder(exercise)}/${base}/${language}`
  throw new RunnerError('content-invalid', { problems: `  ${path}: is missing` })
}

export const treeOf = (
  ports: MistakePorts,
  exercise: Exercise,
  language: Language,
  overlays: readonly Overlay[],
): Promise<string> => ports.trees.build(planFor(ports.source, { exercise, language }, ''), overlays)
