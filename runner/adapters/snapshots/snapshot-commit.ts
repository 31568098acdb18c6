import { encodeMessage, type Snapshot } from './snapshot-message.ts'
import { snapshotBranch } from './snapshot-store.ts'
import type { TreeChanges } from './tree-changes.ts'
import { fromStoredPath, markedFolder, type StoredPath } from './tree-paths.ts'
import { readFile, type FileContent } from './work-tree.ts'

const author = 'Backend Gym <learn@backend-gym.invalid>'

export interface NewCommit extends Pick<Snapshot, 'id' | 'reason' | 'note'> {
  readonly seconds: number
  readonly parent: string | undefined
}

/**
 * The snapshot in the language of `git fast-import`: no index, no attributes and no filters come into it, so
 * bytes stay bytes; and it needs one process however many files there are. git answers with the id of the
 * commit.
 */
export function* commitStream(commit: NewCommit, changes: TreeChanges, workspace: string): Generator<Buffer> {
  yield Buffer.from(`commit ${snapshotBranch}\nmark :1\ncommitter ${author} ${commit.seconds} +0000\n`)
  yield* data(Buffer.from(encodeMessage(commit)))
  if (commit.parent !== undefined) yield Buffer.from(`from ${commit.parent}\n`)
  // First, for a folder may have taken the place of a file.
  for (const path of changes.removed) yield Buffer.from(`D ${quote(path)}\n`)
  for (const path of changes.written) {
    const file = contentOf(path, workspace)
    if (file === undefined) continue
    yield Buffer.from(`M ${file.mode} inline ${quote(path)}\n`)
    yield* data(file.content)
  }
  yield Buffer.from('get-mark :1\ndone\n')
}

/** Read again and not kept since the scan, which may have seen far more than memory holds. */
function contentOf(path: StoredPath, workspace: string): FileContent | undefined {
  if (markedFolder(path) !== undefined) return { mode: '100644', content: Buffer.of() }
  const file = readFile(workspace, fromStoredPath(path))
  return typeof file === 'string' ? undefined : file
}

function* data(content: Buffer): Generator<Buffer> {
  yield Buffer.from(`data ${content.length}\n`)
  yield content
  yield Buffer.from('\n')
}

/** Quotes a path as git does, in C style; each character of the path stands for one byte. */
export function quote(path: StoredPath): string {
  const octal = (byte: string): string => byte.charCodeAt(0).toString(8).padStart(3, '0')
  return `"${path.replace(/[^ !#-[\]-~]/g, (byte) => `\\${octal(byte)}`)}"`
}
