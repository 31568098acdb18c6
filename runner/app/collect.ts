import type { Catalog } from '../domain/exercise/catalog.ts'
import { languagesOf } from '../domain/exercise/exercise.ts'
import { byCodePoint } from '../domain/class/gradebook.ts'
import { isLearnerId } from '../domain/class/gradebook-roster.ts'
import type { Learner, Rejection } from '../domain/class/grading.ts'
import { inParallel } from '../domain/in-parallel.ts'
import { allowedLanguages, type ExerciseSet } from '../domain/sets/set.ts'
import type { Incoming, IncomingWork, Receipt, WantedWorks } from '../domain/submission/submission.ts'

/** One submission as it was found: the name it came under, and how to open it. */
export interface UnopenedSubmission {
  name: string
  open: () => Promise<Incoming>
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
}

/** A clock may run a little ahead; a state from tomorrow is an attempt at something. */
const mostAheadMs = 10 * 60_000

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
  const claims = new Map<string, string>()
  const opened = await inParallel(options.found, 2, async ({ name, open }) => {
    const incoming = await open()
    options.onProgress(++done, options.found.length)
    return keepOne({ ...options, claims }, name, incoming)
  })
  return opened.sort((a, b) => byCodePoint(a.learner, b.learner) || byCodePoint(a.name, b.name))
}

/** Learner → the submission that was taken for theirs by its receipt alone. */
type WithClaims = CollectOptions & { claims: Map<string, string> }

function keepOne(options: WithClaims, name: string, { receipt, works, oddities }: Incoming): Collected {
  const owner = ownerOf(name, receipt, options)
  const learner = owner.learner
  const set = receipt?.set ?? null
  if (owner.refused) return { name, learner, set, works: [], rejections: [{ learner, slug: null, ...owner.refused }] }
  const rejections: Rejection[] = oddities.map((oddity) => ({ learner, ...oddity }))
  const kept: Collected['works'] = []
  for (const work of works) {
    const ahead = work.states.find((s) => Date.parse(s.at) > options.now.getTime() + mostAheadMs)
    if (ahead)
      rejections.push({
        learner,
        slug: work.slug,
        rule: 'time-to-come',
        message: `A state of it says it was made at ${ahead.at}, which is still to come.`,
      })
    else kept.push({ slug: work.slug, language: work.language, states: options.keep(learner, work, receipt) })
  }
  return { name, learner, set, works: kept, rejections }
}

interface Owner {
  learner: string
  refused?: { rule: string; message: string }
}

/**
 * Whose submission it is: the name of the file says it; where that is nobody of the roster, the receipt may. A receipt
 * alone never takes over the place of somebody whose own file is there, and of two such receipts the first is heard.
 */
function ownerOf(name: string, receipt: Receipt | null, options: WithClaims): Owner {
  const { roster } = options
  const claimed = receipt?.learner.id ?? ''
  const byName = inRoster(name, roster)
  const byReceipt = inRoster(claimed, roster)
  if (byName && byReceipt && byName !== byReceipt) {
    return {
      learner: byName,
      refused: { rule: 'other-learner', message: `It came as "${byName}", and its receipt says "${byReceipt}".` },
    }
  }
  if (byName) return { learner: byName }
  if (byReceipt) return byReceiptAlone(name, byReceipt, options)
  if (roster.length > 0)
    return {
      learner: folderName(name),
      refused: { rule: 'not-in-roster', message: `"${folderName(name)}" is nobody of the roster.` },
    }
  if (isLearnerId(name)) return { learner: name }
  if (isLearnerId(claimed)) return byReceiptAlone(name, claimed, options)
  return {
    learner: folderName(name),
    refused: { rule: 'no-learner', message: 'Neither its name nor a receipt in it says whose it is.' },
  }
}

function byReceiptAlone(name: string, learner: string, { roster, found, claims }: WithClaims): Owner {
  const own = found.find((f) => (inRoster(f.name, roster) ?? f.name) === learner)?.name ?? claims.get(learner)
  if (own !== undefined)
    return {
      learner: folderName(name),
      refused: {
        rule: 'other-learner',
        message: `Its receipt says "${learner}", whose own submission is "${folderName(own)}".`,
      },
    }
  claims.set(learner, name)
  return { learner }
}

/** The id of whoever is meant by an id, an account, a school's id or an address. */
function inRoster(word: string, roster: readonly Learner[]): string | null {
  const folded = word.toLowerCase()
  if (folded === '') return null
  const same =
    roster.find((l) => l.id.toLowerCase() === folded) ??
    roster.find((l) => [l.github, l.sisId, l.email].some((w) => w !== '' && w.toLowerCase() === folded))
  return same?.id ?? null
}

/** Names somebody unknown in a rejection: readable, and safe to show. */
const folderName = (name: string): string => name.replaceAll(/[^A-Za-z0-9._@-]/g, '_').slice(0, 64) || '_'
