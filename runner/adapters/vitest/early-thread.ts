import { join } from 'node:path'
import { startThread, type SuiteThread } from './suite-thread.ts'
import { prepareVitest, vitestFor } from './vitest-bundle.ts'
import { workerConfig } from './worker-config.ts'

let early: SuiteThread | null = null

/**
 * Starts the first thread before the command is loaded: on a second core, vitest loads beside the rest of the runner.
 */
export async function startEarly(root: string, cache: string): Promise<void> {
  await prepareVitest(root, cache)
  early = startThread(vitestFor(root, cache).thread, join(cache, 'compile'), workerConfig(root, null))
}

/** The thread that was started early, once. */
export function takeEarly(): SuiteThread | null {
  const thread = early
  early = null
  return thread
}
