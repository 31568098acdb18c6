import type { Catalog } from '../domain/exercise/catalog.ts'
import type { FileProblem } from '../domain/decode.ts'
import type { Exercise, Language, RunRecipe } from '../domain/exercise/exercise.ts'
import type { ContentProblem } from '../domain/gate/content-rules.ts'
import type { Base } from '../domain/gate/mistake-head.ts'
import type { Mistake } from '../domain/gate/mistake.ts'
import type { Variant, VariantId } from '../domain/exercise/variant.ts'
import type { Hint } from '../domain/judging/hint.ts'
import type { Equivalent } from '../domain/mutation/equivalent.ts'
import type { Syntax } from '../domain/mutation/syntax.ts'
import type { Progress, ProgressEvent } from '../domain/progress/progress.ts'
import type { RunFacts } from '../domain/judging/run-facts.ts'
import type { ScaffoldPlan } from '../domain/exercise/scaffold.ts'
import type { Receipt, ReceiptWork } from '../domain/submission/submission.ts'
import type { Missing } from '../domain/judging/verdict.ts'

/** All ports on one page: what the use cases need from the outside, and nothing else. */

export interface CatalogSource {
  load: () => { catalog: Catalog; problems: FileProblem[] }
  brief: (exercise: Exercise) => string
  hints: (exercise: Exercise) => Hint[]
  recipe: (variant: Variant) => RunRecipe
  suiteFiles: (exercise: Exercise) => string[]
  /** The file a learner edits first, relative to the workspace. */
  entry: (variant: Variant) => string
  /** Layers of files a workspace is made of, bottom first. */
  layers: (variant: Variant) => Layer[]
  /** The way from a workspace to the runner's folder, with forward slashes. */
  runnerFrom: (folder: string) => string
  /** solutions/<area>/<slug> */
  solutionFolder: (exercise: Exercise) => string
}

export interface Layer {
  folder: string
  files: LayerFile[]
}

export interface LayerFile {
  /** Relative, with forward slashes. */
  path: string
  executable: boolean
}

export interface Workspaces {
  /** Absolute path of a variant's workspace; `workspace/<slug>` belongs to the language started first. */
  folder: (id: VariantId) => string
  /** It is there, and there is something in it to work on. */
  exists: (id: VariantId) => boolean
  /** It is gone, or nothing is left in it: no state to save, and no attempt. */
  isEmptied: (id: VariantId) => boolean
  /** Puts back what makes a folder a workspace, where that alone is missing. */
  mark: (plan: ScaffoldPlan) => Promise<void>
  /** The variant whose workspace contains a folder, or null. */
  containing: (folder: string) => VariantId | null
  apply: (plan: ScaffoldPlan) => Promise<void>
  /** Puts the starter's files back; the learner's repository stays as it is. */
  restoreStarter: (plan: ScaffoldPlan) => Promise<void>
  /** What a workspace was made of, though the project may have changed since; null where an older version made it. */
  keptPlan: (plan: ScaffoldPlan) => ScaffoldPlan | null
  /** Files that the project has changed since. */
  changedSince: (plan: ScaffoldPlan) => string[]
  /** The learner's text files by relative path, for hints that look at the source. */
  sources: (folder: string) => Map<string, string>
}

export interface Snapshots {
  /** An emptied workspace is no state: then the last one is returned, as when nothing has changed. */
  take: (id: VariantId, reason: SnapshotReason, note?: string) => Promise<SnapshotTaken>
  /** The files that would be saved now, by the bytes of their paths. */
  listed: (id: VariantId) => Promise<Buffer[]>
  /** What a .gitignore leaves out of them; a folder ends in a slash. */
  ignored: (id: VariantId) => Promise<string[]>
  list: (id: VariantId) => Promise<SnapshotEntry[]>
  /** Returns the files that stood in the way and were renamed to `<name>.kept`. */
  restore: (id: VariantId, state: string) => Promise<string[]>
}
export type SnapshotReason = 'check' | 'reset' | 'give-up' | 'undo' | 'update'
export interface SnapshotEntry {
  id: string
  at: string
  reason: SnapshotReason
  note: string
  /** Two states with the same tree hold the same files. */
  tree: string
}
export interface SnapshotTaken extends Omit<SnapshotEntry, 'tree'> {
  /** Files too large to be kept. */
  skipped: string[]
  /** Where an unreadable store of snapshots was moved to; counting starts again. */
  damagedStore?: string
}

