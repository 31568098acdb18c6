export interface City {
  id: number
  name: string
}

export interface Matcher {
  /** The city that a customer has meant, or null when no name is near enough. */
  closest: (typed: string) => City | null
}

/** More wrong letters than this are another city. */
const mostWrong = 2
/** Misspellings whose answers are kept. */
const mostKept = 300

export function createMatcher(cities: readonly City[]): Matcher {
  const named = cities.map((city) => ({ city, name: plain(city.name) }))
  const spelt = new Map(named.map(({ city, name }) => [name, city]))
  const misspelt = boundedMap<City | null>(mostKept)

  function closest(typed: string): City | null {
    const wanted = plain(typed)
    return spelt.get(wanted) ?? misspelt.get(wanted, () => search(wanted))
  }

  function search(wanted: string): City | null {
    let best: City | null = null
    let fewest = mostWrong + 1
    for (const { city, name } of named) {
      // The lengths alone are already that many letters apart.
      if (Math.abs(name.length - wanted.length) >= fewest) continue
      const wrong = distance(wanted, name)
      if (wrong < fewest) {
        best = city
        fewest = wrong
      }
    }
    return best
  }

  return { closest }
}

/** Keeps the answers that were asked for last; one that is `null` is an answer too. */
function boundedMap<T>(most: number) {
  const kept = new Map<string, T>()
  return {
    get(key: string, work: () => T): T {
      const value = kept.has(key) ? (kept.get(key) as T) : work()
      kept.delete(key)
      kept.set(key, value)
      const [oldest] = kept.keys()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
      return value
    },
  }
}

const plain = (name: string): string => name.trim().toLowerCase()

/** How many letters have to be added, taken away, changed or swapped with the next to make one word of the other. */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= from.length; i += 1) {
    const above = rows[i - 1] as number[]
    const row = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const added = (row[j - 1] as number) + 1
      const takenAway = (above[j] as number) + 1
      const changed = (above[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1)
      let fewest = added
      if (takenAway < fewest) fewest = takenAway
      if (changed < fewest) fewest = changed
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        const swapped = (rows[i - 2]?.[j - 2] as number) + 1
        if (swapped < fewest) fewest = swapped
      }
      row.push(fewest)
    }
    rows.push(row)
  }
  return rows[from.length]?.[to.length] as number
}
