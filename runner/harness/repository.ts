import { lstatSync, readFileSync, realpathSync, type Stats } from 'node:fs'
import { join, sep } from 'node:path'
import { openRepository, type RepositoryGit } from './repository-git.ts'
import { note, type RunState } from './run-state.ts'

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
 * What is no repository, or a damaged one, stops the run and says so.
 */
export interface Repository {
  /** Branch that HEAD names, or null when it is detached. */
  branch: () => string | null
  branches: () => Record<string, string>
  tags: () => Record<string, string>
  /** Commits reachable from a revision, newest first; empty for an unborn branch and for an unknown name. */
  log: (revision?: string) => Commit[]
  /** Files of a commit; empty for an unborn branch and for an unknown name. */
  tree: (revision?: string) => TreeEntry[]
  /** Content of a file in a commit; null when it is not there. */
  show: (revision: string, path: string) => string | null
  /**
   * Porcelain v1 lines of the work tree against index and HEAD; untracked files included, renames as two lines.
   * Only .gitignore files leave something out: .git/info/exclude and the learner's global settings do not count,
   * nor do flags in the index that hide a change.
   */
  status: () => string[]
  /** Those of these paths that the learner's .gitignore leaves out, were they not tracked; they need not exist. */
  ignored: (paths: readonly string[]) => string[]
  /** Values of the repository's own configuration, e.g. `user.email`; data, never obeyed. */
  config: (key: string) => string | null
  /** A file of the work tree; null when it is missing. */
  read: (path: string) => string | null
  /** Is this file of the work tree executable? Links and folders are not. */
  executable: (path: string) => boolean
}

const largestFile = 1024 * 1024

export function repository(run: RunState): Repository {
  let opened: RepositoryGit | null = null
  const worktree = join(run.context.workspace, 'repo')
  const git = (): RepositoryGit => (opened ??= openRepository(run, worktree))
  // The copy never changes, and a process each time would cost most of a suite's time.
  const idOf = once((revision: string) => idIn(git(), revision))
  const commitsOf = once((id: string) => parseLog(git().read(['log', '-z', `--format=format:${logFormat}`, id, '--'])))
  const treeOf = once((id: string) => parseTree(git().read(['ls-tree', '-r', '-z', '--full-tree', id])))
  const blobOf = once((id: string) => git().read(['cat-file', 'blob', id]))
  return {
    branch: () => branchOf(git()),
    branches: () => refsBelow(git(), 'refs/heads/'),
    tags: () => refsBelow(git(), 'refs/tags/'),
    log: (revision = 'HEAD') => {
      const id = idOf(revision)
      const commits = id === null ? [] : commitsOf(id)
      note(run, revision === 'HEAD' ? 'log' : `log of ${shortName(revision)}`, commits.map((c) => `${c.id.slice(0, 7)} ${c.message.split('\n')[0]}`).join('\n') || '(no commit yet)')
      return structuredClone(commits)
    },
    tree: (revision = 'HEAD') => {
      const id = idOf(revision)
      const entries = id === null ? [] : treeOf(id)
      note(run, `files of ${shortName(revision)}`, entries.map((e) => `${e.mode} ${e.path}`).join('\n') || '(none)')
      return structuredClone(entries)
    },
    show: (revision, path) => {
      const id = idOf(revision)
      const entry = id === null ? undefined : treeOf(id).find((e) => e.path === path && e.mode !== '160000')
      return entry === undefined ? null : blobOf(entry.id)
    },
    status: () => {
      const args = ['status', '--porcelain', '-z', '--untracked-files=all', '--ignore-submodules=dirty', '--no-renames']
      const found = records(git().read(args, { index: git().freshIndex() }))
      note(run, 'status', found.join('\n') || '(clean)')
      return found
    },
    ignored: (paths) => ignoredAmong(git(), paths),
    config: (key) => git().settings.get(keyOf(key)) ?? null,
    read: (path) => readWithin(worktree, path),
    executable: (path) => {
      const stats = fileAt(worktree, path)
      return stats !== null && (stats.mode & 0o100) !== 0
    },
  }
}

/** As a person says it: a branch by its name, a commit by the beginning of its id. */
const shortName = (revision: string): string => revision.replace(/^refs\/(heads|tags)\//, '').replace(/^([0-9a-f]{7})[0-9a-f]{33,57}$/, '$1')

function once<T>(work: (key: string) => T): (key: string) => T {
  const done = new Map<string, T>()
  return (key) => {
    if (!done.has(key)) done.set(key, work(key))
    return done.get(key) as T
  }
}

function idIn(git: RepositoryGit, revision: string): string | null {
  const known = git.refs.get(revision)
  if (known !== undefined) return known
  const answer = git.try(['rev-parse', '--verify', '--quiet', '--end-of-options', revision])
  return answer.code === 0 ? answer.stdout.toString().trim() : null
}

const refsBelow = (git: RepositoryGit, folder: string): Record<string, string> =>
  Object.fromEntries([...git.refs].filter(([name]) => name.startsWith(folder)).map(([name, id]) => [name.slice(folder.length), id]))

function ignoredAmong(git: RepositoryGit, paths: readonly string[]): string[] {
  const answer = git.try(['check-ignore', '--no-index', '-z', '--stdin'], { input: Buffer.from(paths.map((path) => `${path}\0`).join('')) })
  if (answer.code !== 0 && answer.code !== 1) throw new Error(`git cannot tell what is ignored: ${answer.stderr.trim()}`)
  return records(answer.stdout.toString())
}

function branchOf(git: RepositoryGit): string | null {
  const answer = git.try(['symbolic-ref', '--quiet', 'HEAD'])
  const name = answer.stdout.toString().trim()
  return name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : null
}

/** Sections and names are case-insensitive, what stands between them is not. */
function keyOf(key: string): string {
  const [first, last] = [key.indexOf('.'), key.lastIndexOf('.')]
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase()
}

/** null unless it is a regular file that no link on the way leads out of the work tree. */
function fileAt(worktree: string, path: string): Stats | null {
  const full = join(worktree, path)
  const stats = lstatSync(full, { throwIfNoEntry: false })
  if (!stats?.isFile()) return null
  return realpathSync(full).startsWith(realpathSync(worktree) + sep) ? stats : null
}

function readWithin(worktree: string, path: string): string | null {
  const stats = fileAt(worktree, path)
  if (stats === null) return null
  if (stats.size > largestFile) throw new Error(`repo/${path} is larger than 1 MB.`)
  return readFileSync(join(worktree, path), 'utf8')
}

const fields = ['%H', '%P', '%T', '%an', '%ae', '%cn', '%ce', '%B']
/** NUL stands in none of the fields, so nothing that a name or a message holds can be taken for another field. */
const logFormat = fields.join('%x00')

function parseLog(output: string): Commit[] {
  const parts = output.split('\0')
  return Array.from({ length: Math.floor(parts.length / fields.length) }, (_, i) => {
    const [id = '', parents = '', tree = '', authorName = '', authorEmail = '', committerName = '', committerEmail = '', message = ''] =
      parts.slice(i * fields.length)
    return { id, parents: parents.split(' ').filter(Boolean), tree, authorName, authorEmail, committerName, committerEmail, message }
  })
}

function parseTree(output: string): TreeEntry[] {
  return records(output).map((record) => {
    const [mode = '', , id = ''] = record.split(/[ \t]/, 3)
    return { path: record.slice(record.indexOf('\t') + 1), mode, id }
  })
}

const records = (output: string): string[] => output.split('\0').filter(Boolean)
