import type { ChildProcess } from 'node:child_process'

export interface Line {
  text: string
  /** When it arrived here, on the clock of `performance.now()`. */
  at: number
}

export interface Lines {
  /** The next line that was not taken yet; null when none comes within the time or the process ends. */
  next: (limitMs: number) => Promise<Line | null>
}

/** The lines a process writes, with the time of their arrival. */
export function linesOf(child: ChildProcess, read: 'stdout' | 'stderr' = 'stdout'): Lines {
  const arrived: Line[] = []
  let rest = ''
  let ended = false
  let wake = (): void => {}
  child[read]?.on('data', (chunk: Buffer) => {
    const at = performance.now()
    const parts = (rest + chunk.toString('utf8')).split('\n')
    rest = parts.pop() ?? ''
    arrived.push(...parts.map((text) => ({ text, at })))
    wake()
  })
  // Nobody reads it, and a full pipe would hold the process up.
  child[read === 'stdout' ? 'stderr' : 'stdout']?.resume()
  child.once('close', () => {
    ended = true
    wake()
  })
  const next = async (limitMs: number): Promise<Line | null> => {
    if (arrived.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs)
        wake = () => (clearTimeout(timer), resolve())
      })
    }
    return arrived.shift() ?? null
  }
  return { next }
}
