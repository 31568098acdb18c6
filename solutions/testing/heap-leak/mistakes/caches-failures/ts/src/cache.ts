import type { Tracking } from './tracking.ts'

const mostEntries = 100
/** Promises, so that nobody asks twice while an answer is under way. */
const entries = new Map<string, Promise<Tracking>>()

/** The answer that is known for a URL, or the one that `load` fetches. */
export function cached(url: string, load: () => Promise<Tracking>): Promise<Tracking> {
  const answer = entries.get(url) ?? load()
  entries.delete(url)
  entries.set(url, answer)
  const [oldest] = entries.keys()
  if (entries.size > mostEntries && oldest !== undefined) entries.delete(oldest)
  return answer
}

export const cacheSize = (): number => entries.size
