import { nearest, type Catalog } from '../domain/exercise/catalog.ts'
import type { FileProblem } from '../domain/decode.ts'
import { isSlug, languageName, languagesOf } from '../domain/exercise/exercise.ts'
import { usualPassMark, type ExerciseSet, type SetExercise } from '../domain/sets/set.ts'
import { RunnerError } from '../errors/runner-error.ts'

export interface SetReport {
  /** The set cannot be used here. */
  problems: FileProblem[]
  /** It can, and whoever wrote it will want to know. */
  remarks: string[]
}

/**
 * Compares a set with the catalog: exercises that are not there, and those that have changed since they were put in.
 */
export function checkSet(
  file: string,
  set: ExerciseSet,
  catalog: Catalog,
  contentOf: (slug: string) => string,
): SetReport {
  const report: SetReport = { problems: [], remarks: [] }
  for (const [i, entry] of set.exercises.entries()) {
    const exercise = catalog.bySlug.get(entry.slug)
    const problem = (at: string, message: string): void =>
      void report.problems.push({ file, at: `exercises.${i}.${at}`, message })
    if (!exercise) {
      const near = nearest(entry.slug, catalog.bySlug.keys())
      problem('slug', `there is no exercise "${entry.slug}"${near === null ? '' : `; did you mean "${near}"?`}`)
      continue
    }
    const strange = entry.languages?.filter((l) => !(l in exercise.languages)) ?? []
    if (strange.length > 0)
      problem(
        'languages',
        `"${entry.slug}" does not exist in ${strange.map(languageName).join(', ')}; it exists in ${languagesOf(exercise).join(', ')}`,
      )
    if (entry.content !== undefined && entry.content !== contentOf(entry.slug))
      report.remarks.push(`${entry.slug} has changed since it was put into the set`)
    if (exercise.status === 'deprecated') report.remarks.push(`${entry.slug} is deprecated: next passes over it`)
  }
  return report
}

export interface NewSet {
  id: string
  /** null: made from the id. */
  name: string | null
  slugs: readonly string[]
}

/** What set check would refuse is not written in the first place. */
function requireForm(id: string, name: string | null): void {
  const refuse = (option: string, problem: string): never => {
    throw new RunnerError('option-value', { command: 'set', option, problem })
  }
  if (!isSlug(id))
    refuse(
      'new',
      `takes no id "${id}": lower-case words of letters and digits joined by hyphens, at most 40 characters`,
    )
  const length = name?.trim().length ?? 3
  if (length < 3 || length > 2000) refuse('--name', 'must have 3 to 2000 characters')
}

/** A set with the usual rules written out, so that whoever made it sees what can be changed. */
export function newSet(
  { id, name, slugs }: NewSet,
  catalog: Catalog,
  contentOf: (slug: string) => string,
): ExerciseSet {
  requireForm(id, name)
  const unknown = slugs.find((slug) => !catalog.bySlug.has(slug))
  if (unknown !== undefined)
    throw new RunnerError('unknown-exercise', {
      slug: unknown,
      nearest: nearest(unknown, catalog.bySlug.keys()) ?? undefined,
    })
  const exercises = [...new Set(slugs)].map((slug): SetExercise => ({ slug, content: contentOf(slug), weight: 1 }))
  return {
    formatVersion: 1,
    id,
    name: name ?? (id.length < 3 ? `Set ${id}` : id),
    description: '',
    version: 1,
    groups: [],
    exercises,
    passMark: usualPassMark,
    opensAt: null,
    closesAt: null,
    late: null,
    rules: { hints: 'shown', attempts: 'best' },
  }
}
