import type { Rejection } from './grading.ts'

/** What one submission came to, as far as rejections go. */
export interface Taking {
  /** The name it was found under. */
  name: string
  learner: string
  works: readonly { slug: string }[]
  rejections: readonly Rejection[]
}

/**
 * The rejections of a class after more was taken in. What was said of a learner stands until a newer submission of
 * theirs is taken: of an exercise when that exercise is, of a submission as a whole when anything is. Of the same file
 * only what was found last stands.
 */
export function withTaken(before: readonly Rejection[], taken: readonly Taking[]): Rejection[] {
  const stands = (old: Rejection): boolean =>
    taken.every(
      ({ name, learner, works }) =>
        old.from !== name &&
        (old.learner !== learner || !works.some(({ slug }) => old.slug === null || old.slug === slug)),
    )
  const fresh = taken.flatMap(({ name, rejections }) => rejections.map((r) => ({ ...r, from: name })))
  const known = new Set(fresh.map(textOf))
  return [...before.filter((old) => stands(old) && !known.has(textOf(old))), ...fresh]
}

const textOf = ({ learner, slug, rule, message }: Rejection): string => JSON.stringify([learner, slug, rule, message])
