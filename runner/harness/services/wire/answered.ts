import { allowedMs, keepStop, StopRun, type RunState } from '../../run/run-state.ts'

const answerMs = 3_000

/**
 * Waits for what the suite itself has asked a server. A statement without an answer (a trigger that never ends) stops
 * the run; `close` then ends the connection.
 * @param whom who owes the answer, in the words of the stop
 */
export async function answered<T>(run: RunState, work: Promise<T>, whom: string, close: () => void): Promise<T> {
  const record = run.current
  let timer: NodeJS.Timeout | undefined
  const ms = allowedMs(run, answerMs)
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      close()
      const stop = new StopRun('timed-out', `No answer from ${whom} within ${Math.round(ms / 100) / 10} s.`)
      // What an earlier case left hanging says nothing about the present one.
      reject(run.current === record ? keepStop(run, stop) : stop)
    }, ms)
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
