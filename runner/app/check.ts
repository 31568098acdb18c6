import { idOf, variantName, type Variant } from '../domain/exercise/variant.ts'
import { judge, type Judgement, type Outcome } from '../domain/judging/judge.ts'
import type { Verdict } from '../domain/judging/verdict.ts'
import { progressOf, type Progress, type ProgressEvent } from '../domain/progress/progress.ts'
import { RunnerError } from '../errors/runner-error.ts'
import { asInWorkspace } from './laid-paths.ts'
import { changedSentence, planFor } from './plan.ts'
import type {
  CatalogSource,
  Clock,
  HandedIn,
  ProgressStore,
  Readiness,
  RunOutcome,
  Runs,
  Snapshots,
  Workspaces,
} from './ports.ts'
import { shownHints, type ShownHint } from './shown-hints.ts'

export interface CheckPorts {
  source: CatalogSource
  store: ProgressStore
  workspaces: Workspaces
  snapshots: Snapshots
  handedIn: HandedIn
  clock: Clock
  readiness: () => Promise<Readiness>
  runs: () => Promise<Runs>
  /** The set in use keeps hints back. */
  hidesHints?: (slug: string) => boolean
  /** What a compiler says of types, as sentences; who has asked waits longer, and is always answered. */
  typeErrors?: (variant: Variant, folder: string, asked: boolean) => Promise<string[]>
}

export interface CheckResult extends Variant {
  judgement: Judgement
  /** Number of this attempt; null for a run that is not one (not-run). */
  attempt: number | null
  seed: number
  hints: ShownHint[]
  workspace: string
  progress: Progress
}

export interface WatchedCheck {
  result: CheckResult
  /** Settles when the files are saved, with what there is to say about that. */
  saved: Promise<string[]>
}

/**
 * Snapshot and run, at once → judge → record: one attempt at one variant. What the types say is told by request: reading them
 * takes longer than the check, and whoever typed the command waits for its end.
 */
export async function checkVariant(
  ports: CheckPorts,
  variant: Variant,
  seed?: number,
  { types = false } = {},
): Promise<CheckResult> {
  const { typeErrors, ...quick } = ports
  const { result, saved } = await checkWatched(quick, variant, seed, 0)
  result.judgement.warnings.push(...(await saved))
  if (types) result.judgement.warnings.push(...(await typesAskedFor(typeErrors, result)))
  return result
}

async function typesAskedFor(typeErrors: CheckPorts['typeErrors'], result: CheckResult): Promise<string[]> {
  const { verdict } = result.judgement
  if (verdict.kind === 'not-run' || !typeErrors) return []
  return doesNotLoad(verdict)
    ? ['Types: not read, because the program does not load.']
    : typeErrors(result, result.workspace, true)
}

/**
 * The same for somebody who has just saved a file: the verdict does not wait for the snapshot, which begins when the
 * run has ended or has taken `headStartMs`, whichever comes first (decisions/0005-snapshot-after-the-verdict.md).
 */
export async function checkWatched(
  ports: CheckPorts,
  variant: Variant,
  seed?: number,
  headStartMs = 150,
): Promise<WatchedCheck> {
  const missing = (await ports.readiness()).missing(variant)
  if (missing.length > 0)
    return { result: notRun(ports, variant, { kind: 'not-run', missing }), saved: Promise.resolve([]) }
  return ports.store.withLock(variantName(idOf(variant)), () =>
    attempt(ports, variant, seed ?? ports.clock.seed(), headStartMs),
  )
}

function notRun(ports: CheckPorts, variant: Variant, outcome: Outcome): CheckResult {
  const judgement = judge(variant.exercise.groups, outcome, [], new Map())
  const workspace = ports.workspaces.folder(idOf(variant))
  return { ...variant, judgement, attempt: null, seed: 0, hints: [], workspace, progress: ports.store.load() }
}

