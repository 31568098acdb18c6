import { basename, join } from 'node:path'
import type { Snapshots } from '../../app/ports.ts'
import type { VariantId } from '../../domain/exercise/variant.ts'
import { ignoredIn, listPlace, listSnapshots, restoreSnapshot, takeSnapshot } from './snapshots.ts'

export interface WorkspaceSnapshotsOptions {
  folderOf: (id: VariantId) => string
  /** workspace/.snapshots */
  stores: string
}

/** The port `Snapshots` over bare repositories, one a workspace. */
export function workspaceSnapshots({ folderOf, stores }: WorkspaceSnapshotsOptions): Snapshots {
  const place = (id: VariantId) => {
    const workspace = folderOf(id)
    // A learner's repository inside the workspace (driver git) is kept as a plain tree, its .git included, and so are
    // its remotes.
    return {
      workspace,
      store: join(stores, `${basename(workspace)}.git`),
      wholeTree: id.language === 'git' ? ['repo', 'remotes'] : [],
    }
  }
  return {
    take: async (id, reason, note = '') => {
      const { commit: _, isNew: __, skipped, ...taken } = await takeSnapshot({ ...place(id), reason, note })
      return { ...taken, skipped: [...skipped] }
    },
    listed: (id) => listPlace(place(id)),
    ignored: (id) => ignoredIn(place(id)),
    list: (id) => listSnapshots(place(id).store),
    restore: async (id, state) => (await restoreSnapshot({ ...place(id), id: state })).movedAside,
  }
}
