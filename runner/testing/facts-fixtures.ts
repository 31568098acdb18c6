import type { DeclaredCase, ModuleFacts, ReportedCase, RunFacts } from '../domain/judging/run-facts.ts'

/** Builders of facts for pure tests: complete and witnessed, so that a test changes one thing and sees it matter. */

export const declared = (id: string, more: Partial<DeclaredCase> = {}): DeclaredCase => ({
  id,
  sentence: `it does ${id}`,
  group: 'main',
  gate: false,
  probe: false,
  covers: [1],
  ...more,
})

export const reported = (
  id: string,
  status: ReportedCase['status'] = 'passed',
  more: Partial<ReportedCase> = {},
): ReportedCase => ({
  id,
  status,
  transcript: [],
  evidence: {},
  at: null,
  requirement: null,
  output: '',
  error: null,
  durationMs: 1,
  ...more,
})

export function moduleFacts(
  cases: Record<string, ReportedCase['status']>,
  more: Partial<ModuleFacts> = {},
): ModuleFacts {
  return {
    file: 'a.test.ts',
    declared: Object.keys(cases).map((id) => declared(id)),
    reported: Object.entries(cases).map(([id, status]) => reported(id, status)),
    ended: true,
    endMarker: true,
    errors: [],
    stop: null,
    warnings: [],
    stderr: '',
    ...more,
  }
}

export function runFacts(module: ModuleFacts, more: Partial<RunFacts> = {}): RunFacts {
  return {
    modules: [module],
    expectedModules: [module.file],
    unhandledErrors: [],
    workerEnd: 'as-asked',
    seed: 1,
    durationMs: 10,
    ...more,
  }
}
