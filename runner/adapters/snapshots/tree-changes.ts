import type { StoredPath } from './tree-paths.ts'
import type { Tree } from './work-tree.ts'

export interface TreeChanges {
  /** Paths that only the first tree has. */
  readonly removed: readonly StoredPath[]
  /** New in the second tree, or other than in the first. */
  readonly written: readonly StoredPath[]
}

/** What turns one tree into the other. */
export function compareTrees(from: Tree, to: Tree): TreeChanges {
  const removed = [...from.keys()].filter((path) => !to.has(path))
  const written = [...to].filter(([path, file]) => {
    const before = from.get(path)
    return before === undefined || before.id !== file.id || before.mode !== file.mode
  })
  return { removed, written: written.map(([path]) => path) }
}