async function attempt(ports: CheckPorts, variant: Variant, seed: number, headStartMs: number): Promise<WatchedCheck> {
  const { exercise, language } = variant
  const workspace = ports.workspaces.folder(idOf(variant))
  refuseEmptied(ports, variant)
  const runs = await ports.runs()
  // What a run needs is loaded while the files are read.
  runs.warm()
  const number = (progressOf(ports.store.load(), idOf(variant))?.attempts ?? 0) + 1
  const running = runWork(ports, variant, runs, seed)
  const saved = headStart(running, headStartMs).then(() => save(ports, variant, `attempt ${number}`))
  // Whoever waits for it meets its failure; until then it must not count as unhandled.
  saved.catch(() => {})
  const { outcome, sources, remarks, missed } = await running
  // Again: it may have been removed meanwhile, as in a terminal beside watch mode, and that is nobody's attempt.
  refuseEmptied(ports, variant)
  const hints = ports.source.hints(exercise)
  const judgement = judge(exercise.groups, outcome, hints, sources)
  judgement.warnings.push(...remarks, ...(judgement.verdict.kind === 'passed' ? [] : await missed()))
  judgement.warnings.push(...changedWarning(ports, variant, workspace))
  const progress = ports.store.record(attemptEvent(ports, variant, judgement, seed))
  const told =
    ports.hidesHints?.(exercise.slug) === true
      ? []
      : shownHints(ports.source, exercise, judgement, hints, progressOf(progress, idOf(variant)))
  const typed = typeRemarks(ports, variant, judgement, workspace)
  return {
    result: { exercise, language, judgement, attempt: number, seed, hints: told, workspace, progress },
    saved: Promise.all([saved, typed]).then((remarks) => remarks.flat()),
  }
}

/** The tests are those of now; what was begun with an older brief or starter has to be told so. */
function changedWarning({ source, workspaces }: CheckPorts, variant: Variant, workspace: string): string[] {
  const changed = workspaces.changedSince(planFor(source, variant, workspace))
  return changed.length === 0 ? [] : [changedSentence(variant.exercise.slug, changed)]
}

/** After the run, which it must not slow down, and where it may help: not beside a pass, nor beside a syntax error. */
async function typeRemarks(
  { typeErrors }: CheckPorts,
  variant: Variant,
  { verdict }: Judgement,
  workspace: string,
): Promise<string[]> {
  const isRead = verdict.kind !== 'passed' && !doesNotLoad(verdict)
  return isRead && typeErrors ? typeErrors(variant, workspace, false).catch(() => []) : []
}

const doesNotLoad = (verdict: Verdict): boolean => verdict.kind === 'broken' && verdict.reason === 'does-not-load'

function refuseEmptied({ workspaces }: CheckPorts, variant: Variant): void {
  if (workspaces.isEmptied(idOf(variant))) throw new RunnerError('workspace-gone', { ...idOf(variant) })
}

interface WorkRun {
  outcome: RunOutcome
  sources: ReadonlyMap<string, string>
  remarks: string[]
  missed: () => Promise<string[]>
}

/** Runs exactly the files that would be handed in: what has its points here has them in a gradebook. */
async function runWork(ports: CheckPorts, variant: Variant, runs: Runs, seed: number): Promise<WorkRun> {
  const workspace = ports.workspaces.folder(idOf(variant))
  const { folder, remarks, missed, remove } = await ports.handedIn.lay(variant, workspace)
  const { exercise, language } = variant
  try {
    const [outcome] = await runs.run([{ exercise, language, folder, seed, ahead: true }])
    if (!outcome) throw new Error('the run gave no outcome')
    const sources = ports.workspaces.sources(folder)
    return { outcome: asInWorkspace(outcome, folder, workspace), sources, remarks, missed }
  } finally {
    remove()
  }
}

/** Waits until the run has ended, well or badly, or until its time alone is over. */
async function headStart(running: Promise<unknown>, ms: number): Promise<void> {
  if (ms === 0) return
  const ended = running.catch(() => {})
  await Promise.race([ended, new Promise<void>((resolve) => setTimeout(resolve, ms))])
}

async function save(ports: CheckPorts, variant: Variant, note: string): Promise<string[]> {
  const { skipped, damagedStore } = await ports.snapshots.take(idOf(variant), 'check', note)
  const large = skipped.map((file) => `${file} is over 20 MB; it is not part of the saved states.`)
  return damagedStore ? [...large, `The saved states could not be read; they were moved to ${damagedStore}.`] : large
}

function attemptEvent(ports: CheckPorts, variant: Variant, judgement: Judgement, seed: number): ProgressEvent {
  const { verdict, score, durationMs } = judgement
  if (verdict.kind === 'not-run') throw new Error('a run that was not run is no attempt')
  return {
    event: 'attempt',
    at: ports.clock.now().toISOString(),
    ...idOf(variant),
    verdict: verdict.kind,
    score: score?.total ?? null,
    hints: judgement.hints.map((h) => h.id),
    seed,
    durationMs,
  }
}
