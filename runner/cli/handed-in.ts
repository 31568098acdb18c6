import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { submissionTrees } from '../adapters/files/submission-trees.ts'
import { planFor } from '../app/plan.ts'
import type { CatalogSource, HandedIn, Snapshots } from '../app/ports.ts'
import type { PlannedFile, ScaffoldPlan } from '../domain/exercise/scaffold.ts'
import { idOf } from '../domain/exercise/variant.ts'
import { isLearners } from '../domain/submission/learner-paths.ts'
import { changedSettings } from '../domain/submission/settings-files.ts'
import { storedPath } from '../domain/submission/submission-paths.ts'
import { remarksOn, usedOfIgnored } from '../domain/submission/work.ts'

/** The port `HandedIn`: a workspace read as intake would, laid out as grading does. */
export function handedIn(source: CatalogSource, snapshots: Snapshots, cache: string): HandedIn {
  const trees = submissionTrees({ cache, below: 'checks', isLearners })
  return {
    lay: async (variant, workspace) => {
      const [{ readWorkspace }, { textsIn }] = await Promise.all([
        import('../adapters/intake/read-workspace.ts'),
        import('../adapters/intake/entries.ts'),
      ])
      const plan = planFor(source, variant, '')
      const { files, leftOut, refusal } = await readWorkspace(
        workspace,
        () => snapshots.listed(idOf(variant)),
        expectedIn(plan),
      )
      const remarks = [...remarksOn(leftOut, refusal), ...changedIn(plan, workspace)]
      const missed = async (): Promise<string[]> =>
        remarksOn(usedOfIgnored(await snapshots.ignored(idOf(variant)), textsIn(files ?? [])), null)
      if (files === null) return { folder: workspace, remarks, missed, remove: () => {} }
      const folder = await trees.lay(plan, files)
      return { folder, remarks, missed, remove: () => trees.remove(folder) }
    },
  }
}

/** The learner's files that an exercise starts with, as they are stored. */
export const expectedIn = (plan: ScaffoldPlan): ReadonlySet<string> =>
  new Set(plan.files.filter(({ to }) => isLearners(to)).map(({ to }) => storedPath(to)))

function changedIn(plan: ScaffoldPlan, workspace: string): string[] {
  return plan.files.flatMap((file) => {
    if (isLearners(file.to)) return []
    return changedSettings(file.to, textOf(file), textAt(join(workspace, file.to))) ?? []
  })
}

const textOf = ({ source }: PlannedFile): string => ('from' in source ? readFileSync(source.from, 'utf8') : source.text)

function textAt(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
