/** So many mutants must be killed, of a hundred that are not equivalent. */
export const wantedPercent = 95

export interface Counts {
  killed: number
  survived: number
  /** Survivors that change nothing, each with its reason. */
  equivalent: number
  /** No compiler takes them, so nobody could hand them in. */
  invalid: number
}

/** Percent killed of what is not equivalent, cut to one digit: 95 is not reached by rounding. No mutant, nothing to kill. */
export function percentKilled({ killed, survived }: Pick<Counts, 'killed' | 'survived'>): number {
  const all = killed + survived
  return all === 0 ? 100 : Math.floor((1000 * killed) / all) / 10
}
