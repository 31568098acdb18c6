import { copyFileSync, lstatSync, mkdirSync, readdirSync, readlinkSync, writeFileSync, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StopRun, type RunState } from '../run/run-state.ts'

/**
 * What is data in a .git folder. Left behind: config (only facts are taken from it), hooks, info/ (attributes,
 * grafts), alternates (they name objects anywhere on the disk), shallow (it hides parents) and caches.
 */
const copied = ['HEAD', 'packed-refs', 'refs', 'reftable', 'logs', 'objects', 'index']
const neverCopied = new Set([
  'objects/info/alternates',
  'objects/info/http-alternates',
  'objects/info/commit-graph',
  'objects/info/commit-graphs',
])

const mostBytes = 256 * 1024 * 1024

/** A repository of the learner's workspace: theirs with its files, or a bare one that stands for a server. */
export interface RepositoryPlace {
  /** As the learner knows it: `repo/`. */
  name: string
  /** Where its data is, as the learner knows it: `repo/.git`. */
  gitName: string
  folder: string
  gitDir: string
  bare: boolean
}

export const learnersPlace = (workspace: string): RepositoryPlace => ({
  name: 'repo/',
  gitName: 'repo/.git',
  folder: join(workspace, 'repo'),
  gitDir: join(workspace, 'repo', '.git'),
  bare: false,
})

export function remotePlace(workspace: string, remote: string): RepositoryPlace {
  const folder = join(workspace, 'remotes', `${remote}.git`)
  return { name: `remotes/${remote}.git/`, gitName: `remotes/${remote}.git`, folder, gitDir: folder, bare: true }
}

export interface RepositoryCopy {
  gitDir: string
  /** The learner's own configuration file, to be asked for values and never obeyed; null when there is none. */
  config: string | null
}

/** Copies a repository as data, so that no git of ours ever opens the folder they could configure. */
export function copyRepository(run: RunState, place: RepositoryPlace): RepositoryCopy {
  requireFolders(place)
  const copy = join(run.context.scratch, place.bare ? `remote-${basename(place.folder, '.git')}` : 'repository')
  const job: CopyJob = { place, target: `${copy}.git`, bytesLeft: mostBytes }
  try {
    for (const name of ['objects', 'refs']) mkdirSync(join(job.target, name), { recursive: true })
    for (const name of namesToCopy(place.gitDir)) copyTree(job, name)
    return { gitDir: job.target, config: copyFile(job, 'config', `${copy}.config`) ? `${copy}.config` : null }
  } catch (error) {
    if (error instanceof StopRun) throw error
    throw broken(`${place.gitName} cannot be read: ${reasonOf(error)}.`)
  }
}

interface CopyJob {
  place: RepositoryPlace
  target: string
  bytesLeft: number
}

export const broken = (message: string): StopRun => new StopRun('does-not-load', message)

function requireFolders({ name, gitName, folder, gitDir, bare }: RepositoryPlace): void {
  const outer = stat(folder)
  if (!outer) throw broken(`There is no folder ${name} any more. Bring it back with: npm run undo.`)
  if (!outer.isDirectory())
    throw broken(`${name} is not a folder of its own (a link or a file), so it is not looked at.`)
  if (bare) return
  const inner = stat(gitDir)
  if (!inner) throw broken(`There is no git repository in ${name}: its folder .git is missing.`)
  if (inner.isSymbolicLink())
    throw broken(`${gitName} is a link to another place. The repository itself has to be in ${name}.`)
  if (inner.isFile())
    throw broken(
      `${gitName} is a file that points to a repository elsewhere (a worktree or submodule). The repository itself has to be in ${name}.`,
    )
  if (!inner.isDirectory()) throw broken(`${gitName} is not a folder.`)
}

/** A split index has its larger part in a file of its own. */
const namesToCopy = (source: string): string[] =>
  readdirSync(source).filter((name) => copied.includes(name) || /^sharedindex\.[0-9a-f]+$/.test(name))

function copyTree(job: CopyJob, name: string): void {
  if (neverCopied.has(name)) return
  const from = join(job.place.gitDir, name)
  const stats = stat(from)
  if (!stats || name.endsWith('.lock')) return
  if (stats.isDirectory()) {
    mkdirSync(join(job.target, name), { recursive: true })
    for (const inner of readdirSync(from)) copyTree(job, `${name}/${inner}`)
    return
  }
  job.bytesLeft -= stats.size
  if (job.bytesLeft < 0)
    throw broken(`${job.place.gitName} holds more than ${mostBytes / 1024 / 1024} MB; that is not looked at.`)
  // Old git can keep HEAD as a link that names the branch.
  if (name === 'HEAD' && stats.isSymbolicLink())
    return writeFileSync(join(job.target, name), `ref: ${readlinkSync(from)}\n`)
  copyFile(job, name, join(job.target, name))
}

/** Regular files only: a link would be followed out of the repository, a pipe would be waited for. */
function copyFile({ place }: CopyJob, name: string, to: string): boolean {
  const from = join(place.gitDir, name)
  const stats = stat(from)
  if (!stats) return false
  if (!stats.isFile())
    throw broken(
      `${place.gitName}/${name} is ${stats.isSymbolicLink() ? 'a link' : 'not a regular file'}, so it is not looked at.`,
    )
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
  return true
}

const stat = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false })

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : message
}
