import type { Child } from './child.ts'
import { patience } from '../run/patience.ts'
import { cpuTicks } from './processes.ts'
import { allowedMs, StopRun, type RunState } from '../run/run-state.ts'

/**
 * Waits for `work`, at most `limitMs` and never beyond the run's budget. When the time is over the
 * child's group is killed and the run stops as timed-out: nothing after an unanswered call can be trusted.
 */
export async function within<T>(
  run: RunState,
  limitMs: number,
  child: Child,
  what: string,
  work: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const ms = allowedMs(run, limitMs)
  const before = cpuTicks(child.pid)
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const busy = wasBusy(before, cpuTicks(child.pid), ms)
      void child.kill()
      reject(new StopRun('timed-out', `No ${what} within ${seconds(ms)}.${busy} It was stopped.`))
    }, ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Linux counts 100 ticks a second. A loop takes all the CPU it can get, of which other work may leave a share; who
 * waits takes none.
 */
function wasBusy(before: number | null, after: number | null, ms: number): string {
  if (before === null || after === null) return ''
  return (after - before) * 10 > ms / 5 / patience()
    ? ' The process was busy all the time, as in a loop that never ends.'
    : ' The process was waiting, as for something that never comes.'
}

const seconds = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`)