export interface Readiness {
  /** What this machine lacks for a variant; empty means ready. */
  missing: (variant: Variant) => Missing[]
  items: () => Promise<ReadinessItem[]>
}
export interface ReadinessItem {
  id: string
  ready: boolean
  version: string | null
  needs: string
  howToInstall: string
  /** No exercise needs it. */
  optional?: boolean
}

/** Prepares (compiles, leases) and runs suites against trees of files. */
export interface Runs {
  /**
   * `shuffle` runs the cases of each suite in an order drawn from the seed (`verify --deep`). `firstRed` runs nothing
   * after the first red case, a probe included; what did not run is not reported.
   */
  run: (requests: readonly RunRequest[], options?: { shuffle?: boolean; firstRed?: boolean }) => Promise<RunOutcome[]>
  /** Starts loading what a run will need; returns at once. */
  warm: () => void
  close: () => Promise<void>
}
export interface RunRequest extends Variant {
  folder: string
  seed: number
  /** Its children may be started before they are needed: somebody waits for this verdict. */
  ahead?: boolean
  /** TZ and LANG for the learner's program. */
  env?: Record<string, string>
}
export type RunOutcome =
  { kind: 'ran'; facts: RunFacts } | { kind: 'not-loadable'; message: string; durationMs: number }

export interface ProgressStore {
  load: () => Progress
  /** Appends to the journal, then writes progress.json; both survive a kill at any moment. */
  record: (event: ProgressEvent) => Progress
  /** Runs `work` while no other runner works in this workspace; says so when it has to wait. */
  withLock: <T>(slug: string, work: () => Promise<T>) => Promise<T>
}

/** Trees of files for the content gate. */
export interface Trees {
  build: (plan: ScaffoldPlan, overlays: readonly Overlay[], change?: 'emptied') => Promise<string>
  files: (folder: string) => Set<string>
  /** The files that a learner writes, as text; what is no text in UTF-8 is only named. */
  texts: (folder: string) => { texts: Map<string, string>; noText: string[] }
  /** A second tree like this one. */
  copy: (folder: string) => string
  remove: (folder: string) => void
  clear: () => void
}

/**
 * What is laid over a tree: a folder (absolute path; a `solve.sh` in it is run instead), or texts by path, where null
 * takes a file away. Executable bits stay as they are.
 */
export type Overlay = string | ReadonlyMap<string, string | null>

/** The solutions that authors keep for an exercise. */
export interface Solutions {
  /** Those that there are in a language, for trees; a mistake that does not fit its base is left out. */
  in: (exercise: Exercise, language: Language) => Solution[]
  /** Every stored mistake, with what is wrong with its files. */
  mistakes: (exercise: Exercise) => Mistake[]
  /** Mutants of the reference that change nothing, as its authors listed them. */
  equivalents: (exercise: Exercise) => Equivalents
}
export interface Equivalents {
  entries: readonly Equivalent[]
  /** What is wrong with the list. */
  problems: ContentProblem[]
}
export interface Solution {
  kind: 'reference' | 'alternative' | 'mistake'
  id: string
  /** Bottom first. */
  overlays: Overlay[]
  /** Of a mistake: the hints that are true of it, and the requirements that it breaks. */
  hints: readonly string[]
  breaks: readonly number[]
}

/** TZ, LANG and seed of the runs of one pass of the gate. */
export interface Pass {
  seed: number
  env: Record<string, string>
  /** Cases in another order: only solutions are run, since hints rest on the order. */
  shuffle: boolean
  /** Nothing is run after the first red case: whether one is red is all that is asked. */
  firstRed?: true
}

/** Everything that one trial is, before a file is written. */
export interface TrialInput extends Variant {
  plan: ScaffoldPlan
  overlays: readonly Overlay[]
  change?: 'emptied'
  pass: Pass
}

