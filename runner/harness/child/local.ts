import { spawn, type ChildProcess } from 'node:child_process'
import type { RunState } from '../run/run-state.ts'
import type { Place } from './place.ts'
import { killGroup } from './processes.ts'

/** On this machine, as a learner starts their own program. */
export function localPlace(run: RunState): Place {
  return {
    start: ({ command, cwd, protocolPipes = false }, env) => {
      const ahead = takeAhead(run)?.(command, cwd, env, protocolPipes, run.context)
      if (ahead) return ahead
      const [file = '', ...args] = command
      const stdio = Array.from({ length: protocolPipes ? 5 : 3 }, () => 'pipe' as const)
      return spawn(file, args, { cwd, env, detached: true, stdio, windowsHide: true })
    },
    find: (pid) => pid,
    end: killGroup,
    exitOf: (exit) => exit,
    fault: () => null,
  }
}

type TakeAhead = (
  command: readonly string[],
  cwd: string,
  env: Record<string, string>,
  protocolPipes: boolean,
  context: RunState['context'],
) => ChildProcess | null

/** The thread's own waiting child, when this run may take it (adapters/vitest/ahead.mjs). */
const takeAhead = (run: RunState): TakeAhead | undefined =>
  run.context.ahead ? (globalThis as { gymTakeAhead?: TakeAhead }).gymTakeAhead : undefined
