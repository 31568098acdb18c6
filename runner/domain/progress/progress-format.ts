import * as v from 'valibot'
import { withoutMark } from '../decode.ts'
import { emptyProgress, type LanguageProgress, type Progress } from './progress.ts'

export type MigratedProgress =
  | { kind: 'ok'; progress: Progress; unknown: Record<string, unknown> }
  | { kind: 'newer'; format: number }
  | { kind: 'unreadable'; reason: string }

const present = 2
const known = new Set(['formatVersion', 'current', 'exercises'])

const languageProgress = v.looseObject({
  startedAt: v.string(),
  attempts: v.fallback(v.number(), 0),
  best: v.fallback(v.nullable(v.number()), null),
  passedAt: v.fallback(v.nullable(v.string()), null),
  skippedAt: v.fallback(v.nullable(v.string()), null),
  resumed: v.fallback(v.boolean(), false),
  gaveUpAt: v.fallback(v.nullable(v.string()), null),
  hints: v.fallback(v.record(v.string(), v.number()), {}),
  lastHint: v.fallback(v.nullable(v.object({ id: v.string(), times: v.number() })), null),
  lastAttempt: v.fallback(
    v.nullable(v.object({ at: v.string(), verdict: v.string(), score: v.nullable(v.number()) })),
    null,
  ),
  undoneTo: v.fallback(v.nullable(v.string()), null),
})

const progressSchema = v.looseObject({
  formatVersion: v.literal(present),
  current: v.fallback(v.nullable(v.looseObject({ slug: v.string(), language: v.string() })), null),
  exercises: v.record(v.string(), v.record(v.string(), languageProgress)),
})

/** Reads progress.json of any format up to the present one. */
export function migrateProgress(text: string): MigratedProgress {
  let value: unknown
  try {
    value = JSON.parse(withoutMark(text))
  } catch (error) {
    return { kind: 'unreadable', reason: `it is not JSON (${(error as Error).message})` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'unreadable', reason: 'it is not an object' }
  const format = Number((value as Record<string, unknown>)['formatVersion'] ?? 0)
  if (format > present) return { kind: 'newer', format }
  const old = value as Record<string, unknown>
  if (format === 0) return decode(fromFormat1(fromFormat0(old)))
  return decode(format === 1 ? fromFormat1(old) : old)
}

function decode(value: unknown): MigratedProgress {
  const result = v.safeParse(progressSchema, value)
  if (!result.success) {
    const issue = result.issues[0]
    return { kind: 'unreadable', reason: `${v.getDotPath(issue) ?? 'it'}: ${issue.message}` }
  }
  const unknown = Object.fromEntries(Object.entries(result.output).filter(([key]) => !known.has(key)))
  const { current, exercises } = result.output as unknown as Progress
  return { kind: 'ok', progress: { ...emptyProgress(), current, exercises }, unknown }
}

/** Format 0 kept one flat record for each slug: { language, startedAt, passedAt?, best? }. */
function fromFormat0(value: Record<string, unknown>): Record<string, unknown> {
  const exercises: Record<string, Record<string, Format1>> = {}
  const rest: Record<string, unknown> = {}
  for (const [key, entry] of Object.entries(value)) {
    if (key === 'formatVersion') continue
    const old = entry as { language?: string; startedAt?: string; passedAt?: string; best?: number } | null
    if (typeof old !== 'object' || typeof old?.startedAt !== 'string') rest[key] = entry
    else
      exercises[key] = {
        [old.language ?? 'ts']: {
          startedAt: old.startedAt,
          passedAt: old.passedAt ?? null,
          masteredAt: old.best === 100 ? (old.passedAt ?? null) : null,
          best: old.best ?? null,
        },
      }
  }
  return { ...rest, formatVersion: 1, current: null, exercises }
}

type Format1 = Partial<LanguageProgress> & { masteredAt?: string | null }

/**
 * Format 1 said `passedAt` from 80 points on and `masteredAt` when every case was green, which alone is passed now. What
 * was passed with a red case was moved on from: it is skipped. The same comes of replaying the journal.
 */
function fromFormat1(value: Record<string, unknown>): Record<string, unknown> {
  const { exercises } = value
  return {
    ...value,
    formatVersion: present,
    exercises: isObject(exercises) ? eachOf(exercises, eachLanguage) : exercises,
  }
}

const eachLanguage = (byLanguage: unknown): unknown =>
  isObject(byLanguage) ? eachOf(byLanguage, (own) => (isObject(own) ? languageFromFormat1(own) : own)) : byLanguage

function languageFromFormat1({ masteredAt = null, ...own }: Format1): Partial<LanguageProgress> {
  const { passedAt = null, lastAttempt = null } = own
  const isRed = lastAttempt?.verdict === 'passed' && lastAttempt.score !== 100
  return {
    ...own,
    passedAt: masteredAt,
    skippedAt: masteredAt === null ? passedAt : null,
    lastAttempt: lastAttempt && isRed ? { ...lastAttempt, verdict: 'failed' } : lastAttempt,
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const eachOf = (value: Record<string, unknown>, change: (own: unknown) => unknown): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([key, own]) => [key, change(own)]))
