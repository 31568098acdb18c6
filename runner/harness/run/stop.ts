import type { RunState, StopRun } from './run-state.ts'

/**
 * Writes a stop down at once: a suite may drop the promise that it rejects, and the run must not count all the same.
 */
export function stopped(run: RunState, stop: StopRun): StopRun {
  run.stop ??= { reason: stop.reason, caseId: run.currentId, message: stop.message }
  return stop
}
