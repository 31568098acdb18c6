import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { layerFiles } from '../files/catalog-source.ts'
import { copyTree, ensureFolder } from '../files/late-packages.ts'
import type { ScaffoldPlan } from '../../domain/exercise/scaffold.ts'
import { placeFile } from '../files/place-file.ts'
import { diffLaid } from './diff-folders.ts'

/**
 * The unified diff from a workspace to the reference; paths are told as `yours/…` and `reference/…`. Only files that the
 * reference has are compared: a learner's further files are not a difference worth showing.
 */
export async function diffAgainstReference(workspace: string, reference: string): Promise<string> {
  return diffLaid(['yours', 'reference'], 'compare with the reference', async (yours, theirs) => {
    ensureFolder(yours)
    for (const { path } of layerFiles(reference)) {
      copyTree(join(reference, path), join(theirs, path))
      if (existsSync(join(workspace, path))) copyTree(join(workspace, path), join(yours, path))
    }
  })
}

/** The unified diff from the files of one plan to those of another: what changed in an exercise since it was started. */
export async function diffPlans(before: ScaffoldPlan, now: ScaffoldPlan): Promise<string> {
  return diffLaid(['started', 'now'], 'compare the starters', async (old, fresh) => {
    layPlan(before, old)
    layPlan(now, fresh)
  })
}

function layPlan({ files, repository }: ScaffoldPlan, into: string): void {
  ensureFolder(into)
  for (const file of files.filter(({ to }) => to !== 'package.json')) placeFile(into, file)
  if (repository !== null) copyTree(repository, join(into, 'repository.json'))
}
