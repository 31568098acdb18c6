import { clip, StopRun, type RunState } from '../run/run-state.ts'
import { lostFile } from '../run/lost-file.ts'
import type { Exit } from './place.ts'

/** A program that does not load or compile is broken, not failed: no case could have passed. */
export function stopIfNotLoadable(run: RunState, exit: Exit, stderr: string): void {
  if (exit.code === 0) return
  const match = run.context.launch.loadFailure.map((p) => new RegExp(p.pattern, p.flags).exec(stderr)).find((m) => m)
  if (!match) return
  const told = match[0].trim()
  throw new StopRun('does-not-load', lostFile(run.context, told) ?? `The program does not load: ${clip(told, 300)}`)
}
