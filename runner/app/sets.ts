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
  name: string
  slugs: readonly string[]
}

/** A set with the usual rules written out, so that whoever made it sees what can be changed. */
export function newSet(
  { id, name, slugs }: NewSet,
  catalog: Catalog,
  contentOf: (slug: string) => string,
): ExerciseSet {
  if (!isSlug(id)) throw new RunnerError('slug-form', { slug: id })
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
    name,
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
