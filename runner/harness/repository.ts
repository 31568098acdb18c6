import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { note, StopRun, type RunState } from './run-state.ts'

export interface Commit {
  id: string
  parents: string[]
  tree: string
  authorName: string
  authorEmail: string
  committerName: string
  committerEmail: string
  /** The whole message as it stands in the object. */
  message: string
}

export interface TreeEntry {
  path: string
  /** 100644, 100755, 120000 … */
  mode: string
  id: string
}

/**
 * The learner's repository (workspace/<slug>/repo), read as data: objects, refs and index are copied beside
 * a configuration of our own, so that nothing they configured (hooks, filters, fsmonitor, aliases) runs.
 */
export interface Repository {
  /** Branch that HEAD names, or null when it is detached. */
  branch: () => string | null
  branches: () => Record<string, string>
  tags: () => Record<string, string>
  /** Commits reachable from a revision, newest first; empty for an unborn branch. */
  log: (revision?: string) => Commit[]
  tree: (revision?: string) => TreeEntry[]
  /** Content of a file in a commit; null when it is not there. */
  show: (revision: string, path: string) => string | null
  /** Porcelain v1 lines of the work tree against index and HEAD; untracked files included. */
  status: () => string[]
  /** Does the learner's .gitignore leave this path out, were it not tracked? */
  ignored: (path: string) => boolean
  /** Values of the repository's own configuration, e.g. `user.email`; data, never obeyed. */
  config: (key: string) => string | null
  /** A file of the work tree; null when it is missing. */
  read: (path: string) => string | null
  executable: (path: string) => boolean
}

const copied = ['objects', 'refs', 'HEAD', 'packed-refs', 'index', 'logs', 'shallow']

export function repository(run: RunState): Repository {
  let copy: string | null = null
  const worktree = join(run.context.workspace, 'repo')
  const opened = (): string => (copy ??= copyAsData(run, worktree))
  const git = (args: string[]): string => runGit(run, opened(), worktree, args)
  const tryGit = (args: string[]): string | null => {
    try {
      return git(args)
    } catch (error) {
      if (error instanceof StopRun) throw error
      return null
    }
  }
  const log = (revision = 'HEAD'): Commit[] => commitsOf(tryGit(['log', '-z', `--format=${logFormat}`, '--end-of-options', revision]))
  return {
    branch: () => branchOf(readFileSync(join(opened(), 'HEAD'), 'utf8')),
    branches: () => refsOf(git(['for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads'])),
    tags: () => refsOf(git(['for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/tags'])),
    log: (revision) => {
      const commits = log(revision)
      note(run, 'log', commits.map((c) => `${c.id.slice(0, 7)} ${c.message.split('\n')[0]}`).join('\n') || '(no commit yet)')
      return commits
    },
    tree: (revision = 'HEAD') => treeOf(tryGit(['ls-tree', '-r', '-z', revision])),
    show: (revision, path) => tryGit(['cat-file', 'blob', `${revision}:${path}`]),
    status: () => git(['status', '--porcelain', '-z', '--untracked-files=all', '--ignore-submodules=all']).split('\0').filter((l) => l !== ''),
    ignored: (path) => tryGit(['check-ignore', '--no-index', '-q', '--', path]) !== null,
    config: (key) => tryGit(['config', '--file', join(worktree, '.git', 'config'), '--no-includes', '--get', key])?.trim() ?? null,
    read: (path) => {
      const full = join(worktree, path)
      return lstatSync(full, { throwIfNoEntry: false })?.isFile() ? readFileSync(full, 'utf8') : null
    },
    executable: (path) => ((lstatSync(join(worktree, path), { throwIfNoEntry: false })?.mode ?? 0) & 0o100) !== 0,
  }
}

/** Copies what is data and leaves config, hooks, attributes, alternates and links behind. */
function copyAsData(run: RunState, worktree: string): string {
  const source = join(worktree, '.git')
  if (!lstatSync(source, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StopRun('does-not-load', 'There is no git repository in repo/ (its .git folder is missing).')
  }
  refuseLinks(source)
  const target = join(run.context.scratch, 'repository.git')
  mkdirSync(target, { recursive: true })
  for (const name of copied.filter((n) => existsSync(join(source, n)))) cpSync(join(source, name), join(target, name), { recursive: true })
  for (const name of ['objects', 'refs']) mkdirSync(join(target, name), { recursive: true })
  writeFileSync(join(target, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfilemode = true\n')
  // Alternates could name objects anywhere on the disk.
  rmSync(join(target, 'objects', 'info', 'alternates'), { force: true })
  return target
}

function refuseLinks(folder: string): void {
  const link = readdirSync(folder, { recursive: true, withFileTypes: true }).find((e) => e.isSymbolicLink())
  if (link) throw new Error(`.git holds a link (${relative(folder, join(link.parentPath, link.name))}); it is not followed.`)
}

function runGit(run: RunState, gitDir: string, worktree: string, args: string[]): string {
  const home = run.context.scratch
  return execFileSync('git', ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', ...args], {
    cwd: realpathSync(worktree).split(sep).join('/'),
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
    timeout: 5_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: home,
      XDG_CONFIG_HOME: home,
      LC_ALL: 'C.UTF-8',
      GIT_DIR: gitDir,
      GIT_WORK_TREE: realpathSync(worktree),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_REPLACE_OBJECTS: '1',
    },
  })
}

const logFormat = ['%H', '%P', '%T', '%an', '%ae', '%cn', '%ce', '%B'].join('%x01')

function commitsOf(output: string | null): Commit[] {
  if (output === null) return []
  return output.split('\0').filter((record) => record.trim() !== '').map((record) => {
    const [id = '', parents = '', tree = '', authorName = '', authorEmail = '', committerName = '', committerEmail = '', message = ''] =
      record.split('\x01')
    return { id: id.trim(), parents: parents.split(' ').filter(Boolean), tree, authorName, authorEmail, committerName, committerEmail, message }
  })
}

const refsOf = (output: string): Record<string, string> =>
  Object.fromEntries(output.split('\n').filter(Boolean).map((line) => line.split(' ') as [string, string]))

const branchOf = (head: string): string | null => /^ref: refs\/heads\/(.+)$/m.exec(head)?.[1] ?? null

function treeOf(output: string | null): TreeEntry[] {
  return (output ?? '').split('\0').filter(Boolean).map((line) => {
    const [meta = '', path = ''] = line.split('\t')
    const [mode = '', , id = ''] = meta.split(' ')
    return { path, mode, id }
  })
}
