import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { catalogSource } from '../adapters/files/catalog-source.ts'
import { workspaceSnapshots } from '../adapters/snapshots/workspace-snapshots.ts'
import { temporaryFolder } from '../adapters/files/for-others.ts'
import { removeForgottenCopies } from '../adapters/files/forgotten-copies.ts'
import { treesIn } from '../adapters/files/trees.ts'
import { workspacesIn } from '../adapters/files/workspaces.ts'
import { openLedger, type GroupLedger } from '../adapters/process/group-ledger.ts'
import { noMoreChildren } from '../adapters/process/no-more-children.ts'
import { onceStarterIsGone } from '../adapters/process/started-by.ts'
import { onceAskedToStop } from '../adapters/process/stop-signals.ts'
import { supervised } from '../adapters/process/supervisor.ts'
import { networkWatch } from '../adapters/process/network-watch.ts'
import { progressStore } from '../adapters/store/progress-store.ts'
import { readUsedSet } from '../adapters/store/used-set.ts'
import { writeProblem } from '../adapters/files/writing.ts'
import type { MachineReadiness } from '../adapters/readiness/readiness.ts'
import type {
  CatalogSource,
  Clock,
  HandedIn,
  MistakeFiles,
  NetworkWatch,
  ProgressStore,
  Runs,
  Snapshots,
  Solutions,
  Trees,
  Workspaces,
} from '../app/ports.ts'
import { languageName } from '../domain/exercise/exercise.ts'
import type { Variant } from '../domain/exercise/variant.ts'
import type { Catalog } from '../domain/exercise/catalog.ts'
import { formatProblem } from '../domain/decode.ts'
import { catalogOfSet, type ExerciseSet } from '../domain/sets/set.ts'
import { RunnerError } from '../errors/runner-error.ts'
import { handedIn } from './handed-in.ts'
import type { Settings } from './settings.ts'

/** Everything a command may use, wired once. What is expensive is opened at first use. */
export interface Context {
  settings: Settings
  source: CatalogSource
  /** Every sound exercise. One broken file never keeps a learner from the others; the gate is strict. */
  catalog: () => Catalog
  store: ProgressStore
  /** The set in use; null when there is none. */
  usedSet: () => ExerciseSet | null
  /** Its exercises as a catalog, in its order. */
  setCatalog: () => Catalog | null
  hidesHints: (slug: string) => boolean
  typeErrors: (variant: Variant, folder: string, asked: boolean) => Promise<string[]>
  workspaces: Workspaces
  snapshots: Snapshots
  handedIn: HandedIn
  trees: Trees
  solutions: () => Promise<Solutions>
  mistakeFiles: () => Promise<MistakeFiles>
  network: NetworkWatch
  clock: Clock
  /** `fresh` looks again, after something was installed. */
  readiness: (fresh?: boolean) => Promise<MachineReadiness>
  runs: () => Promise<Runs>
  /** Where the process groups that are started are written down. */
  ledger: () => GroupLedger
  /** A line of progress on stderr, where somebody watches. */
  say: (text: string) => void
  /** Rejects when the user presses Ctrl-C; by then everything that was started has been ended. */
  onInterrupt: () => Promise<never>
  close: () => Promise<void>
}

