import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { writeFiles } from '../../testing/write-files.ts'
import type { Launch, RunContext } from '../run-context.ts'
import { closeRun, emptyRecord, leaveCase, type RunState } from './run-state.ts'

/** Runs for the tests of the fixtures: nothing of them is real but their folder. */

type Wanted = Partial<Omit<RunContext, 'launch'>> & { workspace: string; launch?: Partial<Launch> }

/** A run of which a test names what it needs; every other folder is the workspace. Who makes it closes it. */
export function runOf({ launch = {}, ...more }: Wanted): RunState {
  const { workspace } = more
  return {
    context: {
      runId: 'unit',
      slug: 'unit',
      language: 'ts',
      exerciseFolder: workspace,
      scratch: workspace,
      ledger: workspace,
      seed: 1,
      budgetMs: 30_000,
      childEnv: {},
      bringBack: { undo: 'npm run undo', reset: 'npm run reset' },
      launch: { command: [], args: [], env: {}, stopSignal: 'SIGTERM', loadFailure: [], ...launch },
      ...more,
    },
    current: emptyRecord(),
    currentId: 'first',
    failures: 0,
    endsAt: Date.now() + 30_000,
    stop: null,
    warnings: new Set(),
    stderr: { first: '', last: '', left: 0 },
    sockets: new Set(),
    environment: [],
    cleanups: [],
  }
}

/**
 * A run of the present test, whose learner wrote these files. It is closed, and its folder removed, when the test is
 * finished.
 */
export function runWith(files: Record<string, string>, more: Partial<Wanted> = {}): RunState {
  // A space and an umlaut, as a learner's folder may have them.
  const workspace = mkdtempSync(join(tmpdir(), 'gym run ü-'))
  writeFiles(workspace, files)
  const run = runOf({ workspace, ...more })
  onTestFinished(async () => {
    await closeRun(run)
    rmSync(workspace, { recursive: true, force: true })
  })
  return run
}

/** What the case before has sent, noted and held ends here. */
export function nextCase(run: RunState): void {
  leaveCase(run)
  Object.assign(run, { current: emptyRecord(), currentId: 'next' })
}
