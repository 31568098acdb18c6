import type { Settings } from './settings.ts'

export interface ProgressLine {
  show: (done: number, total: number, what: string) => void
  clear: () => void
}

/**
 * Progress on stderr: one line redrawn in place for a person, now and then a plain line for a log, nothing for --json.
 */
export function progressLine(settings: Settings): ProgressLine {
  const started = Date.now()
  if (settings.json) return { show: () => {}, clear: () => {} }
  if (!settings.interactive) return { show: forLog(), clear: () => {} }
  return {
    show: (done, total, what) => {
      const left = Math.round((((Date.now() - started) / done) * (total - done)) / 1000)
      const text = `  ${done} of ${total}  ${what}${left > 1 ? `, about ${left} s left` : ''}`
      process.stderr.write(`\r\u001b[2K${text.slice(0, settings.columns - 1)}`)
    },
    clear: () => void process.stderr.write('\r\u001b[2K'),
  }
}

/** Where there are more steps than this, a log shows only some of them. */
const manySteps = 100
const betweenMs = 5_000

function forLog(): ProgressLine['show'] {
  let last = 0
  return (done, total, what) => {
    if (total > manySteps && done < total && Date.now() - last < betweenMs) return
    last = Date.now()
    process.stderr.write(`  ${done} of ${total}  ${what}\n`)
  }
}

/** Shows that something is under way and for how long, once it takes over a second; only where a person watches. */
export async function whileBusy<T>(settings: Settings, what: string, work: () => Promise<T>): Promise<T> {
  if (!settings.interactive) return work()
  const started = Date.now()
  const draw = (): void =>
    void process.stderr.write(`\r\u001b[2K  ${what} … ${Math.round((Date.now() - started) / 1000)} s`)
  const timer = setInterval(draw, 1_000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    if (Date.now() - started >= 1_000) process.stderr.write('\r\u001b[2K')
  }
}
