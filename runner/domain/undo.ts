export interface SavedState {
  id: string
  /** Two states with the same tree hold the same files. */
  tree: string
}

/**
 * One state back from the present one; asked again, one further. States are told apart by what they hold, so
 * saving the same files twice is no step. null when there is nothing earlier.
 * @param states newest first
 * @param presentId the state that holds the present files, or null when the workspace is gone
 */
export function stateToGoBackTo<T extends SavedState>(states: readonly T[], presentId: string | null): T | null {
  if (presentId === null) return states[0] ?? null
  const present = states.find((s) => s.id === presentId)
  const firstSeen = [...states].reverse().filter((s, i, all) => all.findIndex((o) => o.tree === s.tree) === i)
  const position = firstSeen.findIndex((s) => s.tree === present?.tree)
  return firstSeen[position - 1] ?? null
}
