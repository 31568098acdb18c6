export interface SavedState {
  id: string
  /** Two states with the same tree hold the same files. */
  tree: string
}

/** git's name for no files at all: versions before this one saved an emptied workspace like any other. */
const noFiles = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/**
 * The state that `undo` goes back to: the newest one that holds other files than the present ones; asked again, the one
 * before that. null when there is nothing earlier.
 * @param all newest first
 * @param presentId the state that holds the present files, or null when the workspace is gone
 * @param undoneTo the state that the last `undo` brought back, or null when something else was done since
 */
export function stateToGoBackTo<T extends SavedState>(
  all: readonly T[],
  presentId: string | null,
  undoneTo: string | null,
): T | null {
  const states = all.filter((s) => s.tree !== noFiles)
  const position = states.findIndex((s) => s.id === undoneTo)
  if (presentId === null) return states[Math.max(0, position)] ?? null
  const tree = states.find((s) => s.id === presentId)?.tree
  const goesOn = position >= 0 && states[position]?.tree === tree
  const earlier = goesOn ? states.slice(position + 1) : states
  return earlier.find((s) => s.tree !== tree) ?? null
}
