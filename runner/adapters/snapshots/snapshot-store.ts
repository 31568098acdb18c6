import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import { gitFailure, runGit, spawnGit, type GitCall, type GitResult } from '../git/run-git.ts'
import { decodeSnapshots, snapshotFormat, type Snapshot } from './snapshot-message.ts'
import { contentId, type FileMode, type StoredFile, type Tree } from './work-tree.ts'

export const snapshotBranch = 'refs/heads/main'
const staleMs = 60_000
const saving = 'save a snapshot'

const config = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n'
const head = `ref: ${snapshotBranch}\n`

/** The newest snapshot with everything in it. */
export interface Tip {
  readonly snapshot: Snapshot
  readonly tree: Tree
}

/**
 * Makes the bare repository, or repairs the parts that a power cut or a killed run leaves behind. By hand and
 * not with `git init`: that saves a process, needs no template, and two at once do no harm.
 */
export async function prepareStore(store: string): Promise<void> {
  await mkdir(join(store, 'refs', 'heads'), { recursive: true })
  await mkdir(join(store, 'objects', 'pack'), { recursive: true })
  await putFile(join(store, 'config'), config)
  await putFile(join(store, 'HEAD'), head)
  const folders = [store, join(store, 'refs', 'heads'), join(store, 'objects', 'pack')]
  await Promise.all(folders.map(removeStale))
}

/** The newest snapshot; "none" before the first one, "damaged" when git cannot read it any more. */
export async function readTip(store: string): Promise<Tip | 'none' | 'damaged'> {
  if (!hasBranch(store)) return 'none'
  const args = ['log', '--max-count=1', snapshotFormat, snapshotBranch, '--']
  const log = await spawnGit(args, storeCall(store, 'read the last snapshot'))
  const [snapshot] = decodeSnapshots(log.stdout.toString())
  if (snapshot === undefined) return isDamage(log) ? 'damaged' : failed(log, store)
  const list = await spawnGit(listTree(snapshot.commit), storeCall(store, 'read the last snapshot'))
  if (list.code !== 0) return isDamage(list) ? 'damaged' : failed(list, store)
  return { snapshot, tree: decodeTree(list.stdout) }
}

/** Every snapshot, newest first; none where there is no store. */
export async function readSnapshots(store: string): Promise<Snapshot[]> {
  if (!hasBranch(store)) return []
  await prepareStore(store)
  const args = ['log', snapshotFormat, snapshotBranch, '--']
  const printed = await runGit(args, storeCall(store, 'list the snapshots'))
  return decodeSnapshots(printed.toString())
}

export async function readTree(store: string, commit: string): Promise<Tree> {
  return decodeTree(await runGit(listTree(commit), storeCall(store, 'read the snapshot')))
}

/** The contents with these ids, all read and checked before any is used: a damaged one must cost nothing. */
export async function readContents(store: string, ids: Iterable<string>): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const input = [Buffer.from(wanted.map((id) => `${id}\n`).join(''))]
  const call = storeCall(store, 'read the snapshot')
  const printed = await runGit(['cat-file', '--batch'], { ...call, input })
  const contents = new Map<string, Buffer>()
  let offset = 0
  for (const id of wanted) {
    const lineEnd = printed.indexOf('\n', offset)
    const size = Number(printed.toString('latin1', offset, lineEnd).split(' ')[2])
    const content = printed.subarray(lineEnd + 1, lineEnd + 1 + size)
    const reason = `its object ${id} is missing or damaged`
    if (contentId(content) !== id) throw new RunnerError('git-failed', { action: call.action, reason })
    contents.set(id, content)
    offset = lineEnd + 1 + size + 1
  }
  return contents
}

/** Which of these ids no snapshot holds. */
export async function findMissing(store: string, ids: Iterable<string>): Promise<Set<string>> {
  const input = [Buffer.from([...new Set(ids)].map((id) => `${id}\n`).join(''))]
  if (input[0]?.length === 0) return new Set()
  const call = { ...storeCall(store, 'look into the snapshots'), input }
  const printed = (await runGit(['cat-file', '--batch-check'], call)).toString()
  return new Set(printed.matchAll(/^(\w+) missing$/gm).map(([, id = '']) => id))
}

