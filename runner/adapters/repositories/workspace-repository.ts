import { existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { walk } from '../files/walk.ts'
import { requireGit } from '../git/git-version.ts'
import { gitFailure, spawnGit } from '../git/run-git.ts'
import { openSimpleGit, simpleGitFailure } from '../git/simple-git.ts'

const identity = {
  GIT_AUTHOR_NAME: 'Backend Gym',
  GIT_AUTHOR_EMAIL: 'learn@backend-gym.invalid',
  GIT_COMMITTER_NAME: 'Backend Gym',
  GIT_COMMITTER_EMAIL: 'learn@backend-gym.invalid',
}

/** Named outright, so that git never looks for a repository in the folders above: that one is not ours. */
const here = ['--git-dir=.git', '--work-tree=.']

/**
 * Makes a folder a git repository whose one commit is the pristine starter. Does nothing where a commit
 * exists; completes a former start that was cut off before it. No trace of us stays in the repository's
 * config, so the learner's own commits carry the learner's own name.
 */
export async function initWorkspaceRepository(folder: string, message: string): Promise<void> {
  await requireGit()
  const before = await readState(folder)
  if (before === 'started') return
  const call = { action: 'start the repository of the workspace', path: folder }
  try {
    await removeLocks(join(folder, '.git'))
    const git = await openSimpleGit({ folder, env: identity })
    if (before === 'none') await git.raw('init', '--template=', '--initial-branch=main')
    // Read again: in a damaged repository there may be commits, and ours must only ever be the first.
    const state = before === 'none' ? await readState(folder) : before
    if (state === 'started') return
    if (state === 'none') throw gitFailure('its .git folder is damaged', call)
    // Verbose, because simple-git waits 50 ms after a command that prints nothing.
    await git.raw(...here, 'add', '-A', '-v')
    await git.raw(...here, 'commit', '--allow-empty', '--no-verify', '--no-gpg-sign', '-m', message)
  } catch (error) {
    throw simpleGitFailure(error, call)
  }
}

/**
 * The unified diff from the pristine starter (the root of HEAD's history) to the files as they are now, new
 * files included. It is made in a repository of our own that borrows the learner's objects: the learner's
 * index stays untouched, and filters and diff programs from the learner's config are never run.
 * @param makeStarter makes the pristine starter with a repository elsewhere, for where the workspace's own is lost
 * @param isNewer what it makes counts more than the first commit: the learner has begun again from another starter
 */
export async function diffAgainstStarter(
  folder: string,
  makeStarter?: () => Promise<string>,
  isNewer = false,
): Promise<string> {
  await requireGit()
  const scratch = await mkdtemp(join(tmpdir(), 'backend-gym-diff-'))
  const call = { action: 'compare the workspace with its starter', path: scratch }
  try {
    const { root, base } = await findBase(folder, makeStarter, isNewer)
    await writeBorrowingRepository(scratch, join(base, '.git', 'objects'), root)
    const env = { GIT_DIR: scratch, GIT_WORK_TREE: folder }
    // Exit code 1: some files could not be added, as a repository inside the workspace that has no commit.
    const git = await openSimpleGit({ folder, env, oneIsAnAnswer: true })
    await git.raw('read-tree', root)
    await git.add(['-A', '--ignore-errors'])
    const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=all']
    return await git.diff(['--cached', ...plain, root, '--'])
  } catch (error) {
    throw simpleGitFailure(error, call)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** "none" also when there is a .git that git does not accept; "empty" when there is no commit. */
async function readState(folder: string): Promise<'none' | 'empty' | 'started'> {
  if (!existsSync(join(folder, '.git'))) return 'none'
  // --all and not HEAD alone: a learner on a fresh orphan branch has history too.
  const args = [...here, 'rev-list', '--all', '--max-count=1']
  const call = { cwd: folder, action: 'read the repository of the workspace', path: folder }
  const result = await spawnGit(args, call)
  if (result.code !== 0) return 'none'
  return result.stdout.length > 0 ? 'started' : 'empty'
}

/** As long as there is no commit, a lock can only come from a start of ours that was killed. */
async function removeLocks(gitDir: string): Promise<void> {
  if (!statSync(gitDir, { throwIfNoEntry: false })?.isDirectory()) return
  const locks = [...walk(gitDir)].filter(({ path, kind }) => kind !== 'folder' && path.endsWith('.lock'))
  await Promise.all(locks.map(({ full }) => rm(full, { force: true })))
}

/** The folder whose repository holds the starter, and the commit that does. */
async function findBase(
  folder: string,
  makeStarter: (() => Promise<string>) | undefined,
  isNewer: boolean,
): Promise<{ root: string; base: string }> {
  try {
    if (isNewer && makeStarter) return await rootIn(await makeStarter())
    return await rootIn(folder)
  } catch (error) {
    if (makeStarter === undefined) throw error
    return rootIn(await makeStarter())
  }
}

const rootIn = async (base: string): Promise<{ root: string; base: string }> => ({
  root: await findRootCommit(base),
  base,
})

async function findRootCommit(folder: string): Promise<string> {
  const git = await openSimpleGit({ folder, env: { GIT_DIR: join(folder, '.git'), GIT_NO_REPLACE_OBJECTS: '1' } })
  // First parents only: a learner may have merged another history, with a root of its own.
  return (await git.raw('rev-list', '--first-parent', '--max-parents=0', 'HEAD', '--')).trim()
}

/** The least that git takes for a repository; by hand it costs no process. */
export async function writeBorrowingRepository(gitDir: string, objects: string, root: string): Promise<void> {
  const format =
    root.length === 64
      ? '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n'
      : '[core]\n\trepositoryformatversion = 0\n\tbare = true\n'
  await mkdir(join(gitDir, 'objects', 'info'), { recursive: true })
  await mkdir(join(gitDir, 'refs'), { recursive: true })
  await writeFile(join(gitDir, 'config'), format)
  await writeFile(join(gitDir, 'objects', 'info', 'alternates'), `${JSON.stringify(objects)}\n`)
  await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n')
}
