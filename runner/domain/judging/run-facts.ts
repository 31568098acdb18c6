import type { RunEvidence } from './evidence.ts'

/** What one run of a suite was seen to do, before anything is judged. Plain data. */

export interface TranscriptLine {
  /** What the text is: sent, expected, got, stdout … */
  label: string
  text: string
}

export interface DeclaredCase {
  id: string
  sentence: string
  group: string
  gate: boolean
  probe: boolean
  /** Numbers of the brief's requirements. */
  covers: number[]
}

export type CaseStatus = 'passed' | 'failed' | 'skipped'

export interface ReportedCase {
  id: string
  status: CaseStatus
  transcript: TranscriptLine[]
  evidence: RunEvidence
  /** The words of the assertion that failed; null where nothing failed, or something else did. */
  at: string | null
  /** The requirement in hand at the end of the case, as the suite says; null where it does not say. */
  requirement: number | null
  /** What the learner's program printed during a failed case, beside its answers; its beginning and its end. */
  output: string
  /** The assertion's or error's message; never shown where a suite must stay hidden. */
  error: string | null
  durationMs: number
}

/** Why the harness ended a run before its last case. */
export interface Stop {
  reason: 'does-not-load' | 'exited' | 'timed-out'
  /** The case that was running, or null during load. */
  caseId: string | null
  /** One or two sentences for the learner. */
  message: string
}

export interface ModuleFacts {
  file: string
  declared: DeclaredCase[]
  reported: ReportedCase[]
  /** vitest said in this run that the module ended. */
  ended: boolean
  /** The harness's own last act: every child ended and its report is complete. */
  endMarker: boolean
  /** Errors outside cases: the suite does not load, a hook failed. */
  errors: string[]
  stop: Stop | null
  warnings: string[]
  /** What the learner's program wrote on stderr, its beginning and its end, for show. */
  stderr: string
}

export interface RunFacts {
  modules: ModuleFacts[]
  /** The suite files that had to run. */
  expectedModules: string[]
  unhandledErrors: string[]
  /** How the worker that ran the suite came to its end. */
  workerEnd: 'as-asked' | 'crashed' | 'over-budget'
  seed: number
  durationMs: number
}
