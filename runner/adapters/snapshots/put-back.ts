import { lstatSync, mkdirSync, renameSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { RunnerError } from '../../errors/runner-error.ts'
import type { TreeChanges } from './tree-changes.ts'
import { fromStoredPath, isInside, markedFolder, onDisk, toStoredPath, toText } from './tree-paths.ts'
import type { BytePath, StoredPath } from './tree-paths.ts'
import { isLock, listFiles, readFile, type StoredFile, type Tree, type WorkTree } from './work-tree.ts'

export interface PutBack {
  readonly workTree: WorkTree
  /** Whether some snapshot holds the present content of a path: only that may be overwritten or removed. */
  readonly isSaved: (path: StoredPath) => boolean
  readonly target: Tree
  readonly changes: TreeChanges
  readonly contents: ReadonlyMap<string, Buffer>
}

/** Turns the present files into those of a snapshot; returns the new names of what had to be moved aside. */
export async function putBack(job: PutBack): Promise<string[]> {
  const movedAside: string[] = []
  for (const path of job.target.keys()) refuseStrayPath(path)
  mkdirSync(job.workTree.workspace, { recursive: true })
  const removed = await putRulesFirst(job, movedAside)
  // Removed before anything is written: where upper and lower case are one, a.ts would be removed as A.ts.
  for (const path of removed) removeOne(job, path, movedAside)
  removeEmptiedFolders(job, removed)
  for (const path of job.changes.written) writeOne(job, path, movedAside)
  return movedAside
}

/**
 * Puts every .gitignore in place and returns what is still to be removed: what the snapshot's own rules
 * ignore stays, even though the present rules do not.
 */
async function putRulesFirst(job: PutBack, movedAside: string[]): Promise<readonly StoredPath[]> {
  const { workTree, changes } = job
  const isRules = (path: StoredPath): boolean =>
    /(^|\/)\.gitignore$/.test(path) && !isInside(fromStoredPath(path), workTree.wholeTree)
  const removedRules = changes.removed.filter(isRules)
  const writtenRules = changes.written.filter(isRules)
  if (changes.removed.length === 0 || removedRules.length + writtenRules.length === 0) return changes.removed
  for (const path of removedRules) removeOne(job, path, movedAside)
  for (const path of writtenRules) writeOne(job, path, movedAside)
  const { files } = await listFiles(workTree)
  const listed = new Set(files)
  const stillExtra = changes.removed.filter((path) => {
    const place = fromStoredPath(path)
    return isInside(place, workTree.wholeTree) || listed.has(place)
  })
  return [...removedRules, ...stillExtra]
}

function removeOne(job: PutBack, path: StoredPath, movedAside: string[]): void {
  const folder = markedFolder(path)
  if (folder !== undefined) return void removeIfEmpty(onDisk(job.workTree.workspace, folder))
  makeWay(job, fromStoredPath(path), movedAside)
}

/** Only folders that this emptied, and none that the snapshot needs: a shell may be standing in it. */
function removeEmptiedFolders({ workTree, target }: PutBack, removed: readonly StoredPath[]): void {
  const needed = new Set<BytePath>()
  for (const path of target.keys()) {
    const place = fromStoredPath(path)
    for (let folder = parentOf(place); folder !== ''; folder = parentOf(folder)) needed.add(folder)
  }
  for (const path of removed) {
    let folder = parentOf(fromStoredPath(path))
    while (folder !== '' && !needed.has(folder) && removeIfEmpty(onDisk(workTree.workspace, folder))) {
      folder = parentOf(folder)
    }
  }
}

function writeOne(job: PutBack, path: StoredPath, movedAside: string[]): void {
  const { workspace } = job.workTree
  const folder = markedFolder(path)
  const file = job.target.get(path)
  if (folder !== undefined) {
    makeWay(job, `${folder}/`, movedAside)
    mkdirSync(onDisk(workspace, folder), { recursive: true })
  } else if (file !== undefined) {
    writeFile(job, fromStoredPath(path), file, movedAside)
  }
}

function writeFile(job: PutBack, path: BytePath, file: StoredFile, movedAside: string[]): void {
  const { workspace } = job.workTree
  const content = job.contents.get(file.id)
  if (content === undefined) throw new Error(`the content of ${toText(path)} was not read`)
  const present = readFile(workspace, path)
  if (typeof present === 'object' && present.mode === file.mode && present.content.equals(content)) return
  makeWay(job, path, movedAside)
  mkdirSync(onDisk(workspace, parentOf(path)), { recursive: true })
  const place = onDisk(workspace, path)
  if (file.mode === '120000') symlinkSync(content, place)
  // A new file and never the old one: it may be a hard link to something else.
  else writeFileSync(place, content, { flag: 'wx', mode: file.mode === '100755' ? 0o777 : 0o666 })
}

/** Clears a path, and what on the way to it is no folder; a path that ends in "/" may be a folder itself. */
function makeWay(job: PutBack, path: BytePath, movedAside: string[]): void {
  const names = path.split('/')
  for (let depth = 1; depth <= names.length; depth += 1) {
    const here = names.slice(0, depth).join('/')
    if (here.endsWith('/')) return
    const stats = lstatSync(onDisk(job.workTree.workspace, here), { throwIfNoEntry: false })
    if (stats === undefined) return
    if (depth === names.length || !stats.isDirectory()) return clearAway(job, here, stats, movedAside)
  }
}

function clearAway(job: PutBack, path: BytePath, stats: Stats, movedAside: string[]): void {
  const { workspace } = job.workTree
  const place = onDisk(workspace, path)
  if (stats.isDirectory() && removeIfEmpty(place)) return
  const mayGo = job.isSaved(toStoredPath(path)) || isLock(path)
  if (!stats.isDirectory() && mayGo) return unlinkSync(place)
  // No snapshot holds it: it is an ignored file, one that is too large, a new one, or a folder with such files.
  const name = freeName(workspace, path)
  renameSync(place, onDisk(workspace, name))
  movedAside.push(toText(name))
}

function freeName(workspace: string, path: BytePath): BytePath {
  let name = `${path}.kept`
  for (let count = 2; lstatSync(onDisk(workspace, name), { throwIfNoEntry: false }); count += 1) {
    name = `${path}.kept-${count}`
  }
  return name
}

/** True when the folder is gone afterwards. */
function removeIfEmpty(folder: Buffer): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}

/** A store that someone made by hand must not reach out of the workspace, nor into the workspace's .git. */
function refuseStrayPath(path: StoredPath): void {
  const place = fromStoredPath(path)
  const names = place.split('/')
  const isStray = /^\.git$/i.test(names[0] ?? '') || names.some((name) => ['', '.', '..'].includes(name))
  if (!isStray) return
  throw new RunnerError('git-failed', { action: 'restore the snapshot', reason: `it holds ${toText(place)}` })
}

function parentOf(path: BytePath): BytePath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
