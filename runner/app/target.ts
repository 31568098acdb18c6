import { nearest, type Catalog } from '../domain/exercise/catalog.ts'
import {
  areaIds,
  languageName,
  languages,
  languagesOf,
  type AreaId,
  type Exercise,
  type Language,
} from '../domain/exercise/exercise.ts'
import type { Variant, VariantId } from '../domain/exercise/variant.ts'
import { progressOf, type Progress } from '../domain/progress/progress.ts'
import {
  isUnderWay,
  pickNext,
  startedLanguage,
  unfinished,
  type PassedOver,
  type ReadinessOf,
} from '../domain/progress/selection.ts'
import { RunnerError } from '../errors/runner-error.ts'

/** What a learner typed to say which exercise is meant. */
export interface AskedFor {
  slug?: string | undefined
  language?: string | undefined
  area?: string | undefined
}

export interface Target extends Variant {
  /** Exercises that came first but cannot run on this machine. */
  passedOver: PassedOver[]
}

export interface TargetInput {
  catalog: Catalog
  progress: Progress
  /** The variant whose workspace the command was started in. */
  here: VariantId | null
  wanted: AskedFor
  /** The exercises of the set in use, in its order; only an exercise that is named may be another. */
  set?: Catalog | null
}

/** The exercise named, or: the workspace one stands in, else the last one started. For commands on existing work. */
export function currentTarget(input: TargetInput): Target {
  const { catalog, progress, here, wanted } = input
  if (wanted.slug !== undefined) return named(input, wanted.slug)
  const current = here ?? progress.current
  const exercise = current && catalog.bySlug.get(current.slug)
  if (!current) throw new RunnerError('nothing-started')
  if (!exercise) throw new RunnerError('exercise-gone', { slug: current.slug })
  const language = languageOf(exercise, wanted.language) ?? current.language
  return { exercise, language, passedOver: [] }
}

/** What `next` works on: what is under way, else the next by prerequisites and order. */
export function nextTarget(input: TargetInput, readiness: ReadinessOf): Target | 'all-done' | PassedOver[] {
  const { progress, here, wanted } = input
  if (wanted.slug !== undefined) return named(input, wanted.slug, readiness)
  const catalog = input.set ?? input.catalog
  const area = areaOf(wanted.area)
  const language = knownLanguage(wanted.language)
  const fits = (p: Variant): boolean =>
    (area === undefined || p.exercise.area === area) && (language === undefined || p.language === language)
  const open = [openHere(catalog, progress, here), unfinished(catalog, progress)].find((p) => p !== null && fits(p))
  if (open) return { ...open, passedOver: [] }
  const inOrder = catalog === input.set
  const selection = pickNext({
    catalog,
    progress,
    readiness,
    inOrder,
    ...(area ? { area } : {}),
    ...(language ? { language } : {}),
  })
  if (selection.kind === 'all-done') return 'all-done'
  return selection.kind === 'picked' ? { ...selection.pick, passedOver: selection.passedOver } : selection.passedOver
}

function openHere(catalog: Catalog, progress: Progress, here: TargetInput['here']): Variant | null {
  const exercise = here && catalog.bySlug.get(here.slug)
  if (!here || !exercise) return null
  const own = progressOf(progress, here)
  const open = here.language in exercise.languages && (own === undefined || isUnderWay(own))
  return open ? { exercise, language: here.language } : null
}

function named({ catalog, progress, here, wanted }: TargetInput, word: string, readiness?: ReadinessOf): Target {
  const slug = word.split('/').at(-1) ?? ''
  const exercise = catalog.bySlug.get(slug)
  if (!exercise && (here?.slug === slug || slug in progress.exercises)) throw new RunnerError('exercise-gone', { slug })
  if (!exercise)
    throw new RunnerError('unknown-exercise', {
      slug: word,
      nearest: nearest(slug, catalog.bySlug.keys()) ?? undefined,
    })
  const started = here?.slug === slug ? here.language : startedLanguage(exercise, progress)
  const language = languageOf(exercise, wanted.language) ?? started ?? preferred(exercise, progress, readiness)
  return { exercise, language, passedOver: [] }
}

/** The language worked in last if the exercise has it, else the first this machine can run. */
function preferred(exercise: Exercise, progress: Progress, readiness: ReadinessOf = () => []): Language {
  const all = languagesOf(exercise)
  const last = progress.current?.language
  if (last && all.includes(last)) return last
  return all.find((l) => readiness({ exercise, language: l }).length === 0) ?? (all[0] as Language)
}

function languageOf(exercise: Exercise, wanted: string | undefined): Language | null {
  if (wanted === undefined) return null
  const language = languagesOf(exercise).find(
    (l) => l === wanted || languageName(l).toLowerCase() === wanted.toLowerCase(),
  )
  if (language) return language
  throw new RunnerError('unknown-language', {
    slug: exercise.slug,
    language: wanted,
    languages: languagesOf(exercise).join(', '),
  })
}

export function knownLanguage(wanted: string | undefined, command = 'next'): Language | undefined {
  if (wanted === undefined) return undefined
  const language = languages.find((l) => l === wanted || languageName(l).toLowerCase() === wanted.toLowerCase())
  if (language) return language
  throw new RunnerError('option-value', {
    command,
    option: '--lang',
    problem: `must be one of ${languages.join(', ')}`,
  })
}

export function areaOf(wanted: string | undefined): AreaId | undefined {
  if (wanted === undefined) return undefined
  const area = areaIds.find((id) => id === wanted.toLowerCase())
  if (area) return area
  throw new RunnerError('unknown-area', { area: wanted, areas: areaIds.join(', ') })
}