/** What came of a trial; enough to judge it again without running it. */
export interface KeptTrial {
  outcome: RunOutcome
  /** Files that the run left in its tree. */
  left: readonly string[]
  /** Addresses outside the loopback that something connected to while it ran. */
  outside: readonly string[]
  /** How much longer than on an idle machine it took; what was kept before this was told has none. */
  patience?: number
}

/** Outcomes of trials, kept under a key of all they rest on: what has not changed is not run twice. */
export interface TrialStore {
  keyOf: (trial: TrialInput) => string
  find: (key: string) => KeptTrial | null
  keep: (key: string, trial: KeptTrial) => void
}

/** Reads source files of one language, to make mutants of them. */
export interface SourceParser {
  parse: (text: string) => { sound: boolean; root: Syntax }
  isSound: (text: string) => boolean
}

/** Whether a compiler takes this text in the place of a file of the reference. */
export type TypeCheck = (file: string, text: string) => boolean

/** What authors need to write a mistake, beside `Solutions`. */
export interface MistakeFiles {
  /** The text of a stored patch. */
  read: (exercise: Exercise, id: string) => string
  /** Stores a patch and returns its path. */
  save: (exercise: Exercise, id: string, text: string) => string
  /** The texts of a base by path (`<lang>/…`), as the project has them now. */
  base: (exercise: Exercise, base: Base, paths: readonly string[]) => Map<string, string>
  /** The same as a commit of the project had them. */
  committed: (
    exercise: Exercise,
    base: Base,
    paths: readonly string[],
    revision: string,
  ) => Promise<Map<string, string>>
  /** Three-way: what a mistake changed in the text before, changed in the text of now. */
  merge: (texts: { before: string; now: string; mistake: string }) => Promise<Merged>
  draft: (exercise: Exercise, id: string) => Draft
}
export interface Merged {
  text: string
  /** Lines of `text` at which a conflict begins; its markers stand in the text. */
  conflicts: number[]
}

/** Where an author works on one mistake: a tree for each language, and its head as text. */
export interface Draft {
  /** Absolute path. */
  folder: string
  exists: () => boolean
  languages: () => Language[]
  /** The tree of a language. */
  tree: (language: Language) => string
  head: () => string
  /** It holds something that no patch holds: a change of the author's, or what they have to decide. */
  isEdited: () => boolean
  /** The patch, the reference or the starter are others than when it was laid out. */
  isOld: () => boolean
  /** Takes these trees and this head in place of what stands there. */
  lay: (trees: ReadonlyMap<Language, string>, head: string, state?: 'unsaved') => void
  /** Takes one tree more. */
  add: (language: Language, tree: string) => void
  /** What stands there counts as laid out now. */
  settle: () => void
}

/** Connections of our children that leave the loopback; a sample, taken while runs are under way. */
export interface NetworkWatch {
  start: () => { stop: () => string[] }
}

export interface Clock {
  now: () => Date
  /** A fresh seed for a run. */
  seed: () => number
}

/** The learner's work as it would be handed in. */
export interface HandedIn {
  /** Lays out what of a workspace counts as work, and nothing else of the learner's, for a run of its own. */
  lay: (variant: Variant, workspace: string) => Promise<LaidOut>
}
export interface LaidOut {
  /** Absolute path. */
  folder: string
  /** What is not part of the work, or keeps it from being handed in; each with what to change. */
  remarks: string[]
  /** What a .gitignore leaves out although the work seems to use it; asked for only where something went wrong. */
  missed: () => Promise<string[]>
  remove: () => void
}

/** Packs saved states of the learner's side for handing in. */
export interface SubmissionPacker {
  /** Takes the saved states of a variant in, each without what is no work; null before the first one. */
  add: (id: VariantId) => Promise<AddedWork | null>
  bundle: (receipt: Receipt, file: string) => Promise<PackedBundle>
  push: (receipt: Receipt, remote: string) => Promise<void>
  close: () => void
}
export interface AddedWork {
  /** Null where no state can be handed in. */
  newest: Pick<ReceiptWork, 'commit' | 'tree' | 'at' | 'states'> | null
  /** What was left out of the newest of them, and why. */
  leftOut: string[]
  /** States that cannot be handed in, and why. */
  refused: string[]
  /** The present state is one of them. */
  presentIsRefused: boolean
}
export interface PackedBundle {
  sha256: string
  bytes: number
}
