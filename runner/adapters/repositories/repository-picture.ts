import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { copyTree, ensureFolder } from '../files/late-packages.ts'
import { filesIn } from '../files/walk.ts'
import { runGit } from '../git/run-git.ts'
import { diffLaid, type Sides } from './diff-folders.ts'
import { writeBorrowingRepository } from './workspace-repository.ts'

/** Beyond this, a file is no text that anybody compares line by line. */
const largestFile = 1024 * 1024

/**
 * What differs between two workspaces of a git exercise: the files in `repo/`, and what git knows there and in the
 * remotes (branches, tags, commits, index), as text. Commit ids are told where the same commits have the same ones.
 * @param workspaces in the order of `sides`
 */
export const diffRepositories = (sides: Sides, workspaces: Sides, ids: boolean): Promise<string> =>
  diffLaid(sides, 'compare the repositories', async (before, after) => {
    await draw(workspaces[0], before, ids)
    await draw(workspaces[1], after, ids)
  })

async function draw(workspace: string, into: string, ids: boolean): Promise<void> {
  ensureFolder(into)
  copyWorkTree(join(workspace, 'repo'), join(into, 'repo'))
  const remotes = join(workspace, 'remotes')
  const bare = existsSync(remotes) ? readdirSync(remotes).map((name) => join(remotes, name)) : []
  writeFileSync(join(into, 'repo (git)'), await pictureOf(join(workspace, 'repo', '.git'), ids))
  for (const remote of bare)
    writeFileSync(join(into, `${basename(remote, '.git')} (remote)`), await pictureOf(remote, ids))
}

function copyWorkTree(from: string, to: string): void {
  if (!existsSync(from)) return
  const files = filesIn(from, new Set(['.git', 'node_modules']))
  for (const { path, full } of files.filter((f) => lstatSync(f.full).size <= largestFile)) {
    ensureFolder(dirname(join(to, path)))
    copyTree(full, join(to, path))
  }
}

/** Read as data, in a repository of our own that borrows the objects: nothing of the learner's config ever runs. */
async function pictureOf(gitDir: string, ids: boolean): Promise<string> {
  if (!lstatSync(gitDir, { throwIfNoEntry: false })?.isDirectory()) return 'There is no repository.\n'
  const scratch = await mkdtemp(join(tmpdir(), 'gym-picture-'))
  try {
    await writeBorrowingRepository(scratch, join(gitDir, 'objects'), '')
    for (const name of ['HEAD', 'packed-refs', 'refs', 'index'])
      if (existsSync(join(gitDir, name))) copyTree(join(gitDir, name), join(scratch, name))
    mkdirSync(join(scratch, 'refs'), { recursive: true })
    const git = async (...args: string[]): Promise<string> =>
      (await runGit(args, { cwd: scratch, action: 'read the repository', path: gitDir, env: { GIT_DIR: scratch } }))
        .toString()
        .trimEnd()
    const id = ids ? '%h ' : ''
    const message = `%n  ${id}%an <%ae>%n%w(0,4,4)%B%w(0,0,0)`
    const ref = ids ? '  %(refname:short) %(objectname:short)' : '  %(refname:short)'
    const parts: [string, string][] = [
      ['Branches and tags', await git('for-each-ref', `--format=${ref}`)],
      ['In the index', indent(await git('ls-files', '--stage'))],
      ['Commits, newest first', await git('log', '--all', '--topo-order', '--name-status', `--format=${message}`)],
    ]
    const branch = await git('symbolic-ref', '--short', 'HEAD').catch(() => null)
    const head = branch === null ? 'HEAD is detached' : `HEAD is on ${branch}`
    return [head, ...parts.map(([title, text]) => `\n${title}\n${text || '  none'}`), ''].join('\n')
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')
