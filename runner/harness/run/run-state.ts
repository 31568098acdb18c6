import { expect, inject } from 'vitest'
import { patience } from './patience.ts'
import type { RunContext } from '../run-context.ts'

/** The harness ended the run: nothing after this may be counted. Thrown inside a case, never caught by suites. */
export class StopRun extends Error {
  override readonly name = 'StopRun'
  readonly reason: StopReason
  constructor(reason: StopReason, message: string) {
    super(message)
    this.reason = reason
  }
}
export type StopReason = 'does-not-load' | 'exited' | 'timed-out'

export interface TranscriptLine {
  label: string
  text: string
}

/** What one case was seen to do. */
export interface CaseRecord {
  transcript: TranscriptLine[]
  evidence: Record<string, string | number | boolean | null>
  /** The words given to the `expect` that failed; null where nothing failed, or something else did. */
  at: string | null
  /** The requirement that the suite said it has in hand; null where it said nothing. */
  requirement: number | null
  /** What the learner's program printed meanwhile, on both streams; not what it prints as its answer. */
  output: Kept
}

/** Everything the harness knows of one run of one suite file. */
export interface RunState {
  context: RunContext
  current: CaseRecord
  currentId: string | null
  failures: number
  /** When the budget of the whole run is used up (epoch ms). */
  endsAt: number
  stop: { reason: StopReason; caseId: string | null; message: string } | null
  warnings: Set<string>
  /** What the learner's program wrote on stderr: how it began and how it ended. */
  stderr: Kept
  /** Folders with sockets of the harness that children connect to; a sandbox has to let them in. */
  sockets: Set<string>
  /**
   * Variables that every child is given, such as the address of a server that the run was leased. Asked for each
   * child, so that what nobody needs is never opened.
   */
  environment: (() => Record<string, string>)[]
  /** Ends what was started, newest first; each must settle by itself. */
  cleanups: (() => Promise<void>)[]
}

/** Steps of a case that are kept: its last ones, for a failure shows what came before it. */
const transcriptCap = 200
/** Characters of stderr that are kept from its beginning, and as many from its end. */
const stderrCap = 4_000

/** A text of any length, of which the middle is left out. */
export interface Kept {
  first: string
  last: string
  /** Characters between the two that were left out. */
  left: number
}

const nothingKept = (): Kept => ({ first: '', last: '', left: 0 })

function keepMore({ first, last, left }: Kept, text: string): Kept {
  const begun = first + text.slice(0, stderrCap - first.length)
  const ended = last + text.slice(begun.length - first.length)
  return { first: begun, last: ended.slice(-stderrCap), left: left + Math.max(0, ended.length - stderrCap) }
}

/** As a person reads it: lines that the cut went through are left out with the middle, as far as there are lines. */
export function keptText({ first, last, left }: Kept): string {
  if (left === 0) return first + last
  const begun = first.includes('\n') ? first.slice(0, first.lastIndexOf('\n') + 1) : `${first}\n`
  const ended = last.slice(last.indexOf('\n') + 1)
  const cut = left + Math.max(0, first.length - begun.length) + last.length - ended.length
  return `${begun}… ${cut} characters …\n${ended}`
}

/** Finds the run of the suite file being executed by the `?run=` of its module id. */
export function openRun(): RunState {
  const path = expect.getState().testPath ?? ''
  const id = /[?&]run=([\w-]+)/.exec(path)?.[1]
  const context = id === undefined ? undefined : inject('gymRuns')[id]
  if (!context) throw new Error(`no run context for ${path}`)
  return {
    context,
    current: emptyRecord(),
    currentId: null,
    failures: 0,
    endsAt: Date.now() + context.budgetMs * patience(),
    stop: null,
    warnings: new Set(),
    stderr: nothingKept(),
    sockets: new Set(),
    environment: [],
    cleanups: [],
  }
}

/** What the drivers of this run tell every child. */
export const environmentOf = (run: RunState): Record<string, string> =>
  Object.assign({}, ...run.environment.map((variables) => variables())) as Record<string, string>

export const emptyRecord = (): CaseRecord => ({
  transcript: [],
  evidence: {},
  at: null,
  requirement: null,
  output: nothingKept(),
})

/** How long something may take that takes at most `limitMs` on an idle machine; never beyond the end of the run. */
export const allowedMs = (run: RunState, limitMs: number): number =>
  Math.max(0, Math.min(limitMs * patience(), run.endsAt - Date.now()))

/** Adds a step to the transcript of the running case; the oldest makes room where there are too many. */
export function note(run: RunState, label: string, text: string): void {
  const { transcript } = run.current
  transcript.push({ label, text: clip(text, 2_000) })
  if (transcript.length > transcriptCap) transcript.shift()
}

const caseChecks = new WeakMap<RunState, (() => Promise<void>)[]>()

/** Registers what a driver looks at once a case has passed; it fails the case by throwing. */
export function atEndOfCase(run: RunState, check: () => Promise<void>): void {
  caseChecks.set(run, [...(caseChecks.get(run) ?? []), check])
}

const caseEnds = new WeakMap<RunState, (() => void)[]>()

/** Registers what has to be undone when a case is over, passed or not. */
export function whenCaseIsOver(run: RunState, undo: () => void): void {
  caseEnds.set(run, [...(caseEnds.get(run) ?? []), undo])
}

export function leaveCase(run: RunState): void {
  for (const undo of caseEnds.get(run) ?? []) undo()
}

export async function endCase(run: RunState): Promise<void> {
  for (const check of caseChecks.get(run) ?? []) await check()
}

/**
 * Writes a stop down at once: a suite may drop the promise that it rejects, and the run must not count all the same.
 * The first stop of a run stays.
 */
export function keepStop(run: RunState, stop: StopRun): StopRun {
  run.stop ??= { reason: stop.reason, caseId: run.currentId, message: stop.message }
  return stop
}

/** Keeps the beginning and the end of what the learner's program wrote on stderr. */
export function keepStderr(run: RunState, text: string): void {
  run.stderr = keepMore(run.stderr, text)
  keepPrinted(run, text)
}

/** Keeps what the learner's program printed beside its answers, for the case in which it did. */
export function keepPrinted(run: RunState, text: string): void {
  run.current.output = keepMore(run.current.output, text)
}

/** Lets in what a program has printed already: its pipes are read after the one that brought an answer. */
export const printedSoFar = (): Promise<void> =>
  new Promise((resolve) => void setImmediate(() => setImmediate(resolve)))

/** Ends what is still to be ended, what is started meanwhile included; a second call finds nothing left. */
export async function closeRun(run: RunState): Promise<void> {
  for (let cleanup = run.cleanups.pop(); cleanup; cleanup = run.cleanups.pop()) {
    // One that fails must not keep the others from ending what they started.
    await cleanup().catch((error: unknown) =>
      run.warnings.add(`Something could not be ended cleanly: ${String(error)}`),
    )
  }
}

export const clip = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max)} … (${text.length} characters)`
