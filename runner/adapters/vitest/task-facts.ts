import type { TaskMeta } from 'vitest'
import type { DeclaredCase, ModuleFacts, ReportedCase } from '../../domain/judging/run-facts.ts'

/** vitest's own records of a suite file as its worker sends them (`RunnerTestFile`, reduced to what is read here). */
export interface Task {
  id: string
  name: string
  type: 'test' | 'suite'
  mode?: string
  meta: TaskMeta
  tasks?: Task[]
}
export interface TaskResult {
  state?: string
  duration?: number
  errors?: { message?: string }[]
}
/** id, result, meta */
export type TaskPack = [id: string, result: TaskResult | undefined, meta: TaskMeta]
/** id of the task, what happened */
export type TaskEvent = [id: string, event: string, data?: unknown]

/**
 * Collects what one suite file reports while it runs, and turns it into plain facts. What is not there is not made up.
 */
export interface ModuleRecord {
  collected: (file: Task) => void
  updated: (packs: readonly TaskPack[], events: readonly TaskEvent[]) => void
  facts: () => ModuleFacts
}

export function recordModule(file: string): ModuleRecord {
  let root: Task | null = null
  let ended = false
  const results = new Map<string, TaskResult>()
  const metas = new Map<string, TaskMeta>()
  return {
    collected: (task) => {
      root = task
    },
    updated: (packs, events) => {
      for (const [id, result, meta] of packs) {
        if (result) results.set(id, result)
        metas.set(id, meta)
      }
      ended ||= events.some(
        ([id, event]) => id === root?.id && (event === 'suite-finished' || event === 'suite-failed-early'),
      )
    },
    facts: () => {
      const all = root ? tasksOf(root) : []
      const tests = all.filter((task) => task.type === 'test')
      const run = root ? metas.get(root.id)?.run : undefined
      return {
        file,
        declared: tests.map(declaredOf),
        reported: tests.flatMap((test) => reportedOf(test, results.get(test.id), metas.get(test.id))),
        ended,
        endMarker: run?.endMarker === true,
        errors: all
          .filter((task) => task.type === 'suite')
          .flatMap((task) => (results.get(task.id)?.errors ?? []).map((e) => e.message ?? 'unknown error')),
        stop: run?.stop ?? null,
        warnings: run?.warnings ?? [],
        stderr: run?.stderr ?? '',
      }
    },
  }
}

/** The task and all below it, in the file's order; shuffling changes the order of running, not of this list. */
const tasksOf = (task: Task): Task[] => [task, ...(task.tasks ?? []).flatMap(tasksOf)]

function declaredOf({ name, meta }: Task): DeclaredCase {
  return {
    id: meta.id ?? '',
    sentence: name,
    group: meta.group ?? '',
    gate: meta.gate === true,
    probe: meta.probe === true,
    covers: meta.covers ?? [],
  }
}

/** A case without a result has its mode: `run` is no status, it was to run and did not. */
const statuses: Record<string, ReportedCase['status']> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
  todo: 'skipped',
}

function reportedOf(test: Task, result: TaskResult | undefined, meta: TaskMeta = test.meta): ReportedCase[] {
  const status = statuses[result?.state ?? test.mode ?? '']
  if (status === undefined) return []
  const error = result?.errors?.[0]?.message ?? null
  const durationMs = Math.round(result?.duration ?? 0)
  return [{ id: meta.id ?? '', status, ...seenIn(meta), error, durationMs }]
}

type Seen = Pick<ReportedCase, 'transcript' | 'evidence' | 'at' | 'requirement' | 'output'>

/** What the harness saw; a case that it never came to has nothing. */
function seenIn({ observed }: TaskMeta): Seen {
  const { transcript = [], evidence = {}, at = null, requirement = null, output = '' } = observed ?? {}
  return { transcript, evidence, at, requirement, output }
}
