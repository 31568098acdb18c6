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
const generation = 200

interface Known {
  city: City
  name: string
  /** Its place in the list; of two that are equally near, the lower one wins. */
  place: number
}

export function createMatcher(cities: readonly City[]): Matcher {
  const byName = new Map<string, City>()
  const byLength = new Map<number, Known[]>()
  for (const [place, city] of cities.entries()) {
    const name = plain(city.name)
    if (byName.has(name)) continue
    byName.set(name, city)
    byLength.set(name.length, [...(byLength.get(name.length) ?? []), { city, name, place }])
  }
  let young = new Map<string, City | null>()
  let old = new Map<string, City | null>()

  function closest(typed: string): City | null {
    const wanted = plain(typed)
    const exact = byName.get(wanted)
    if (exact) return exact
    const known = young.get(wanted)
    if (known !== undefined) return known
    // What is asked for again moves on with the young.
    const before = old.get(wanted)
    const found = before !== undefined ? before : (search(wanted)?.city ?? null)
    if (young.size >= generation) [old, young] = [young, new Map()]
    young.set(wanted, found)
    return found
  }

  function search(wanted: string): Known | null {
    const lengths = [0, -1, 1, -2, 2].map((more) => wanted.length + more)
    let best: { known: Known; wrong: number } | null = null
    for (const known of lengths.flatMap((length) => byLength.get(length) ?? [])) {
      const wrong = distance(wanted, known.name)
      if (wrong > mostWrong) continue
      if (!best || wrong < best.wrong || (wrong === best.wrong && known.place < best.known.place)) best = { known, wrong }
    }
    return best?.known ?? null
  }

  return { closest }
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
