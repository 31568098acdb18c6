export interface CheckLoop {
  /** Something was saved: a check follows once it is quiet; during a check, exactly one more follows. */
  saved: () => void
  /** The same at once. */
  now: () => void
  /** Settles when no check is under way and none will follow. */
  close: () => Promise<void>
}

export interface CheckLoopOptions {
  check: () => Promise<void>
  debounceMs: number
}

/** Never two checks at once, never a save without a check that began after it. `check` must not reject. */
export function openCheckLoop({ check, debounceMs }: CheckLoopOptions): CheckLoop {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let again = false
  let closed = false
  const start = (): void => {
    clearTimeout(timer)
    if (closed) return
    if (running) {
      again = true
      return
    }
    running = check().finally(() => {
      running = null
      if (!again) return
      again = false
      start()
    })
  }
  return {
    saved: () => {
      clearTimeout(timer)
      if (!closed) timer = setTimeout(start, debounceMs)
    },
    now: start,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await running
    },
  }
}
