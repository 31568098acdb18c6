import type { Catalog } from '../exercise/catalog.ts'
import { languagesOf, type AreaId, type Exercise, type Language } from '../exercise/exercise.ts'
import type { Variant } from '../exercise/variant.ts'
import {
  isMovedPast,
  isPassed,
  lastSkipOf,
  progressOf,
  stateOf,
  type LanguageProgress,
  type Progress,
} from './progress.ts'
import type { Missing } from '../judging/verdict.ts'

/** What this machine lacks for one variant; empty means ready. */
export type ReadinessOf = (variant: Variant) => readonly Missing[]

export interface PassedOver {
  slug: string
  missing: readonly Missing[]
}

export type Selection =
  | { kind: 'picked'; pick: Variant; passedOver: PassedOver[] }
  | { kind: 'nothing-ready'; passedOver: PassedOver[] }
  | { kind: 'all-done' }

export interface SelectionInput {
  catalog: Catalog
  progress: Progress
  readiness: ReadinessOf
  area?: AreaId
  language?: Language
  /** The catalog is a set's: its order stands, whatever exercises build on. */
  inOrder?: boolean
}

/**
 * Picks the next exercise that is not passed: those whose `requires` are passed or skipped first, in catalog order; what
 * was skipped comes after all others, the oldest skip first. Variants this machine cannot run are passed over and named.
 */
export function pickNext(input: SelectionInput): Selection {
  const open = openExercises(input)
  if (open.length === 0) return { kind: 'all-done' }
  const passedOver: PassedOver[] = []
  for (const exercise of inTurn(open, input)) {
    const pick = readyVariant(exercise, input)
    if (pick) return { kind: 'picked', pick, passedOver }
    passedOver.push({ slug: exercise.slug, missing: missingOf(exercise, input) })
  }
  return { kind: 'nothing-ready', passedOver }
}

function openExercises({ catalog, progress, area, language }: SelectionInput): Exercise[] {
  return [...catalog.bySlug.values()].filter(
    (e) =>
      e.status === 'active' &&
      (area === undefined || e.area === area) &&
      (language === undefined || language in e.languages) &&
      !isPassed(progress, e.slug),
  )
}

function inTurn(open: Exercise[], { progress, inOrder = false }: SelectionInput): Exercise[] {
  const isSkipped = (e: Exercise): boolean => stateOf(progress, e.slug) === 'skipped'
  const others = open.filter((e) => !isSkipped(e))
  const skipped = open.filter(isSkipped).toSorted((a, b) => {
    const [first, second] = [lastSkipOf(progress, a.slug), lastSkipOf(progress, b.slug)]
    return first < second ? -1 : Number(first > second)
  })
  return [...(inOrder ? others : unlockedFirst(others, progress)), ...skipped]
}

function unlockedFirst(open: Exercise[], progress: Progress): Exercise[] {
  const unlocked = (e: Exercise): boolean => e.requires.every((slug) => isMovedPast(progress, slug))
  return [...open.filter(unlocked), ...open.filter((e) => !unlocked(e))]
}

function readyVariant(exercise: Exercise, input: SelectionInput): Variant | null {
  const language = candidates(exercise, input).find((l) => input.readiness({ exercise, language: l }).length === 0)
  return language ? { exercise, language } : null
}

const missingOf = (exercise: Exercise, input: SelectionInput): readonly Missing[] =>
  candidates(exercise, input)
    .flatMap((language) => input.readiness({ exercise, language }))
    .slice(0, 1)

function candidates(exercise: Exercise, { language, progress }: SelectionInput): Language[] {
  if (language !== undefined) return [language]
  const started = startedLanguage(exercise, progress)
  if (started) return [started]
  const last = progress.current?.language
  // Who works in Python goes on in Python where the exercise has it.
  return languagesOf(exercise).sort((a, b) => Number(b === last) - Number(a === last))
}

/** The language of an exercise that was started last and is not passed, else the first one started. */
export function startedLanguage(exercise: Exercise, progress: Progress): Language | null {
  if (progress.current?.slug === exercise.slug) return progress.current.language
  const own = (language: Language) => progressOf(progress, { slug: exercise.slug, language })
  const started = languagesOf(exercise).filter(own)
  return started.find((l) => own(l)?.passedAt === null) ?? started[0] ?? null
}

/** Work goes on with it: it is not passed, and who skipped it has taken it up again. */
export const isUnderWay = (own: LanguageProgress): boolean =>
  own.passedAt === null && (own.skippedAt === null || own.resumed)

/** The exercise that was worked on last, as long as it is under way. */
export function unfinished(catalog: Catalog, progress: Progress): Variant | null {
  const current = progress.current
  const exercise = current && catalog.bySlug.get(current.slug)
  if (!current || !exercise || !(current.language in exercise.languages)) return null
  const own = progressOf(progress, current)
  return own && isUnderWay(own) ? { exercise, language: current.language } : null
}
