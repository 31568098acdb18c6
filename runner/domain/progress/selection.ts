import type { Catalog } from '../exercise/catalog.ts'
import { languagesOf, type AreaId, type Exercise, type Language } from '../exercise/exercise.ts'
import type { Variant } from '../exercise/variant.ts'
import { isPassed, progressOf, stateOf, type Progress } from './progress.ts'
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
 * Picks the next exercise that is not passed: those whose `requires` are passed first,
 * in catalog order; variants this machine cannot run are passed over and named.
 */
export function pickNext(input: SelectionInput): Selection {
  const open = openExercises(input)
  if (open.length === 0) return { kind: 'all-done' }
  const passedOver: PassedOver[] = []
  for (const exercise of input.inOrder === true ? open : unlockedFirst(open, input.progress)) {
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

function unlockedFirst(open: Exercise[], progress: Progress): Exercise[] {
  const unlocked = (e: Exercise): boolean => e.requires.every((slug) => isPassed(progress, slug))
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

/** The exercise that was worked on last, as long as it is started and not passed. */
export function unfinished(catalog: Catalog, progress: Progress): Variant | null {
  const current = progress.current
  const exercise = current && catalog.bySlug.get(current.slug)
  if (!current || !exercise || !(current.language in exercise.languages)) return null
  if (stateOf(progress, exercise.slug) === 'new') return null
  const done = progressOf(progress, current)?.passedAt ?? null
  return done === null ? { exercise, language: current.language } : null
}
