import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs'
import { gitFailure, spawnGit } from '../git/run-git.ts'
import { fromText, isInside, markEmptyFolder, onDisk, toStoredPath, toText } from './tree-paths.ts'
import type { BytePath, StoredPath } from './tree-paths.ts'

/** Larger files are never work of the learner's but data or builds, and would be kept for ever. */
export const largestFile = 20 * 1024 * 1024

export type FileMode = '100644' | '100755' | '120000'

export interface StoredFile {
  readonly mode: FileMode
  /** git's id of the content. */
  readonly id: string
}

export type Tree = ReadonlyMap<StoredPath, StoredFile>

export interface WorkTree {
  readonly workspace: string
  /** The bare repository on whose behalf git lists the files: the learner's own is never opened. */
  readonly store: string
  /** Folders taken with everything inside, whatever .gitignore says. */
  readonly wholeTree: readonly BytePath[]
}

export interface Scan {
  readonly tree: Tree
  /** What is left out, because it is too large or cannot be read. */
  readonly skipped: string[]
}

export type FileContent = { readonly mode: FileMode; readonly content: Buffer }

/** Reads the workspace as it is now: every file that is not ignored. A missing folder has none. */
export async function scanWorkTree(workTree: WorkTree, locks: 'with-locks' | 'without-locks'): Promise<Scan> {
  const tree = new Map<StoredPath, StoredFile>()
  const skipped: string[] = []
  if (!existsSync(workTree.workspace)) return { tree, skipped }
  const listed = await listFiles(workTree)
  const walked = walkWholeTrees(workTree, locks)
  for (const path of [...listed.unreachable, ...walked.unreachable]) skipped.push(toText(path))
  for (const path of [...listed.files, ...walked.files]) {
    const file = readFile(workTree.workspace, path)
    if (file === 'skipped') skipped.push(toText(path))
    else if (file !== 'none') tree.set(toStoredPath(path), { mode: file.mode, id: contentId(file.content) })
  }
  const empty: StoredFile = { mode: '100644', id: contentId(Buffer.of()) }
  for (const folder of walked.emptyFolders) tree.set(markEmptyFolder(folder), empty)
  return { tree, skipped }
}

/** The files outside of `wholeTree` that no .gitignore leaves out. */
export async function listFiles(workTree: WorkTree): Promise<{ files: BytePath[]; unreachable: BytePath[] }> {
  const files: BytePath[] = []
  const unreachable: BytePath[] = []
  const folders: BytePath[] = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const { names, closed } = await listOneRepository(workTree, folder)
    const closedPaths = closed.map((name) => `${folder}${name}`)
    unreachable.push(...closedPaths.filter((path) => !isInside(path, workTree.wholeTree)))
    for (const name of names) {
      const path = `${folder}${name}`
      if (isInside(path.replace(/\/$/, ''), workTree.wholeTree)) continue
      // A repository inside the workspace is one entry ending in "/": its files are work, its .git is not.
      if (!path.endsWith('/')) files.push(path)
      else if (existsSync(`${workTree.workspace}/${toText(path)}`)) folders.push(path)
      else unreachable.push(path)
    }
  }
  return { files, unreachable }
}

/** What a snapshot would hold, named and not read. */
export async function listWork(workTree: WorkTree): Promise<BytePath[]> {
  if (!existsSync(workTree.workspace)) return []
  const { files } = await listFiles(workTree)
  return [...files, ...walkWholeTrees(workTree, 'without-locks').files]
}

/** What a .gitignore leaves out of it; an ignored folder is one path that ends in a slash. */
export async function listIgnored({ workspace, store, wholeTree }: WorkTree): Promise<BytePath[]> {
  if (!existsSync(workspace)) return []
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']
  const { names } = await listWith(args, workspace, store)
  return names.filter((name) => !isInside(name.replace(/\/$/, ''), wholeTree))
}

/** One file's bytes; "none" when it is gone or is neither a file nor a symbolic link. */
export function readFile(workspace: string, path: BytePath): FileContent | 'none' | 'skipped' {
  const place = onDisk(workspace, path)
  try {
    // Synchronous calls: for the many small files of a workspace they are several times faster.
    const stats = lstatSync(place)
    if (stats.isSymbolicLink()) return { mode: '120000', content: readlinkSync(place, 'buffer') }
    if (!stats.isFile()) return 'none'
    if (stats.size > largestFile) return 'skipped'
    return { mode: modeOf(stats), content: readFileSync(place) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'none'
    if (code === 'EACCES' || code === 'EPERM') return 'skipped'
    throw error
  }
}

/** git's own name for a content (a SHA-1 store), so that nothing unchanged has to be handed to git. */
export function contentId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
}

const listOneRepository = ({ workspace, store }: WorkTree, folder: BytePath) =>
  listWith(['ls-files', '-z', '--others', '--exclude-standard'], `${workspace}/${toText(folder)}`, store)

async function listWith(args: readonly string[], root: string, store: string) {
  // The index does not exist, so git takes every file for untracked.
  const env = { GIT_INDEX_FILE: `${store}/no-index` }
  const call = { cwd: root, action: 'list the files of the workspace', path: store, env }
  const result = await spawnGit([`--git-dir=${store}`, `--work-tree=${root}`, ...args], call)
  if (result.code !== 0) throw gitFailure(result.stderr, call)
  const closed = result.stderr.matchAll(/^warning: could not open directory '(.*?)\/?':/gm)
  return {
    names: result.stdout
      .toString('latin1')
      .split('\0')
      .filter((name) => name !== ''),
    closed: [...closed].map(([, name = '']) => fromText(name)),
  }
}

function walkWholeTrees({ workspace, wholeTree }: WorkTree, locks: 'with-locks' | 'without-locks') {
  const found = { files: [] as BytePath[], emptyFolders: [] as BytePath[], unreachable: [] as BytePath[] }
  const walk = (path: BytePath): void => {
    const place = onDisk(workspace, path)
    if (!lstatSync(place, { throwIfNoEntry: false })?.isDirectory()) return void found.files.push(path)
    const all = namesIn(place)
    if (all === undefined) return void found.unreachable.push(path)
    const names = all.filter((name) => locks === 'with-locks' || !isLock(`${path}/${name}`))
    if (names.length === 0) found.emptyFolders.push(path)
    for (const name of names.sort(objectsLast)) walk(`${path}/${name}`)
  }
  for (const folder of wholeTree) walk(folder)
  return found
}

function namesIn(place: Buffer): BytePath[] | undefined {
  try {
    return readdirSync(place, 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return undefined
    throw error
  }
}

/** A lock belongs to a git that is running now; brought back later it would only block the repository. */
export function isLock(path: BytePath): boolean {
  return /(^|\/)(\.git|remotes\/[^/]+\.git)\/(.*\/)?[^/]*\.lock$/.test(path)
}

/** Were a commit made during the walk, its objects would then be read after the ref that names them. */
function objectsLast(a: string, b: string): number {
  return Number(a === 'objects') - Number(b === 'objects')
}

function modeOf(stats: Stats): FileMode {
  return (stats.mode & 0o100) === 0 ? '100644' : '100755'
}
