import { copyFileSync, lstatSync, mkdirSync, readdirSync, readlinkSync, writeFileSync, type Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import { StopRun, type RunState } from './run-state.ts'

/**
 * What is data in a .git folder. Left behind: config (only facts are taken from it), hooks, info/ (attributes,
 * grafts), alternates (they name objects anywhere on the disk), shallow (it hides parents) and caches.
 */
const copied = ['HEAD', 'packed-refs', 'refs', 'reftable', 'logs', 'objects', 'index']
const neverCopied = new Set(['objects/info/alternates', 'objects/info/http-alternates', 'objects/info/commit-graph', 'objects/info/commit-graphs'])

const mostBytes = 256 * 1024 * 1024

export interface RepositoryCopy {
  gitDir: string
  /** The learner's own configuration file, to be asked for values and never obeyed; null when there is none. */
  config: string | null
}

/** Copies the learner's .git as data, so that no git of ours ever opens the folder they could configure. */
export function copyRepository(run: RunState, worktree: string): RepositoryCopy {
  const source = join(worktree, '.git')
  requireFolders(worktree, source)
  const gitDir = join(run.context.scratch, 'repository.git')
  const config = join(run.context.scratch, 'repository.config')
  const budget = { bytes: mostBytes }
  try {
    for (const name of ['objects', 'refs']) mkdirSync(join(gitDir, name), { recursive: true })
    for (const name of namesToCopy(source)) copyTree(source, name, gitDir, budget)
    return { gitDir, config: copyFile(join(source, 'config'), config, 'config') ? config : null }
  } catch (error) {
    if (error instanceof StopRun) throw error
    throw broken(`repo/.git cannot be read: ${reasonOf(error)}.`)
  }
}

export const broken = (message: string): StopRun => new StopRun('does-not-load', message)

function requireFolders(worktree: string, source: string): void {
  const outer = stat(worktree)
  if (!outer) throw broken('There is no folder repo/ any more. Bring it back with: npm run undo.')
  if (!outer.isDirectory()) throw broken('repo/ is not a folder of its own (a link or a file), so it is not looked at.')
  const inner = stat(source)
  if (!inner) throw broken('There is no git repository in repo/: its folder .git is missing.')
  if (inner.isSymbolicLink()) throw broken('repo/.git is a link to another place. The repository itself has to be in repo/.')
  if (inner.isFile()) throw broken('repo/.git is a file that points to a repository elsewhere (a worktree or submodule). The repository itself has to be in repo/.')
  if (!inner.isDirectory()) throw broken('repo/.git is not a folder.')
}

/** A split index has its larger part in a file of its own. */
const namesToCopy = (source: string): string[] =>
  readdirSync(source).filter((name) => copied.includes(name) || /^sharedindex\.[0-9a-f]+$/.test(name))

function copyTree(source: string, name: string, target: string, budget: { bytes: number }): void {
  if (neverCopied.has(name)) return
  const from = join(source, name)
  const stats = stat(from)
  if (!stats || name.endsWith('.lock')) return
  if (stats.isDirectory()) {
    mkdirSync(join(target, name), { recursive: true })
    for (const inner of readdirSync(from)) copyTree(source, `${name}/${inner}`, target, budget)
    return
  }
  budget.bytes -= stats.size
  if (budget.bytes < 0) throw broken(`repo/.git holds more than ${mostBytes / 1024 / 1024} MB; that is not looked at.`)
  // Old git can keep HEAD as a link that names the branch.
  if (name === 'HEAD' && stats.isSymbolicLink()) return writeFileSync(join(target, name), `ref: ${readlinkSync(from)}\n`)
  copyFile(from, join(target, name), name)
}

/** Regular files only: a link would be followed out of the repository, a pipe would be waited for. */
function copyFile(from: string, to: string, name: string): boolean {
  const stats = stat(from)
  if (!stats) return false
  if (!stats.isFile()) throw broken(`repo/.git/${name} is ${stats.isSymbolicLink() ? 'a link' : 'not a regular file'}, so it is not looked at.`)
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
  return true
}

const stat = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false })

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code === 'EACCES' || code === 'EPERM' ? 'permission denied' : message
}
