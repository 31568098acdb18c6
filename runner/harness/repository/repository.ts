import { lstatSync, readFileSync, realpathSync, type Stats } from 'node:fs'
import { join, sep } from 'node:path'
import { learnersPlace, remotePlace } from './copy.ts'
import { openRepository, type RepositoryGit } from './git.ts'
import { commitsIn, records, type Commits } from './read.ts'
import { copyOut, makeRepository, unpackCommit, type MadeCommit, type MadeRepository, type Scene } from './scene.ts'
import { note, type RunState } from '../run/run-state.ts'

const operations = ['merge', 'rebase', 'cherry-pick', 'revert', 'bisect'] as const
export type Operation = (typeof operations)[number]

/** An update that a bare repository has taken: a push of one branch or tag. */
export interface Push {
  /** Full name: refs/heads/main. */
  ref: string
  /** null: the push made it. */
  old: string | null
  /** null: the push deleted it. */
  now: string | null
}

export interface Remote extends Commits {
  /** What the learner has pushed, in order; as data, for they could write it themselves. */
  pushes: () => Push[]
}

/**
 * The learner's repository (workspace/<slug>/repo), read as data: objects, refs and index are copied beside
 * a configuration of our own, so that nothing they configured (hooks, filters, fsmonitor, aliases) runs.
 * What is no repository, or a damaged one, stops the run and says so.
 */
export interface Repository extends Commits {
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
  /** A file of the work tree, with the line ends that git would give it in a commit; null when it is missing. */
  read: (path: string) => string | null
  /** Is this file of the work tree executable? Links and folders are not. */
  executable: (path: string) => boolean
  /** What git has begun here and not ended, by its own files. */
  inProgress: () => Operation[]
  /** The bare repository remotes/<name>.git beside repo/, read in the same way. */
  remote: (name: string) => Remote
  /**
   * Copies a file that lies beside repo/ out of the workspace, its mode kept, so that it can be run without touching
   * their work; its new path, or null when there is no such file.
   */
  copy: (path: string) => string | null
  /** Writes the files of a commit into a folder of the run, so that they can be run there; links become plain files. */
  unpack: (revision: string) => Scene
  /** Makes a repository of the suite's own, for the learner's scripts to work on. A name may hold spaces. */
  make: (name: string, commits: readonly MadeCommit[]) => MadeRepository
}

const largestFile = 1024 * 1024

export function repository(run: RunState): Repository {
  const place = learnersPlace(run.context.workspace)
  const worktree = place.folder
  const git = lazily(() => openRepository(run, place))
  const remotes = new Map<string, Remote>()
  return {
    ...commitsIn(run, git),
    status: () => {
      const args = ['status', '--porcelain', '-z', '--untracked-files=all', '--ignore-submodules=dirty', '--no-renames']
      const found = records(git().read(args, { index: git().freshIndex() }))
      note(run, 'status', found.join('\n') || '(clean)')
      return found
    },
    ignored: (paths) => ignoredAmong(git(), paths),
    config: (key) => git().settings.get(keyOf(key)) ?? null,
    read: (path) => asCommitted(git, path, readWithin(worktree, path)),
    executable: (path) => {
      const stats = fileAt(worktree, path)
      return stats !== null && (stats.mode & 0o100) !== 0
    },
    inProgress: () => {
      git()
      return operationsIn(place.gitDir)
    },
    remote: (name) => {
      if (!remotes.has(name)) remotes.set(name, openRemote(run, name))
      return remotes.get(name) as Remote
    },
    copy: (path) => copyOut(run, fileAt(run.context.workspace, path) && path),
    unpack: (revision) => unpackCommit(run, git(), revision),
    make: (name, commits) => makeRepository(run, name, commits),
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}

function openRemote(run: RunState, name: string): Remote {
  const place = remotePlace(run.context.workspace, name)
  const git = lazily(() => openRepository(run, place))
  return {
    ...commitsIn(run, git, ` on ${name}`),
    pushes: () => {
      git()
      const pushes = pushesIn(readWithin(place.folder, 'journal') ?? '')
      note(
        run,
        `pushes to ${name}`,
        pushes
          .map((p) => `${p.ref} ${(p.old ?? '(new)').slice(0, 7)} → ${(p.now ?? '(deleted)').slice(0, 9)}`)
          .join('\n') || '(none)',
      )
      return pushes
    },
  }
}

function pushesIn(journal: string): Push[] {
  return journal.split('\n').flatMap((line) => {
    const [, old = '', now = '', ref = ''] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs\/\S+)$/.exec(line) ?? []
    return ref === '' ? [] : [{ ref, old: idOrNull(old), now: idOrNull(now) }]
  })
}

const idOrNull = (id: string): string | null => (/^0+$/.test(id) ? null : id)

const marks: Record<Operation, string[]> = {
  merge: ['MERGE_HEAD'],
  rebase: ['rebase-merge', 'rebase-apply'],
  'cherry-pick': ['CHERRY_PICK_HEAD'],
  revert: ['REVERT_HEAD'],
  bisect: ['BISECT_LOG', 'BISECT_START'],
}

const operationsIn = (gitDir: string): Operation[] =>
  operations.filter((operation) =>
    marks[operation].some((name) => lstatSync(join(gitDir, name), { throwIfNoEntry: false })),
  )

/** Line ends as the learner's attributes and settings have them stored; nothing is asked of git where there are none of Windows. */
function asCommitted(git: () => RepositoryGit, path: string, text: string | null): string | null {
  if (text === null || !text.includes('\r\n')) return text
  const id = git().read(['hash-object', '-w', '--stdin', `--path=${path}`], { input: Buffer.from(text) })
  return git().read(['cat-file', 'blob', id.trim()])
}

function ignoredAmong(git: RepositoryGit, paths: readonly string[]): string[] {
  const answer = git.try(['check-ignore', '--no-index', '-z', '--stdin'], {
    input: Buffer.from(paths.map((path) => `${path}\0`).join('')),
  })
  if (answer.code !== 0 && answer.code !== 1)
    throw new Error(`git cannot tell what is ignored: ${answer.stderr.trim()}`)
  return records(answer.stdout.toString())
}

/** Sections and names are case-insensitive, what stands between them is not. */
function keyOf(key: string): string {
  const [first, last] = [key.indexOf('.'), key.lastIndexOf('.')]
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase()
}

/** null unless it is a regular file that no link on the way leads out of the folder. */
function fileAt(folder: string, path: string): Stats | null {
  const full = join(folder, path)
  const stats = lstatSync(full, { throwIfNoEntry: false })
  if (!stats?.isFile()) return null
  return realpathSync(full).startsWith(realpathSync(folder) + sep) ? stats : null
}

function readWithin(folder: string, path: string): string | null {
  const stats = fileAt(folder, path)
  if (stats === null) return null
  if (stats.size > largestFile) throw new Error(`repo/${path} is larger than 1 MB.`)
  return readFileSync(join(folder, path), 'utf8')
}
