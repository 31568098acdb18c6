/** A seeded generator (mulberry32, public domain, T. Ettinger): the same seed gives the same run on every machine. */
export interface Random {
  seed: number
  /** A float in [0, 1). */
  next: () => number
  /** An integer from `min` to `max`, both included. */
  integer: (min: number, max: number) => number
  pick: <T>(items: readonly T[]) => T
  shuffle: <T>(items: readonly T[]) => T[]
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    seed,
    next,
    integer,
    pick: (items) => items[integer(0, items.length - 1)] as (typeof items)[number],
    shuffle: (items) => shuffled(items, integer),
  }
}

/** Fisher–Yates. */
function shuffled<T>(items: readonly T[], integer: (min: number, max: number) => number): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = integer(0, i)
    ;[result[i], result[j]] = [result[j] as T, result[i] as T]
  }
  return result
}