export function openContext(settings: Settings): Context {
  const { root, cache, workspace } = settings
  const source = catalogSource(root, join(cache, 'catalog.json'))
  const opened: {
    ledger: GroupLedger | null
    runs: Promise<Runs> | null
    readiness: Promise<MachineReadiness> | null
    set?: ExerciseSet | null
  } = { ledger: null, runs: null, readiness: null }
  const say = (text: string): void => void (settings.json || process.stderr.write(`${text}\n`))
  const ledger = (): GroupLedger => (opened.ledger ??= openWritable(cache))
  const readiness = (fresh = false): Promise<MachineReadiness> => {
    if (fresh) opened.readiness = null
    return (opened.readiness ??= import('../adapters/readiness/readiness.ts').then((m) =>
      m.openReadiness(cache, fresh),
    ))
  }
  const runs = async (): Promise<Runs> => {
    const { openRuns } = await import('../adapters/runs/runs.ts')
    const { toolsOf } = await readiness()
    // One more than there are processors: many suites wait for a time or an answer more than they compute.
    return openRuns({ root, cache, source, ledger: ledger(), toolsOf, workers: availableParallelism() + 1 })
  }
  const stop = (): void => endAll(opened.ledger)
  const usedSet = (): ExerciseSet | null =>
    opened.set === undefined ? (opened.set = readUsedSet(workspace)?.set ?? null) : opened.set
  const workspaces = workspacesIn({ folder: workspace, initRepository, buildRepository })
  const snapshots = workspaceSnapshots({ folderOf: workspaces.folder, stores: join(workspace, '.snapshots') })
  return {
    settings,
    source,
    catalog: () => loadCatalog(source),
    store: openStore(workspace, say),
    usedSet,
    setCatalog: () => setCatalog(usedSet(), source),
    hidesHints: (slug) => hidesHints(usedSet(), slug),
    typeErrors: (variant, folder, asked) => typeErrorsOf(cache, variant, folder, asked),
    workspaces,
    snapshots,
    handedIn: handedIn(source, snapshots, cache),
    trees: treesIn({ cache, buildRepository }),
    solutions: async () => (await import('../adapters/solutions/solutions.ts')).solutionsOf(source),
    mistakeFiles: async () => (await import('../adapters/solutions/mistake-files.ts')).mistakeFiles(settings, source),
    network: networkWatch,
    clock: { now: () => new Date(), seed: () => Math.floor(Math.random() * 2 ** 31) },
    readiness,
    runs: () => (opened.runs ??= runs()),
    ledger,
    say,
    onInterrupt: () => interrupted(stop),
    close: async () => {
      await (await opened.runs?.catch(() => null))?.close()
      stop()
    },
  }
}

const buildRepository = async (recipe: string, folder: string): Promise<void> =>
  (await import('../adapters/repositories/build-repository.ts')).buildRepository(recipe, folder)
const initRepository = async (folder: string, message: string): Promise<void> =>
  (await import('../adapters/repositories/workspace-repository.ts')).initWorkspaceRepository(folder, message)

const setCatalog = (set: ExerciseSet | null, source: CatalogSource): Catalog | null =>
  set && catalogOfSet(set, loadCatalog(source))

const hidesHints = (set: ExerciseSet | null, slug: string): boolean =>
  set?.rules.hints === 'hidden' && set.exercises.some((e) => e.slug === slug)

async function typeErrorsOf(cache: string, variant: Variant, folder: string, asked: boolean): Promise<string[]> {
  if (variant.language !== 'ts')
    return asked ? [`Types: nothing to tell, since this is ${languageName(variant.language)}.`] : []
  const { typeErrors } = await import('../adapters/toolchains/type-errors.ts')
  const state = join(cache, 'types', `${variant.exercise.slug}.json`)
  const { sentences, why } = await typeErrors(folder, state, asked ? 20_000 : 3_000)
  return asked && sentences.length === 0 ? [`Types: ${why}`] : sentences
}

function openWritable(cache: string): GroupLedger {
  try {
    // What killed runners left is no business of this command's: it never waits for it, nor fails by it.
    void removeForgottenCopies().catch(() => {})
    return supervised(openLedger(cache), temporaryFolder())
  } catch (error) {
    throw writeProblem(cache, error)
  }
}

function loadCatalog(source: CatalogSource): Catalog {
  const { catalog, problems } = source.load()
  if (catalog.bySlug.size > 0 || problems.length === 0) return catalog
  throw new RunnerError('content-invalid', { problems: problems.map(formatProblem).join('\n') })
}

const openStore = (folder: string, say: (text: string) => void): ProgressStore =>
  progressStore({
    folder,
    onWait: (what) => say(waitingFor(what)),
    onRebuilt: (kept) => say(rebuilt(kept)),
  })

const rebuilt = (kept: string): string =>
  `progress.json could not be read. It was worked out anew from the journal of your attempts; the old one is ${kept}.`

const waitingFor = (what: string): string => `Another run is working on ${what}. Waiting for it …`

/** The one way in which what was started ends, by Ctrl-C or with its command: nothing new, then nothing at all. */
function endAll(ledger: GroupLedger | null): void {
  noMoreChildren()
  ledger?.close()
}

/** Stops everything at once when the user asks for it; a run in the middle counts for nothing. */
function interrupted(stop: () => void): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  const end = (): void => {
    stop()
    reject(new RunnerError('interrupted'))
  }
  onceAskedToStop(end)
  onceStarterIsGone(end)
  return promise
}
