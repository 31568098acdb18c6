import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { layerFiles } from '../files/catalog-source.ts'
import { copyTree, ensureFolder } from '../files/late-packages.ts'
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
