import type { TestCase, TestModule } from 'vitest/node'
import type { DeclaredCase, ModuleFacts, ReportedCase } from '../../domain/run-facts.ts'
import type { ObservedModule } from '../../harness/test.ts'

/** Turns vitest's report objects into plain facts. What is not there is not made up. */

const fileOf = (module: TestModule): string => module.moduleId.replace(/\?.*$/, '')

/** The declared list: vitest's own collection, before any case (and so any child) was started. */
export function startModule(module: TestModule): ModuleFacts {
  return {
    file: fileOf(module),
    declared: [...module.children.allTests()].map(declaredOf),
    reported: [],
    ended: false,
    endMarker: false,
    errors: module.errors().map((e) => e.message),
    stop: null,
    warnings: [],
    stderr: '',
  }
}

/** What the module reported in this run; `started` is what was collected in this run, or undefined. */
export function moduleFactsOf(module: TestModule, started: ModuleFacts | undefined): ModuleFacts {
  const observed: ObservedModule | undefined = module.meta().run
  const base = started ?? { ...startModule(module), declared: [] }
  return {
    ...base,
    reported: [...module.children.allTests()].flatMap(reportedOf),
    ended: true,
    endMarker: observed?.endMarker === true,
    errors: [...module.errors().map((e) => e.message), ...suiteErrors(module)],
    stop: observed?.stop ?? null,
    warnings: observed?.warnings ?? [],
    stderr: observed?.stderr ?? '',
  }
}

const suiteErrors = (module: TestModule): string[] =>
  [...module.children.allSuites()].flatMap((s) => s.errors().map((e) => e.message))

function declaredOf(test: TestCase): DeclaredCase {
  const meta = test.meta()
  return {
    id: meta.id ?? '',
    sentence: test.name,
    group: meta.group ?? '',
    gate: meta.gate === true,
    probe: meta.probe === true,
    covers: meta.covers ?? [],
  }
}

function reportedOf(test: TestCase): ReportedCase[] {
  const result = test.result()
  if (result.state === 'pending') return []
  const { id, observed } = test.meta()
  return [
    {
      id: id ?? '',
      status: result.state,
      transcript: observed?.transcript ?? [],
      evidence: observed?.evidence ?? {},
      error: result.errors?.[0]?.message ?? null,
      durationMs: Math.round(test.diagnostic()?.duration ?? 0),
    },
  ]
}
