import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface BoundedMemory {
  /** Something was done that leaves garbage. */
  used: () => void
}

export interface BoundedMemoryOptions {
  /** Garbage is collected after so many uses … */
  uses: number
  /** … and so long after the last of them, in ms: what somebody waits for comes first. */
  laterMs: number
}

/**
 * Keeps the memory of a process that works in small steps for hours where it is. V8 by itself doubles its space for
 * young objects again and again, and leaves old ones lie until they press against a limit of gigabytes.
 */
export function boundMemory({ uses, laterMs }: BoundedMemoryOptions): BoundedMemory {
  setFlagsFromString('--semi-space-growth-factor=1')
  let since = 0
  return {
    used: () => {
      since += 1
      if (since < uses) return
      since = 0
      setTimeout(collect, laterMs).unref()
    },
  }
}

let gc: (() => void) | undefined

/** Prepared at its first use: the first verdict of a session does not wait for it. */
function collect(): void {
  if (!gc) {
    setFlagsFromString('--expose-gc')
    gc = runInNewContext('gc') as () => void
  }
  gc()
}
