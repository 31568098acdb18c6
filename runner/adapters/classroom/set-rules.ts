import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Catalog } from '../../domain/exercise/catalog.ts'
import type { FileProblem } from '../../domain/decode.ts'
import type { GradebookRules } from '../../domain/class/gradebook.ts'
import type { LatePenalty } from '../../domain/class/gradebook-cell.ts'
import type { CountedTime } from '../../domain/class/told-times.ts'
import { inTimeUntil, latenessOf, pointsKept } from '../../domain/sets/late.ts'
import { decodeSet, setTimes, type ExerciseSet } from '../../domain/sets/set.ts'
import { instantOf } from '../../domain/sets/set-time.ts'
import { RunnerError } from '../../errors/runner-error.ts'

/** The set of a class folder, with titles and groups of its exercises from the catalog. */
export function readRules(
  folder: string,
  { bySlug }: Pick<Catalog, 'bySlug'>,
): { rules: GradebookRules; late: LatePenalty; time: CountedTime } {
  const set = readSet(folder)
  const exercises = set.exercises.map(({ slug, weight }) => {
    const exercise = bySlug.get(slug)
    return {
      slug,
      weight,
      title: exercise?.title ?? slug,
      groups: exercise?.groups.map((g) => ({ id: g.id, weight: g.weight })) ?? [],
    }
  })
  const {
    id,
    version,
    name,
    passMark,
    rules: { attempts, time = 'made' },
  } = set
  const { closesAt } = setTimes(set)
  return {
    rules: {
      id,
      version: String(version),
      title: name,
      passMark,
      closesAt,
      inTimeUntil: lastInTime(set),
      attempts,
      exercises,
    },
    late: penaltyOf(set),
    time,
  }
}

function readSet(folder: string): ExerciseSet {
  const file = join(folder, 'set.json')
  if (!existsSync(file)) throw new RunnerError('class-folder', { path: folder, reason: 'it has no set.json' })
  const decoded = decodeSet(file, readFileSync(file, 'utf8'))
  if (decoded.ok) return decoded.value
  throw new RunnerError('class-folder', {
    path: folder,
    reason: `its set.json does not fit: ${decoded.problems.map(shortProblem).join('; ')}`,
  })
}

const shortProblem = ({ at, message }: FileProblem): string => (at === '' ? message : `"${at}" ${message}`)

const lastInTime = ({ closesAt, late }: ExerciseSet): string | null =>
  closesAt === null ? null : new Date(inTimeUntil(closesAt, late?.graceMinutes ?? 0)).toISOString()

function penaltyOf({ closesAt, late }: ExerciseSet): LatePenalty {
  // Asking a zone's clock is slow, and most work of a large class is in time.
  const close = closesAt === null ? Infinity : instantOf(closesAt)
  return (score, at) => {
    if (Date.parse(at) <= close) return { minutes: 0, score }
    const lateness = latenessOf(closesAt, at, late?.graceMinutes)
    return { minutes: lateness.minutes, score: late === null ? score : pointsKept(score, lateness, late) }
  }
}
