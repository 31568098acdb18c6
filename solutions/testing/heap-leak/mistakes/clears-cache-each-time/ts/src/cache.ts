import type { Tracking } from './tracking.ts'

const mostEntries = 100
const entries = new Map<string, Tracking>()

/** The answer that is known for a URL, or the one that `load` fetches. */
export async function cached(url: string, load: () => Promise<Tracking>): Promise<Tracking> {
  const known = entries.get(url)
  if (known) return known
  const fresh = await load()
  if (entries.size >= mostEntries) entries.clear()
  entries.set(url, fresh)
  return fresh
}

export const cacheSize = (): number => entries.size
