import { languages, type Language } from '../../domain/exercise/exercise.ts'
import { isSkipped, storedPath } from '../../domain/submission/submission-paths.ts'
import { intakeLimits, type Incoming, type WantedWorks } from '../../domain/submission/submission.ts'
import { workIn, type Work } from '../../domain/submission/work.ts'
import { readEntries, stateOf, type RawEntry, type State } from './entries.ts'
import { refusedAsOddity, refuseLanguage } from './oddities.ts'
import type { PlacedEntry } from './read-folder.ts'
import { inBareRepository, type Asked } from './read-repository.ts'
import { parseVariantName, variantName, type VariantId } from '../../domain/exercise/variant.ts'
import { IntakeRefusal } from './refusal.ts'
import { rebuilt } from './repository-config.ts'

/** A workspace in a folder or an archive. */
interface PlacedWork {
  /** Ends in a slash; empty where the submission is the workspace. */
  root: string
  variant: VariantId
  entries: PlacedEntry[]
}

/** Takes the workspaces out of a folder or an archive: one state each, as old as the newest file that is taken. */
export async function readPlaced(all: readonly PlacedEntry[], { wanted, expected, now }: Asked): Promise<Incoming> {
  const places = placesIn(all, wanted)
  if (places.length === 0)
    throw new IntakeRefusal(
      'nothing-found',
      'It holds no workspace of an exercise of the set: a folder named like the exercise, or with its .exercise.json.',
    )
  const incoming: Incoming = { inside: '', receipt: null, works: [], oddities: [], leftOut: [] }
  const seen = new Set<string>()
  for (const place of places) {
    const { slug } = place.variant
    const name = variantName(place.variant)
    await refusedAsOddity(incoming.oddities, slug, async () => {
      refuseLanguage(place.variant, wanted.get(slug) ?? [])
      if (seen.has(name)) throw new IntakeRefusal('twice', 'It is in the submission twice.')
      seen.add(name)
      const { at, files, leftOut } = await readPlace(place, expected(place.variant), now.getTime())
      incoming.works.push({ ...place.variant, states: [{ at, order: null, files }] })
      incoming.leftOut.push(...leftOut.map(({ rule, message }) => ({ slug, rule, message })))
    })
  }
  return incoming
}

export const hasWorkspace = (all: readonly PlacedEntry[], wanted: WantedWorks): boolean =>
  placesIn(all, wanted).length > 0

async function readPlace(
  { root, entries }: PlacedWork,
  expected: ReadonlySet<string>,
  nowMs: number,
): Promise<State & { at: string }> {
  const work = workOf(entries, root)
  const { files, leftOut } = stateOf(work, work.refused ? [] : readEntries(work.taken), expected)
  if (files.length === 0) throw new IntakeRefusal('empty', 'It holds no file that a learner would have written.')
  const newest = Math.max(...work.taken.map((e) => e.modifiedMs))
  // Whole seconds, as everywhere else; a clock that runs ahead gives no time to come.
  const at = new Date(Math.floor(Math.min(newest, nowMs) / 1000) * 1000).toISOString()
  return { at, files: await inBareRepository((call) => rebuilt(call, files)), leftOut }
}

const workOf = (entries: readonly PlacedEntry[], root: string): Work<RawEntry & PlacedEntry> =>
  workIn(entries.map((e) => ({ ...e, path: storedPath(e.path.slice(root.length)) })))

/**
 * Workspaces by their .exercise.json, be it in a whole clone, and folders that are named like one, at the top or in one
 * folder of it.
 */
function placesIn(all: readonly PlacedEntry[], wanted: WantedWorks): PlacedWork[] {
  const marked = all
    .filter((e) => /^([^/]+\/){0,5}\.exercise\.json$/.test(e.path) && !isSkipped(e.path))
    .flatMap((e): Omit<PlacedWork, 'entries'>[] => {
      const variant = variantIn(e)
      return variant ? [{ root: e.path.slice(0, -'.exercise.json'.length), variant }] : []
    })
  const roots = new Set(marked.map((p) => p.root))
  const folders = new Set(
    all.flatMap((e) => [...e.path.matchAll(/\//g)].slice(0, 2).map((m) => e.path.slice(0, m.index + 1))),
  )
  const named = [...folders]
    .filter((f) => !roots.has(f))
    .flatMap((root): Omit<PlacedWork, 'entries'>[] => {
      const variant = variantOfFolder(root.split('/').at(-2) ?? '', wanted)
      // A folder of a workspace may be named like an exercise, too.
      return variant && ![...roots].some((r) => root.startsWith(r)) ? [{ root, variant }] : []
    })
  return [...marked, ...named]
    .filter(({ variant }) => wanted.has(variant.slug))
    .map((place) => ({ ...place, entries: all.filter((e) => e.path.startsWith(place.root)) }))
}

function variantIn(entry: PlacedEntry): VariantId | null {
  if (entry.kind !== 'file' || entry.size > intakeLimits.fileBytes) return null
  try {
    const { slug, language } = JSON.parse(entry.read().toString('utf8')) as Record<string, unknown>
    return typeof slug === 'string' && typeof language === 'string' ? parseVariantName(`${slug}@${language}`) : null
  } catch {
    return null
  }
}

function variantOfFolder(name: string, wanted: WantedWorks): VariantId | null {
  const full = parseVariantName(name)
  if (full) return full
  const allowed: readonly Language[] = wanted.get(name) ?? []
  const language = languages.find((l) => l === allowed[0])
  // Where more than one is allowed, the name alone does not tell which.
  return language !== undefined && allowed.length === 1 ? { slug: name, language } : null
}
