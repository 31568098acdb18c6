import type { GradeJob } from '../domain/class/grade-plan.ts'
import type { GradedResult } from '../domain/class/grading.ts'
import type { ScaffoldPlan } from '../domain/exercise/scaffold.ts'

/** Ports of the instructor side; those of the learner's side are in ports.ts. */

/** What a run came to, before it is known whose work it was: the same tree of two learners is run once. */
export type KeyedResult = Omit<GradedResult, 'learner'>

/** Live work goes before regrading, and one worker takes nothing else. */
export type Lane = 'live' | 'regrade'
export const laneNames: readonly Lane[] = ['live', 'regrade']

/** A submission's files, as they travel to workers: relative paths with forward slashes. */
export interface TreeFile {
  path: string
  executable: boolean
  content: Uint8Array
}

/** Jobs at least once, results at most once: PostgreSQL holds both, so that workers may run on several machines. */
export interface GradeQueue {
  /** Jobs whose key is known already are dropped; those that ended as our own fault are tried again. */
  put: (lane: Lane, jobs: readonly GradeJob[], treeOf: (job: GradeJob) => TreeFile[]) => Promise<void>
  /** The next job of the first lane that has one, or null. It stays taken while its worker lives. */
  take: (lanes: readonly Lane[]) => Promise<TakenJob | null>
  /** Turns jobs that nobody could finish into results that say so. */
  settleDead: () => Promise<void>
  results: (keys: readonly string[]) => Promise<KeyedResult[]>
  close: () => Promise<void>
}

export interface TakenJob {
  job: GradeJob
  tree: TreeFile[]
  /** Keeps the result, unless another worker was faster, and then the job is done. */
  finish: (result: KeyedResult) => Promise<void>
  /** Our own fault: another try, and after the last one the dead letters. */
  giveUp: (reason: string) => Promise<void>
}

/** Runs one submission's tree in the sandbox. Throws only for our own faults and the machine's. */
export interface Grader {
  suiteOf: (slug: string) => string
  engine: string
  /** Sandbox and tools, in words that change when a verdict could. */
  environment: string
  grade: (job: GradeJob, tree: readonly TreeFile[]) => Promise<KeyedResult>
  /** Proves with work whose verdict is known that this worker judges rightly. Throws when it does not. */
  canary: () => Promise<void>
}

/** Trees of submissions on disk, for the runs of a worker. */
export interface SubmissionTrees {
  /** The learner's files, and of the plan what no submission may bring (configuration); absolute path. */
  lay: (plan: ScaffoldPlan, files: readonly TreeFile[]) => Promise<string>
  remove: (folder: string) => void
}
