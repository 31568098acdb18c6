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

export function createMatcher(cities: readonly City[]): Matcher {
  const plainCities = cities.map((city) => ({ city, name: plain(city.name) }))

  function closest(typed: string): City | null {
    const wanted = plain(typed)
    let best: City | null = null
    let fewest = mostWrong + 1
    for (const { city, name } of plainCities) {
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

const plain = (name: string): string => name.trim().toLowerCase()

/** Three rows are enough, and numbers are compared faster than letters. */
const rows = [new Uint16Array(64), new Uint16Array(64), new Uint16Array(64)]

/** How many letters have to be added, taken away, changed or swapped with the next to make one word of the other. */
function distance(from: string, to: string): number {
  let [before, above, row] = rows as [Uint16Array, Uint16Array, Uint16Array]
  if (to.length >= above.length) return Infinity
  for (let j = 0; j <= to.length; j += 1) above[j] = j
  for (let i = 1; i <= from.length; i += 1) {
    row[0] = i
    const letter = from.charCodeAt(i - 1)
    for (let j = 1; j <= to.length; j += 1) {
      const other = to.charCodeAt(j - 1)
      let fewest = Math.min(row[j - 1]! + 1, above[j]! + 1, above[j - 1]! + (letter === other ? 0 : 1))
      if (i > 1 && j > 1 && letter === to.charCodeAt(j - 2) && from.charCodeAt(i - 2) === other) fewest = Math.min(fewest, before[j - 2]! + 1)
      row[j] = fewest
    }
    ;[before, above, row] = [above, row, before]
  }
  return above[to.length]!
}
