import type { Judgement } from '../judging/judge.ts'
import type { DeclaredCase } from '../judging/run-facts.ts'

export type TrialKind = 'starter' | 'emptied' | 'reference' | 'alternative' | 'mistake' | 'mutant'

/** What the head of a wrong answer claims (docs/authoring.md). */
export interface WrongAnswer {
  /** Requirements of the brief that it violates. */
  breaks: readonly number[]
  /** Hints that are true of it; the word `requirement` where no hint of ours fits. */
  hints: readonly string[]
}

/** One tree of a variant, run and judged. */
export interface TrialResult {
  kind: TrialKind
  id: string
  judgement: Judgement
  /** The cases that this run declared; null where it never came to the suite. */
  declared: readonly DeclaredCase[] | null
  /** Milliseconds of the cases themselves. */
  durationMs: number
  /** Files that the run left in the tree. */
  left: readonly string[]
  /** Of a mistake. */
  wrong?: WrongAnswer
}
