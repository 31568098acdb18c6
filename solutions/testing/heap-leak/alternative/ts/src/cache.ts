import type { Tracking } from './tracking.ts'

const generation = 50
/** Two generations: when the young one is full, it becomes the old one, and the old one goes as a whole. */
let young = new Map<string, Tracking>()
let old = new Map<string, Tracking>()

/** The answer that is known for a URL, or the one that `load` fetches. */
export async function cached(url: string, load: () => Promise<Tracking>): Promise<Tracking> {
  const known = young.get(url) ?? old.get(url)
  if (known) return known
  const fresh = await load()
  if (young.size === generation) {
    old = young
    young = new Map()
  }
  young.set(url, fresh)
  return fresh
}

export const cacheSize = (): number => young.size + old.size
