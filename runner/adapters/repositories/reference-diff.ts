import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { layerFiles } from '../files/catalog-source.ts'
import { copyTree, removeTree } from '../files/late-packages.ts'
import { requireGit } from '../git/git-version.ts'
import { openSimpleGit, simpleGitFailure } from '../git/simple-git.ts'

/**
 * The unified diff from a workspace to the reference; paths are told as `yours/…` and `reference/…`. Only files that the
 * reference has are compared: a learner's further files are not a difference worth showing.
 */
export async function diffAgainstReference(workspace: string, reference: string): Promise<string> {
  await requireGit()
  const yours = await mkdtemp(join(tmpdir(), 'gym-diff-'))
  try {
    const files = layerFiles(reference).filter(({ path }) => existsSync(join(workspace, path)))
    for (const { path } of files) copyTree(join(workspace, path), join(yours, path))
    return await diffFolders(yours, reference)
  } catch (error) {
    throw simpleGitFailure(error, { action: 'compare with the reference', path: yours })
  } finally {
    removeTree(yours)
  }
}

async function diffFolders(yours: string, reference: string): Promise<string> {
  const git = await openSimpleGit({ folder: yours, oneIsAnAnswer: true })
  const plain = ['--no-index', '--no-ext-diff', '--no-textconv', '--no-color', '--no-prefix']
  const diff = await git.diff([...plain, '--', yours, reference])
  return diff
    .replaceAll(`${yours.slice(1)}/`, 'yours/')
    .replaceAll(`${reference.slice(1)}/`, 'reference/')
    .replaceAll(yours, 'yours')
    .replaceAll(reference, 'reference')
}
