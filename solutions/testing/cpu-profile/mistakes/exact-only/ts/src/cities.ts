export interface City {
  id: number
  name: string
}

export interface Matcher {
  /** The city that a customer has meant, or null when no name is near enough. */
  closest: (typed: string) => City | null
}

export function createMatcher(cities: readonly City[]): Matcher {
  const named = new Map<string, City>()
  for (const city of cities) if (!named.has(plain(city.name))) named.set(plain(city.name), city)
  return { closest: (typed) => named.get(plain(typed)) ?? null }
}

const plain = (name: string): string => name.trim().toLowerCase()
