import { basename, join } from 'node:path'
import type { Snapshots } from '../../app/ports.ts'
import type { Language } from '../../domain/exercise/exercise.ts'
import { listSnapshots, restoreSnapshot, takeSnapshot } from './snapshots.ts'

export interface WorkspaceSnapshotsOptions {
  folderOf: (slug: string, language: Language) => string
  /** workspace/.snapshots */
  stores: string
}

/** The port `Snapshots` over bare repositories, one a workspace. */
export function workspaceSnapshots({ folderOf, stores }: WorkspaceSnapshotsOptions): Snapshots {
  const place = (slug: string, language: Language) => {
    const workspace = folderOf(slug, language)
    // A learner's repository inside the workspace (driver git) is kept as a plain tree, its .git included, and so are
    // its remotes.
    return {
      workspace,
      store: join(stores, `${basename(workspace)}.git`),
      wholeTree: language === 'git' ? ['repo', 'remotes'] : [],
    }
  }
  return {
    take: async (slug, language, reason, note = '') => {
      const { commit: _, isNew: __, skipped, ...taken } = await takeSnapshot({ ...place(slug, language), reason, note })
      return { ...taken, skipped: [...skipped] }
    },
    list: (slug, language) => listSnapshots(place(slug, language).store),
    restore: async (slug, language, id) => (await restoreSnapshot({ ...place(slug, language), id })).movedAside,
  }
}
