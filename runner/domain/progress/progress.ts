import * as v from 'valibot'
import { languages, type Language } from '../exercise/exercise.ts'
import type { VariantId } from '../exercise/variant.ts'

/**
 * What a learner did. The attempts journal (one event a line, appended) is the truth;
 * progress.json is derived from it, so that either file alone brings everything back.
 */

const language = v.picklist(languages)
const base = { at: v.string(), slug: v.string(), language }

const eventSchema = v.variant('event', [
  v.looseObject({ ...base, event: v.literal('started') }),
  v.looseObject({
    ...base,
    event: v.literal('attempt'),
    verdict: v.picklist(['passed', 'failed', 'broken', 'timed-out']),
    score: v.nullable(v.number()),
    /** Written before format 2 only, see `leftRed`. */
    mastered: v.exactOptional(v.boolean()),
    hints: v.array(v.string()),
    seed: v.number(),
    durationMs: v.number(),
  }),
  v.looseObject({ ...base, event: v.literal('hint'), id: v.string(), level: v.number() }),
  v.looseObject({ ...base, event: v.literal('gave-up') }),
  v.looseObject({ ...base, event: v.literal('reset') }),
  v.looseObject({ ...base, event: v.literal('undone'), state: v.string() }),
  v.looseObject({ ...base, event: v.literal('solution') }),
  v.looseObject({ ...base, event: v.literal('skipped') }),
  v.looseObject({ ...base, event: v.literal('resumed') }),
])
export type ProgressEvent = v.InferOutput<typeof eventSchema>

/** Decodes one line of the journal; null for a torn or unknown line, which is kept in the file and skipped. */
export function decodeEvent(line: string): ProgressEvent | null {
  try {
    const result = v.safeParse(eventSchema, JSON.parse(line))
    return result.success ? result.output : null
  } catch {
    return null
  }
}

export interface LanguageProgress {
  startedAt: string
  attempts: number
  /** Best witnessed score, null before the first one. */
  best: number | null
  /** The first attempt in which every case was green. */
  passedAt: string | null
  /** Moved on from without a pass, last time; it stays open. */
  skippedAt: string | null
  /** Taken up again after that. */
  resumed: boolean
  gaveUpAt: string | null
  /** Hint id → highest level shown on request. */
  hints: Record<string, number>
  /** Top hint of the newest attempt and how often in a row it was on top. */
  lastHint: { id: string; times: number } | null
  lastAttempt: { at: string; verdict: string; score: number | null } | null
  /** The saved state that the last `undo` brought back, until something else is done. */
  undoneTo: string | null
}

export interface Progress {
  formatVersion: 2
  current: { slug: string; language: Language } | null
  exercises: Record<string, Partial<Record<Language, LanguageProgress>>>
}

export const emptyProgress = (): Progress => ({ formatVersion: 2, current: null, exercises: {} })

/** Replays a journal; the same events give the same progress, whatever was in progress.json. */
export function replay(events: Iterable<ProgressEvent>): Progress {
  let progress = emptyProgress()
  for (const event of events) progress = recordEvent(progress, event)
  return progress
}

/** Adds one event; returns a new value. */
export function recordEvent(progress: Progress, event: ProgressEvent): Progress {
  const before = progressOf(progress, event) ?? fresh(event.at)
  const after = apply(before, event)
  const exercise = { ...progress.exercises[event.slug], [event.language]: after }
  return {
    ...progress,
    // Who skips an exercise while another is under way goes on with that one.
    current: event.event === 'skipped' ? progress.current : { slug: event.slug, language: event.language },
    exercises: { ...progress.exercises, [event.slug]: exercise },
  }
}

const fresh = (at: string): LanguageProgress => ({
  startedAt: at,
  attempts: 0,
  best: null,
  passedAt: null,
  skippedAt: null,
  resumed: false,
  gaveUpAt: null,
  hints: {},
  lastHint: null,
  lastAttempt: null,
  undoneTo: null,
})

function apply(p: LanguageProgress, event: ProgressEvent): LanguageProgress {
  switch (event.event) {
    case 'attempt':
      return applyAttempt(p, event)
    case 'hint':
      return { ...p, hints: { ...p.hints, [event.id]: Math.max(p.hints[event.id] ?? 0, event.level) } }
    case 'gave-up':
      return { ...p, gaveUpAt: p.gaveUpAt ?? event.at }
    case 'undone':
      return { ...p, undoneTo: event.state }
    case 'reset':
      return { ...p, undoneTo: null }
    case 'skipped':
      return p.passedAt === null ? { ...p, skippedAt: event.at, resumed: false } : p
    case 'resumed':
      return { ...p, resumed: p.skippedAt !== null }
    default:
      return p
  }
}

type Attempt = Extract<ProgressEvent, { event: 'attempt' }>

/**
 * Before format 2 an attempt was called passed from 80 points on, and the learner went on to the next exercise; whether
 * every case was green stood in `mastered`. With a red case it is now an exercise that was skipped.
 */
const leftRed = (e: Attempt): boolean => e.verdict === 'passed' && e.mastered === false

function applyAttempt(p: LanguageProgress, e: Attempt): LanguageProgress {
  const top = e.hints[0]
  const times = top !== undefined && p.lastHint?.id === top ? p.lastHint.times + 1 : 1
  const verdict = leftRed(e) ? 'failed' : e.verdict
  const passedAt = p.passedAt ?? (verdict === 'passed' ? e.at : null)
  return {
    ...p,
    attempts: p.attempts + 1,
    best: e.score === null ? p.best : Math.max(p.best ?? 0, e.score),
    passedAt,
    skippedAt: passedAt === null ? (p.skippedAt ?? (leftRed(e) ? e.at : null)) : null,
    resumed: passedAt === null && p.resumed,
    lastHint: top === undefined ? null : { id: top, times },
    lastAttempt: { at: e.at, verdict, score: e.score },
    undoneTo: null,
  }
}

export const progressOf = (progress: Progress, { slug, language }: VariantId): LanguageProgress | undefined =>
  progress.exercises[slug]?.[language]

export type ExerciseState = 'new' | 'started' | 'skipped' | 'passed'

/** Over all languages of an exercise: passed in one is passed, and skipped in one is skipped. */
export function stateOf(progress: Progress, slug: string): ExerciseState {
  const all = languagesWorkedIn(progress, slug)
  if (all.some((p) => p.passedAt !== null)) return 'passed'
  if (all.some((p) => p.skippedAt !== null)) return 'skipped'
  return all.length > 0 ? 'started' : 'new'
}

export const isPassed = (progress: Progress, slug: string): boolean => stateOf(progress, slug) === 'passed'

/** Nobody has to pass an exercise to go on to those that build on it: who skipped it has moved past it, too. */
export const isMovedPast = (progress: Progress, slug: string): boolean =>
  ['passed', 'skipped'].includes(stateOf(progress, slug))

/** When an exercise was skipped, in whatever language last; empty where it never was. */
export const lastSkipOf = (progress: Progress, slug: string): string =>
  languagesWorkedIn(progress, slug)
    .map((p) => p.skippedAt ?? '')
    .toSorted()
    .at(-1) ?? ''

/** The best score in any language; null before the first one. */
export function bestOf(progress: Progress, slug: string): number | null {
  const scores = languagesWorkedIn(progress, slug).flatMap((p) => p.best ?? [])
  return scores.length === 0 ? null : Math.max(...scores)
}

const languagesWorkedIn = (progress: Progress, slug: string): LanguageProgress[] =>
  Object.values(progress.exercises[slug] ?? {})