/** Feeds a commit to `git fast-import`, which moves the branch as its last step, and only forward. */
export async function importCommit(store: string, stream: Iterable<Buffer>): Promise<GitResult> {
  // Names such as "git~1" are harmless here: nothing is ever checked out from the store.
  const names = ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false']
  const patience = ['-c', 'core.filesRefLockTimeout=2000']
  // Without --done a stream that is cut off between two files would be taken for a complete one.
  const args = [...names, ...patience, 'fast-import', '--quiet', '--done']
  return spawnGit(args, { ...storeCall(store, saving), input: stream })
}

export function importFailure(store: string, { stderr }: GitResult): RunnerError {
  return gitFailure(stderr, storeCall(store, saving))
}

/**
 * Each state leaves a file for each thing that is new in it; now and then they become one pack, within bounds of memory
 * and time (GitCall). A pack that does not come about costs nothing but room: the next one tries again.
 */
export async function packStore(store: string): Promise<void> {
  const bounds = ['-c', 'pack.threads=1', '-c', 'pack.windowMemory=64m']
  await spawnGit([...bounds, 'gc', '--quiet', '--no-prune'], storeCall(store, 'pack the snapshots'))
}

/** Moves a store that git cannot read out of the way; a person may still save something from it. */
export async function setAside(store: string): Promise<string> {
  let place = `${store}.damaged`
  for (let count = 2; existsSync(place); count += 1) place = `${store}.damaged-${count}`
  await rename(store, place)
  return place
}

function storeCall(store: string, action: string): GitCall {
  return { cwd: store, action, path: store, env: { GIT_DIR: store } }
}

function listTree(commit: string): string[] {
  return ['ls-tree', '-r', '-z', '--full-tree', commit]
}

function decodeTree(printed: Buffer): Tree {
  const lines = printed
    .toString('latin1')
    .split('\0')
    .filter((line) => line !== '')
  return new Map(
    lines.map((line): [string, StoredFile] => {
      const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ')
      return [line.slice(line.indexOf('\t') + 1), { mode: mode as FileMode, id }]
    }),
  )
}

function hasBranch(store: string): boolean {
  if (existsSync(join(store, snapshotBranch))) return true
  const packed = join(store, 'packed-refs')
  return existsSync(packed) && readFileSync(packed, 'latin1').includes(` ${snapshotBranch}\n`)
}

/** git gave up on what it read, and not for want of a right, of space or of memory. */
function isDamage({ code, stderr }: GitResult): boolean {
  const machine = /permission|Read-only|No space|diskspace|out of memory|Too many open files|Cannot allocate/i
  return (code === 0 || code === 128) && !machine.test(stderr)
}

function failed({ stderr }: GitResult, store: string): never {
  throw gitFailure(stderr, storeCall(store, 'read the last snapshot'))
}

/** Written whole under another name first: another run may be reading it. */
async function putFile(path: string, content: string): Promise<void> {
  const present = await readFile(path, 'utf8').catch(() => undefined)
  if (present === content) return
  const draft = join(dirname(path), `tmp_${crypto.randomUUID()}`)
  await writeFile(draft, content)
  await rename(draft, path)
}

/** What a run that was killed leaves behind: its locks would block every later one. */
async function removeStale(folder: string): Promise<void> {
  const names = await readdir(folder)
  const leftovers = names.filter((name) => /\.lock$|^tmp_|^fast_import_crash_/.test(name))
  await Promise.all(
    leftovers.map(async (name) => {
      const path = join(folder, name)
      const stats = await stat(path).catch(() => undefined)
      if (stats && Date.now() - stats.mtimeMs > staleMs) await rm(path, { force: true })
    }),
  )
}
