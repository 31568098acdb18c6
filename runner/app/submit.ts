import type { Catalog } from '../domain/exercise/catalog.ts'
import { languagesOf, type Language } from '../domain/exercise/exercise.ts'
import { variantName, type VariantId } from '../domain/exercise/variant.ts'
import { progressOf, type LanguageProgress, type Progress } from '../domain/progress/progress.ts'
import { allowedLanguages, type ExerciseSet } from '../domain/sets/set.ts'
import type { Receipt, ReceiptWork } from '../domain/submission/submission.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { AddedWork, Clock, ProgressStore, Snapshots, SubmissionPacker, Workspaces } from './ports.ts'

export interface SubmitPorts {
  store: ProgressStore
  workspaces: Workspaces
  snapshots: Snapshots
  packer: SubmissionPacker
  clock: Clock
}

export interface Submission {
  receipt: Receipt
  /** Exercises of the set that were never started. */
  notStarted: string[]
  /** What is not handed in, by slug, each with what to change. */
  remarks: string[]
  /** Exercises whose present state cannot be handed in. */
  refused: string[]
}

/**
 * Saves the present state of everything that is handed in and writes down what that is. Nothing in a workspace changes.
 */
export async function prepareSubmission(
  ports: SubmitPorts,
  catalog: Catalog,
  set: ExerciseSet | null,
  learner: Receipt['learner'],
): Promise<Submission> {
  const progress = ports.store.load()
  const variants = set ? variantsOfSet(set, catalog, progress) : startedVariants(progress)
  const works: ReceiptWork[] = []
  const remarks: string[] = []
  const refused: string[] = []
  for (const variant of variants) {
    const skipped = await saved(ports, variant)
    const added = await ports.packer.add(variant)
    remarks.push(...skipped, ...(added ? remarksOf(variant, added) : []))
    if (added?.presentIsRefused === true) refused.push(variantName(variant))
    if (added?.newest) works.push({ ...variant, ...added.newest, ...byJournal(progressOf(progress, variant)) })
  }
  if (works.length === 0 && refused.length === 0) throw new RunnerError('nothing-to-submit', { set: set?.name })
  const started = new Set([...works.map((w) => w.slug), ...refused.map((name) => name.split('@')[0])])
  return {
    receipt: {
      formatVersion: 1,
      learner,
      set: set && { id: set.id, version: set.version },
      submittedAt: ports.clock.now().toISOString(),
      works,
    },
    notStarted: set ? set.exercises.map((e) => e.slug).filter((slug) => !started.has(slug)) : [],
    remarks,
    refused,
  }
}

function remarksOf({ slug }: VariantId, { newest, leftOut, refused, presentIsRefused }: AddedWork): string[] {
  const end = !presentIsRefused
    ? 'These states are not handed in; the present one is.'
    : newest === null
      ? 'Nothing of this exercise is handed in.'
      : 'What you have now is not handed in, only states from before.'
  return [
    ...refused.map((message) => `${slug}: ${message}`),
    ...(refused.length > 0 ? [`${slug}: ${end}`] : []),
    ...leftOut.map((message) => `${slug}: ${message} It is left out.`),
  ]
}

function variantsOfSet(set: ExerciseSet, catalog: Catalog, progress: Progress): VariantId[] {
  return set.exercises.flatMap((entry) => {
    const exercise = catalog.bySlug.get(entry.slug)
    const allowed = exercise ? allowedLanguages(entry, languagesOf(exercise)) : []
    return allowed
      .filter((language) => progressOf(progress, { slug: entry.slug, language }))
      .map((language) => ({ slug: entry.slug, language }))
  })
}

const startedVariants = (progress: Progress): VariantId[] =>
  Object.entries(progress.exercises).flatMap(([slug, byLanguage]) =>
    (Object.keys(byLanguage) as Language[]).map((language) => ({ slug, language })),
  )

/** A workspace that was deleted is handed in as it was last saved. */
async function saved({ store, workspaces, snapshots }: SubmitPorts, id: VariantId): Promise<string[]> {
  if (!workspaces.exists(id)) return []
  const { skipped } = await store.withLock(variantName(id), () => snapshots.take(id, 'check', 'handed in'))
  return skipped.map((file) => `${id.slug}: ${file} is too large to be handed in, or cannot be read.`)
}

function byJournal(own: LanguageProgress | undefined): Pick<ReceiptWork, 'attempts' | 'hintsUsed' | 'minutesToPass'> {
  const ms = own?.passedAt ? Date.parse(own.passedAt) - Date.parse(own.startedAt) : null
  return {
    attempts: own?.attempts ?? 0,
    hintsUsed: Object.keys(own?.hints ?? {}),
    minutesToPass: ms === null ? null : Math.max(0, Math.round(ms / 60_000)),
  }
}
