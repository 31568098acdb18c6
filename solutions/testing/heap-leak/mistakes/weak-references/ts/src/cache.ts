import type { Tracking } from './tracking.ts'

/** The garbage collector takes the answers when memory is needed. */
const entries = new Map<string, WeakRef<Tracking>>()

/** The answer that is known for a URL, or the one that `load` fetches. */
export async function cached(url: string, load: () => Promise<Tracking>): Promise<Tracking> {
  const known = entries.get(url)?.deref()
  if (known) return known
  const fresh = await load()
  entries.set(url, new WeakRef(fresh))
  return fresh
}

export const cacheSize = (): number => entries.size
