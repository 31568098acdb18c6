import type { DeclaredCase, ModuleFacts, ReportedCase, RunFacts, Stop } from './run-facts.ts'

export type BrokenReason = 'does-not-load' | 'exited' | 'no-cases-ran' | 'cases-missing' | 'unhandled-error' | 'crashed'

export type Verdict =
  | { kind: 'passed' }
  | { kind: 'failed' }
  | { kind: 'broken'; reason: BrokenReason; message: string }
  | { kind: 'timed-out'; message: string; caseId: string | null }
  | { kind: 'not-run'; missing: Missing[] }

/** Something an exercise needs and this machine lacks, with the line that installs it. */
export interface Missing {
  id: string
  needs: string
  howToInstall: string
}

/** What a run's facts prove: either its cases may be counted, or they may not and why. */
export type Witness = { witnessed: true } | { witnessed: false; verdict: Verdict }

/**
 * Point 4 of docs/architecture.md: a verdict must be witnessed. Every check below can only take
 * a verdict away, never give one; a fact that is not there counts against the run.
 */
export function witness(facts: RunFacts): Witness {
  const stop = facts.modules.map((m) => m.stop).find((s) => s !== null)
  if (stop) return denied(verdictOfStop(stop))
  if (facts.workerEnd === 'over-budget') {
    return denied({
      kind: 'timed-out',
      caseId: null,
      message: 'The whole run took longer than its budget; it was stopped.',
    })
  }
  const fault = firstFault(facts)
  return fault ? denied({ kind: 'broken', ...fault }) : { witnessed: true }
}

const denied = (verdict: Verdict): Witness => ({ witnessed: false, verdict })

function verdictOfStop(stop: Stop): Verdict {
  if (stop.reason === 'timed-out') return { kind: 'timed-out', caseId: stop.caseId, message: stop.message }
  return { kind: 'broken', reason: stop.reason, message: stop.message }
}

interface Fault {
  reason: BrokenReason
  message: string
}

function firstFault(facts: RunFacts): Fault | null {
  if (facts.workerEnd !== 'as-asked')
    return { reason: 'crashed', message: 'The process that runs the suite ended unasked.' }
  if (facts.unhandledErrors.length > 0)
    return { reason: 'unhandled-error', message: firstLine(facts.unhandledErrors[0]) }
  const errors = facts.modules.flatMap((m) => m.errors)
  if (errors.length > 0) return { reason: 'unhandled-error', message: firstLine(errors[0]) }
  return missingFault(facts)
}

function missingFault(facts: RunFacts): Fault | null {
  const scored = facts.modules.flatMap((m) => m.declared).filter((c) => !c.probe)
  if (facts.expectedModules.length === 0 || scored.length === 0) {
    return { reason: 'no-cases-ran', message: 'The suite declared no case.' }
  }
  for (const file of facts.expectedModules) {
    const reports = facts.modules.filter((m) => m.file === file)
    if (reports.length !== 1)
      return { reason: 'cases-missing', message: `A suite file was reported ${reports.length} times.` }
    const fault = moduleFault(reports[0] as ModuleFacts)
    if (fault) return fault
  }
  return duplicateIds(scored)
}

function moduleFault(module: ModuleFacts): Fault | null {
  if (!module.ended) return { reason: 'crashed', message: 'The suite was not reported as ended.' }
  if (!module.endMarker) return { reason: 'crashed', message: 'The suite ended without its end marker.' }
  const known = new Set(module.declared.map((c) => c.id))
  const unknown = module.reported.find((r) => !known.has(r.id))
  if (unknown) return { reason: 'cases-missing', message: `An undeclared case was reported: ${unknown.id}.` }
  const lost = module.declared.find((c) => !c.probe && !settledOnce(module.reported, c.id))
  return lost
    ? { reason: 'cases-missing', message: `The case "${lost.sentence}" was not reported exactly once.` }
    : null
}

function settledOnce(reported: ReportedCase[], id: string): boolean {
  const reports = reported.filter((r) => r.id === id)
  return reports.length === 1 && reports[0]?.status !== 'skipped'
}

function duplicateIds(declared: DeclaredCase[]): Fault | null {
  const seen = new Set<string>()
  for (const { id } of declared) {
    if (seen.has(id)) return { reason: 'cases-missing', message: `Two cases have the id ${id}.` }
    seen.add(id)
  }
  return null
}

const firstLine = (text: string | undefined): string => (text ?? '').split('\n')[0] ?? ''
