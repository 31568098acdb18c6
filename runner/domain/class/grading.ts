import type { Language } from '../exercise/exercise.ts'

/**
 * What collecting, grading and the gradebook hand to each other. Plain data; each is a line or a file of the class
 * folder.
 */

/** One learner's handed-in state of one variant, after intake; its files lie in `submissions/<learner>/<tree>/`. */
export interface SubmittedWork {
  learner: string
  slug: string
  language: Language
  /**
   * `tree-` and the SHA-256 of paths, modes and contents: the same files have the same name, wherever they came from.
   */
  tree: string
  /** When the state was made, an ISO instant; what the late policy looks at. */
  at: string
  /**
   * Its number among the learner's saved states, where that is known. Clocks are set back; the order of states is that
   * of the list they stand in.
   */
  order?: number
  /** When it was first taken in, an ISO instant: the one time that no learner's clock has a say in. */
  received?: string
  /**
   * Attempts and hints that the learner's own journal tells; for show, never for points unless the set's rules say so.
   */
  attempts: number
  hintsUsed: string[]
  /** Minutes from the first start to the first pass, where the journal tells it. */
  minutesToPass: number | null
}

/** Why a submission, or one variant in it, was not taken. */
export interface Rejection {
  learner: string
  /** null: the submission as a whole. */
  slug: string | null
  /** Name of the rule, e.g. `symlink`, `too-large`, `not-a-bundle`. */
  rule: string
  /** One sentence for the instructor. */
  message: string
  /** The name of the file, folder or learner of the roster that it came under. */
  from?: string
}

/** One run of one suite against one tree, as the store keeps it: append-only, one JSON object a line. */
export interface GradedResult {
  formatVersion: 2
  /** jobKey(): the same work under the same conditions has the same key. */
  key: string
  learner: string
  slug: string
  language: Language
  tree: string
  /** `system-error`: our fault or the machine's; visible, and never zero points. */
  outcome: 'graded' | 'system-error'
  /** What went wrong, for `system-error`. */
  problem: string | null
  verdict: 'passed' | 'failed' | 'broken' | 'timed-out' | null
  /**
   * In which words a run ended that has no witness, in one line. In no gradebook: how long was waited depends on the
   * machine.
   */
  ending?: string
  /** Out of 100; null unless witnessed. A broken or timed-out submission counts as 0 in the gradebook. */
  score: number | null
  cases: GradedCase[]
  /** Ids of the hints whose mistake was recognised, most important first. */
  mistakes: string[]
  sandbox: 'bubblewrap' | 'none'
  seed: number
}

export interface GradedCase {
  id: string
  group: string
  sentence: string
  status: 'passed' | 'failed' | 'skipped'
}

/** An instructor's word over the machine's; the last one for a cell counts, and it survives regrading. */
export interface Override {
  at: string
  learner: string
  slug: string
  /** null takes an earlier override back. */
  score: number | null
  by: string
  why: string
}

export interface Learner {
  id: string
  name: string
  email: string
  /** GitHub account, for GitHub Classroom's files. */
  github: string
  /** Id in the school's own system, for Canvas. */
  sisId: string
  /** Where `collect --from-roster` fetches from; empty where a folder is collected. */
  remote: string
}
