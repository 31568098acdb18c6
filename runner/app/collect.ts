import type { Catalog } from '../domain/exercise/catalog.ts'
import { languagesOf } from '../domain/exercise/exercise.ts'
import { byCodePoint } from '../domain/class/gradebook.ts'
import type { Learner, Rejection } from '../domain/class/grading.ts'
import { ownerOf, type Batch } from '../domain/class/owner.ts'
import { clockRemarks } from '../domain/class/told-times.ts'
import { inParallel } from '../domain/in-parallel.ts'
import { allowedLanguages, type ExerciseSet } from '../domain/sets/set.ts'
import {
  isAhead,
  type Incoming,
  type IncomingWork,
  type Receipt,
  type WantedWorks,
} from '../domain/submission/submission.ts'

/** One submission as it was found: the name it came under, and how to open it. */
export interface UnopenedSubmission {
  name: string
  /** More than one where it holds those of several learners, or several of one. */
  open: () => Promise<Incoming[]>
}

export interface CollectOptions {
  found: readonly UnopenedSubmission[]
  roster: readonly Learner[]
  keep: (learner: string, work: IncomingWork, receipt: Receipt | null) => number
  now: Date
  onProgress: (done: number, total: number) => void
}

/** What became of one submission. */
export interface Collected {
  name: string
  learner: string
  /** The set that the receipt says it was made for; null where there is none. */
  set: Receipt['set']
  works: { slug: string; language: string; states: number }[]
  rejections: Rejection[]
  /** Single files that are no part of what was taken. */
  leftOut: Rejection[]
  /** What its times tell of the clock they were taken from, in sentences. */
  clock: string[]
}

/** Slug → languages that may be handed in, of what the catalog has of a set. */
export const wantedOf = (set: ExerciseSet, { bySlug }: Pick<Catalog, 'bySlug'>): WantedWorks =>
  new Map(
    set.exercises.flatMap((entry) => {
      const exercise = bySlug.get(entry.slug)
      return exercise ? [[entry.slug, allowedLanguages(entry, languagesOf(exercise))] as const] : []
    }),
  )

/** Learners whose work was taken and whose receipt names another set, or another version of it. */
export const madeForAnother = (
  collected: readonly Collected[],
  { id, version }: Pick<ExerciseSet, 'id' | 'version'>,
): string[] =>
  collected.flatMap(({ learner, set, works }) =>
    works.length === 0 || set === null || (set.id === id && set.version === version)
      ? []
      : [`${learner} (${set.id}, version ${set.version})`],
  )

/** Takes in every submission; what one of them holds never keeps another from being taken. */
export async function collect(options: CollectOptions): Promise<Collected[]> {
  let done = 0
  const batch: Batch = { roster: options.roster, names: options.found.map((f) => f.name), claims: new Map() }
  const opened = await inParallel(options.found, 2, async ({ name, open }) => {
    const all = await open()
    options.onProgress(++done, options.found.length)
    return { name, all }
  })
  return opened
    .flatMap(({ name, all }) => all.map((incoming) => keepOne(options, batch, name, incoming)))
    .sort((a, b) => byCodePoint(a.learner, b.learner) || byCodePoint(a.name, b.name))
}

function keepOne(options: CollectOptions, batch: Batch, found: string, incoming: Incoming): Collected {
  const { receipt, works, oddities, inside } = incoming
  const { learner, refused } = ownerOf({ name: found, inside, receipt: receipt?.learner.id ?? '' }, batch)
  const name = inside === '' ? found : `${found}/${inside}`
  const set = receipt?.set ?? null
  if (refused)
    return { name, learner, set, works: [], rejections: [{ learner, slug: null, ...refused }], leftOut: [], clock: [] }
  const rejections: Rejection[] = oddities.map((oddity) => ({ learner, ...oddity }))
  const kept: Collected['works'] = []
  const clock = works.flatMap((work) => clockRemarks(work, receipt))
  for (const work of works) {
    const ahead = work.states.filter((s) => isAhead(s.at, options.now))
    if (ahead.length > 0) rejections.push({ learner, slug: work.slug, ...fromTomorrow(ahead) })
    const states = work.states.filter((s) => !ahead.includes(s))
    if (states.length === 0) continue
    const count = options.keep(learner, { ...work, states }, receipt)
    kept.push({ slug: work.slug, language: work.language, states: count })
  }
  const leftOut = incoming.leftOut.map((one) => ({ learner, ...one }))
  return { name, learner, set, works: kept, rejections, leftOut, clock }
}

function fromTomorrow(ahead: readonly { at: string }[]): Pick<Rejection, 'rule' | 'message'> {
  const which =
    ahead.length === 1 ? 'A state of it says it was' : `${ahead.length} states of it say they were, the last,`
  return { rule: 'time-to-come', message: `${which} made at ${ahead.at(-1)?.at}, which is still to come.` }
}
