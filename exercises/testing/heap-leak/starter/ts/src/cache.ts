import type { Tracking } from './tracking.ts'

const entries = new Map<string, Tracking>()

/** The answer that is known for a URL, or the one that `load` fetches. */
export async function cached(url: string, load: () => Promise<Tracking>): Promise<Tracking> {
  const known = entries.get(url)
  if (known) return known
  const fresh = await load()
  entries.set(url, fresh)
  return fresh
}

export const cacheSize = (): number => entries.size
