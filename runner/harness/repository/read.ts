import type { RepositoryGit } from './git.ts'
import { note, type RunState } from '../run/run-state.ts'

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

/** Objects and refs of a repository, read as data. */
export interface Commits {
  /** Branch that HEAD names, or null when it is detached. */
  branch: () => string | null
  branches: () => Record<string, string>
  /** Of an annotated tag the id is the tag's own; `log(name)` leads to its commit. */
  tags: () => Record<string, string>
  /** Commits reachable from a revision, newest first; empty for an unborn branch and for an unknown name. */
  log: (revision?: string) => Commit[]
  /** Files of a commit; empty for an unborn branch and for an unknown name. */
  tree: (revision?: string) => TreeEntry[]
  /** Content of a file in a commit; null when it is not there. */
  show: (revision: string, path: string) => string | null
}

/** @param where what the transcript adds to each line: nothing for the learner's own repository */
export function commitsIn(run: RunState, git: () => RepositoryGit, where = ''): Commits {
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
      note(
        run,
        (revision === 'HEAD' ? 'log' : `log of ${shortName(revision)}`) + where,
        commits.map((c) => `${c.id.slice(0, 7)} ${c.message.split('\n')[0]}`).join('\n') || '(no commit yet)',
      )
      return structuredClone(commits)
    },
    tree: (revision = 'HEAD') => {
      const id = idOf(revision)
      const entries = id === null ? [] : treeOf(id)
      note(
        run,
        `files of ${shortName(revision)}${where}`,
        entries.map((e) => `${e.mode} ${e.path}`).join('\n') || '(none)',
      )
      return structuredClone(entries)
    },
    show: (revision, path) => {
      const id = idOf(revision)
      const entry = id === null ? undefined : treeOf(id).find((e) => e.path === path && e.mode !== '160000')
      return entry === undefined ? null : blobOf(entry.id)
    },
  }
}

/** As a person says it: a branch by its name, a commit by the beginning of its id. */
const shortName = (revision: string): string =>
  revision.replace(/^refs\/(heads|tags)\//, '').replace(/^([0-9a-f]{7})[0-9a-f]{33,57}$/, '$1')

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
  // Of a full id git would say that it is one, whether or not there is such a commit.
  const name = /^[0-9a-f]{40,64}$/.test(revision) ? `${revision}^{commit}` : revision
  const answer = git.try(['rev-parse', '--verify', '--quiet', '--end-of-options', name])
  return answer.code === 0 ? answer.stdout.toString().trim() : null
}

const refsBelow = (git: RepositoryGit, folder: string): Record<string, string> =>
  Object.fromEntries(
    [...git.refs].filter(([name]) => name.startsWith(folder)).map(([name, id]) => [name.slice(folder.length), id]),
  )

function branchOf(git: RepositoryGit): string | null {
  const answer = git.try(['symbolic-ref', '--quiet', 'HEAD'])
  const name = answer.stdout.toString().trim()
  return name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : null
}

const fields = ['%H', '%P', '%T', '%an', '%ae', '%cn', '%ce', '%B']
/** NUL stands in none of the fields, so nothing that a name or a message holds can be taken for another field. */
const logFormat = fields.join('%x00')

function parseLog(output: string): Commit[] {
  const parts = output.split('\0')
  return Array.from({ length: Math.floor(parts.length / fields.length) }, (_, i) => {
    const [
      id = '',
      parents = '',
      tree = '',
      authorName = '',
      authorEmail = '',
      committerName = '',
      committerEmail = '',
      message = '',
    ] = parts.slice(i * fields.length)
    return {
      id,
      parents: parents.split(' ').filter(Boolean),
      tree,
      authorName,
      authorEmail,
      committerName,
      committerEmail,
      message,
    }
  })
}

function parseTree(output: string): TreeEntry[] {
  return records(output).map((record) => {
    const [mode = '', , id = ''] = record.split(/[ \t]/, 3)
    return { path: record.slice(record.indexOf('\t') + 1), mode, id }
  })
}

/** What git prints with `-z`. */
export const records = (output: string): string[] => output.split('\0').filter(Boolean)
