import * as v from 'valibot'
import type { Catalog } from '../exercise/catalog.ts'
import { decodeJson, type Decoded } from '../decode.ts'
import { isSlug, languages, languagesOf, type Exercise, type Language } from '../exercise/exercise.ts'
import { instantOf, isoOf, setTimeSchema, type SetTime } from './set-time.ts'

/**
 * The set file: exercises given out together, and the rules they are graded by. Its JSON Schema is
 * exercises/sets/set.schema.json.
 */

const id = v.pipe(v.string(), v.check(isSlug, 'must be lower-case words joined by hyphens, at most 40 characters'))
const sentence = v.pipe(v.string(), v.trim(), v.minLength(3), v.maxLength(2000))
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100))
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000))

/** What editors show beside a field. */
const about = <S extends v.GenericSchema>(text: string, schema: S) => v.pipe(schema, v.description(text))

const groupSchema = v.strictObject({
  id: about('What exercises name it by; lower-case words joined by hyphens.', id),
  name: about('What learners read above its exercises.', sentence),
})

const exerciseSchema = v.strictObject({
  slug: about('An exercise of the catalog.', id),
  content: v.optional(
    about(
      'What the exercise was when it was put in; set check tells when it has changed.',
      v.pipe(v.string(), v.regex(/^content-[0-9a-f]{32}$/, 'must be "content-" and 32 hexadecimal digits')),
    ),
  ),
  languages: v.optional(
    about(
      'Languages that may be handed in; without it all of the exercise.',
      v.pipe(v.array(v.picklist(languages)), v.minLength(1)),
    ),
  ),
  weight: v.optional(
    about('Its part of the mark, in proportion to the others.', v.pipe(v.number(), v.minValue(0), v.maxValue(1000))),
    1,
  ),
  group: v.optional(about('The id of a group.', id)),
})

const lateSchema = v.strictObject({
  graceMinutes: v.optional(about('Minutes after the close that count as in time.', count), 0),
  percentPerDay: v.optional(about('Percent of the points for each day begun after the close.', percent), 0),
  capPercent: v.optional(about('The most that is taken off, in percent.', percent), 100),
  lateDays: v.optional(about('Days after the close that cost a learner nothing.', count), 0),
})

const rulesSchema = v.strictObject({
  hints: v.optional(
    about('hidden: a check says what failed, and nothing more.', v.picklist(['shown', 'hidden'])),
    'shown',
  ),
  solutions: v.optional(
    about(
      'When the reference may be seen; without it after a pass or a give-up.',
      v.picklist(['after-pass', 'after-close', 'never']),
    ),
  ),
  attempts: v.optional(
    about(
      'Which state counts: the one worth most after the late policy, or the last one in time, or of all where that is worth more.',
      v.picklist(['best', 'last']),
    ),
    'best',
  ),
  time: v.optional(
    about(
      'When a state counts as handed in: made, by the learner’s own clock, or received, when collect first took it in; without it made.',
      v.picklist(['made', 'received']),
    ),
  ),
})

/** The share of all points from which a set usually gives credit. It decides about credit alone: passed is every case green. */
export const usualPassMark = 80

const unique = <T>(values: readonly T[]): boolean => new Set(values).size === values.length

export const setSchema = v.strictObject({
  $schema: v.optional(about('Where editors find this schema.', v.string())),
  formatVersion: about('The format of this file.', v.literal(1)),
  id: about('Lower-case words joined by hyphens.', id),
  name: about('What learners read; three letters or more.', sentence),
  description: v.optional(about('A few sentences for learners.', v.pipe(v.string(), v.trim(), v.maxLength(2000))), ''),
  version: about(
    'Raised by whoever changes the set; results say which version they are of.',
    v.pipe(v.number(), v.integer(), v.minValue(1)),
  ),
  groups: v.optional(
    about(
      'Parts of the set in their order, such as weeks.',
      v.pipe(
        v.array(groupSchema),
        v.check((groups) => unique(groups.map((g) => g.id)), 'a group id stands twice'),
      ),
    ),
    [],
  ),
  exercises: about(
    'In the order they are worked on.',
    v.pipe(
      v.array(exerciseSchema),
      v.minLength(1, 'must name at least one exercise'),
      v.maxLength(300),
      v.check((list) => unique(list.map((e) => e.slug)), 'an exercise stands twice'),
    ),
  ),
  passMark: v.optional(
    about('Share of all points, in percent, from which the set gives credit.', percent),
    usualPassMark,
  ),
  opensAt: v.optional(
    about('When work on it begins: next offers nothing of it before.', v.nullable(setTimeSchema)),
    null,
  ),
  closesAt: v.optional(about('Until when work is in time.', v.nullable(setTimeSchema)), null),
  late: v.optional(
    about('null: work after the close keeps its points, and is marked late.', v.nullable(lateSchema)),
    null,
  ),
  rules: v.optional(about('What learners see, and which state counts.', rulesSchema), {}),
})

