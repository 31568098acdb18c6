import type { Tracking } from './tracking.ts'

const mostEntries = 100
/** In the order in which they were last asked for. */
const entries = new Map<string, Tracking>()

/** The answer that is known for a URL, or the one that `load` fetches. */
export async function cached(url: string, load: () => Promise<Tracking>): Promise<Tracking> {
  const answer = entries.get(url) ?? (await load())
  entries.delete(url)
  entries.set(url, answer)
  const [oldest] = entries.keys()
  if (entries.size > mostEntries && oldest !== undefined) entries.delete(oldest)
  return answer
}

export const cacheSize = (): number => entries.size
