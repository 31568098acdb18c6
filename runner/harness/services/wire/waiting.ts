import { patience } from '../../run/patience.ts'

/** Answers to "does it wait?", which a suite asks instead of sleeping. */

const lookMs = 5
const quietMs = 1_000

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, lookMs))

/** Tells whether a promise is still open. */
export function pending(work: Promise<unknown>): () => boolean {
  let settled = false
  const end = (): void => void (settled = true)
  work.then(end, end)
  return () => !settled
}

/** Waits until somebody stands behind a lock (true), or until nothing is pending any more (false). */
export async function standsStill(isBehindLock: () => Promise<boolean>, isPending: () => boolean): Promise<boolean> {
  while (isPending()) {
    if (await isBehindLock()) return isPending()
    await pause()
  }
  return false
}

/** Waits until nothing has moved for a second (true), or until nothing is pending any more (false). */
export async function stuck(movedAt: () => number, isPending: () => boolean): Promise<boolean> {
  const since = performance.now()
  while (isPending()) {
    await pause()
    if (performance.now() - Math.max(since, movedAt()) > quietMs * patience()) return isPending()
  }
  return false
}
