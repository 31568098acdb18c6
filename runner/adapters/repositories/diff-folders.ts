import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeTree } from '../files/late-packages.ts'
import { requireGit } from '../git/git-version.ts'
import { openSimpleGit, simpleGitFailure } from '../git/simple-git.ts'

/** Two sides by the names that their paths are told with. */
export type Sides = readonly [before: string, after: string]

/**
 * The unified diff of two folders that `lay` fills; they lie beside each other in a folder of ours, so that git itself
 * names paths by them, whatever characters the way there has.
 */
export async function diffLaid(
  sides: Sides,
  action: string,
  lay: (before: string, after: string) => Promise<void>,
): Promise<string> {
  await requireGit()
  const scratch = await mkdtemp(join(tmpdir(), 'gym-diff-'))
  try {
    await lay(join(scratch, sides[0]), join(scratch, sides[1]))
    const git = await openSimpleGit({ folder: scratch, oneIsAnAnswer: true })
    const plain = ['--no-index', '--no-ext-diff', '--no-textconv', '--no-color', '--no-prefix']
    return await git.diff([...plain, '--', ...sides])
  } catch (error) {
    throw simpleGitFailure(error, { action, path: scratch })
  } finally {
    removeTree(scratch)
  }
}