export type ExerciseSet = v.InferOutput<typeof setSchema>
export type SetExercise = ExerciseSet['exercises'][number]

/** Reads a set file; besides its form, what only the whole of it tells: known groups, a close after the opening. */
export function decodeSet(file: string, text: string): Decoded<ExerciseSet> {
  const decoded = decodeJson(file, text, setSchema)
  if (!decoded.ok) return decoded
  const problems = inconsistencies(decoded.value).map(({ at, message }) => ({ file, at, message }))
  return problems.length > 0 ? { ok: false, problems } : decoded
}

interface Inconsistency {
  at: string
  message: string
}

function inconsistencies({ groups, exercises, opensAt, closesAt, late, rules }: ExerciseSet): Inconsistency[] {
  const known = new Set(groups.map((g) => g.id))
  const strangers = exercises.flatMap(({ group }, i) =>
    group === undefined || known.has(group)
      ? []
      : [{ at: `exercises.${i}.group`, message: `there is no group "${group}"` }],
  )
  const backwards = opensAt !== null && closesAt !== null && instantOf(opensAt) >= instantOf(closesAt)
  return [
    ...strangers,
    ...(backwards ? [{ at: 'closesAt', message: 'must be after opensAt' }] : []),
    ...(late !== null && closesAt === null ? [{ at: 'late', message: 'needs closesAt' }] : []),
    ...(rules.solutions === 'after-close' && closesAt === null
      ? [{ at: 'rules.solutions', message: '"after-close" needs closesAt' }]
      : []),
    ...(exercises.every((e) => e.weight === 0)
      ? [{ at: 'exercises', message: 'at least one weight must be above 0' }]
      : []),
  ]
}

/** The languages in which an exercise of a set may be handed in. */
export const allowedLanguages = (exercise: SetExercise, offered: readonly Language[]): Language[] =>
  offered.filter((language) => exercise.languages?.includes(language) ?? true)

const told = (time: SetTime | null): string | null => (time === null ? null : isoOf(time))

/** Opening and close as instants in UTC, null where there is none. */
export const setTimes = ({ opensAt, closesAt }: Pick<ExerciseSet, 'opensAt' | 'closesAt'>) => ({
  opensAt: told(opensAt),
  closesAt: told(closesAt),
})

/** `true` before the opening of a set. */
export const isNotOpenYet = ({ opensAt }: Pick<ExerciseSet, 'opensAt'>, nowMs: number): boolean =>
  opensAt !== null && nowMs < instantOf(opensAt)

/** Whether the set's rules let a learner see the reference of one of its exercises now. */
export function solutionRule(
  set: ExerciseSet,
  passed: boolean,
  nowMs: number,
): 'open' | 'after-pass' | 'after-close' | 'never' {
  switch (set.rules.solutions) {
    case 'never':
      return 'never'
    case 'after-close':
      return set.closesAt !== null && nowMs <= instantOf(set.closesAt) ? 'after-close' : 'open'
    case 'after-pass':
      return passed ? 'open' : 'after-pass'
    default:
      return 'open'
  }
}

/** The exercises of a set that the catalog has, in the set's order and in the languages it allows. */
export function catalogOfSet(set: ExerciseSet, catalog: Catalog): Catalog {
  const inOrder = set.exercises.flatMap((entry): [string, Exercise][] => {
    const exercise = catalog.bySlug.get(entry.slug)
    if (!exercise) return []
    const allowed = allowedLanguages(entry, languagesOf(exercise))
    const kept = Object.fromEntries(
      Object.entries(exercise.languages).filter(([language]) => allowed.includes(language as Language)),
    ) as Exercise['languages']
    return allowed.length === 0 ? [] : [[entry.slug, { ...exercise, languages: kept }]]
  })
  return { areas: catalog.areas, bySlug: new Map(inOrder) }
}
