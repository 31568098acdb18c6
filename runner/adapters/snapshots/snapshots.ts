import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SnapshotReason } from '../../app/ports.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { putBack } from './put-back.ts'
import { diskFailure, type GitResult } from '../git/run-git.ts'
import { commitStream } from './snapshot-commit.ts'
import { cleanNote, type Snapshot } from './snapshot-message.ts'
import { isEmptied } from '../../domain/exercise/scaffold.ts'
import * as snapshotStore from './snapshot-store.ts'
import { compareTrees } from './tree-changes.ts'
import { fromText, toText, type StoredPath } from './tree-paths.ts'
import { listIgnored, listWork, scanWorkTree, type Scan, type Tree, type WorkTree } from './work-tree.ts'

/** Each loser of a race finds one more snapshot than before, so this many can race at once. */
const mostAttempts = 8
/** After so many states the store is packed. */
const packedEvery = 50

export interface TakenSnapshot extends Omit<Snapshot, 'tree'> {
  /** False when the last snapshot is returned: the files are as in it, or there are none. */
  isNew: boolean
  /** Files left out because they are over 20 MB or cannot be read: nothing of them is saved. */
  skipped: string[]
  /** Where an unreadable store was moved to; the snapshots count from 1 again. */
  damagedStore?: string
}

export interface SnapshotPlace {
  readonly workspace: string
  /** The bare repository, made when it is missing: `workspace/.snapshots/<slug>.git`. */
  readonly store: string
  /** Sub-folders taken with everything in them, a `.git` and ignored files included. */
  readonly wholeTree?: readonly string[]
}

/**
 * Saves the files of a workspace, byte for byte, without touching its own repository. One that is gone, or in which
 * nothing is left but what begins with a dot, is no state: the last one stays the newest.
 */
export async function takeSnapshot(
  options: SnapshotPlace & { reason: SnapshotReason; note?: string },
): Promise<TakenSnapshot> {
  const { store } = options
  try {
    await snapshotStore.prepareStore(store)
    const workTree = workTreeOf(options)
    const scanning = scanWorkTree(workTree, 'without-locks')
    const [scan, tip] = await Promise.all([scanning, snapshotStore.readTip(store)])
    const damagedStore = tip === 'damaged' ? await startAgain(store) : undefined
    const draft = { workTree, scan, reason: options.reason, note: cleanNote(options.note ?? '') }
    const saved = await saveDraft(draft, tip === 'damaged' ? 'none' : tip)
    if (saved.isNew && Number(saved.id) % packedEvery === 0) await snapshotStore.packStore(store)
    return { ...saved, skipped: scan.skipped, ...(damagedStore !== undefined && { damagedStore }) }
  } catch (error) {
    throw diskFailure(error, store)
  }
}

/** The files that a snapshot of now would hold, by the bytes of their paths. */
export const listPlace = async (place: SnapshotPlace): Promise<Buffer[]> =>
  (await inPlace(place, listWork)).map((path) => Buffer.from(path, 'latin1'))

/** What a .gitignore leaves out of a snapshot; an ignored folder is one path that ends in a slash. */
export const ignoredIn = async (place: SnapshotPlace): Promise<string[]> =>
  (await inPlace(place, listIgnored)).map(toText)

async function inPlace<T>(place: SnapshotPlace, work: (workTree: WorkTree) => Promise<T>): Promise<T> {
  try {
    await snapshotStore.prepareStore(place.store)
    return await work(workTreeOf(place))
  } catch (error) {
    throw diskFailure(error, place.store)
  }
}

/** The snapshots in a store, newest first; none when there is no store. */
export async function listSnapshots(store: string): Promise<Snapshot[]> {
  try {
    return await snapshotStore.readSnapshots(store)
  } catch (error) {
    throw diskFailure(error, store)
  }
}

/**
 * Makes the files of a workspace what they were. The caller saves the present state first: what is in no
 * snapshot (an ignored file, a very large one, one changed since) is never overwritten or removed but renamed
 * to `<name>.kept`, and returned. Ignored files that are not in the way, and `.git`, stay.
 */
export async function restoreSnapshot(options: SnapshotPlace & { id: string }): Promise<{ movedAside: string[] }> {
  const { workspace, store, id } = options
  try {
    const snapshot = (await snapshotStore.readSnapshots(store)).find((one) => one.id === id)
    if (!snapshot) throw new RunnerError('unknown-snapshot', { slug: basename(store, '.git'), snapshot: id })
    const workTree = workTreeOf(options)
    // Locks are looked at, too: one left in a nested repository goes, as everything does that the snapshot does not have.
    const [target, scan] = await Promise.all([
      snapshotStore.readTree(store, snapshot.commit),
      scanWorkTree(workTree, 'with-locks'),
    ])
    const changes = compareTrees(scan.tree, target)
    const [contents, unsaved] = await Promise.all([
      snapshotStore.readContents(store, idsIn(target, changes.written)),
      snapshotStore.findMissing(store, idsIn(scan.tree, [...changes.removed, ...changes.written])),
    ])
    const isSaved = (path: StoredPath): boolean => idsIn(scan.tree, [path]).some((one) => !unsaved.has(one))
    return { movedAside: await putBack({ workTree, isSaved, target, changes, contents }) }
  } catch (error) {
    throw diskFailure(error, workspace)
  }
}

function idsIn(tree: Tree, paths: readonly StoredPath[]): string[] {
  return paths.flatMap((path) => tree.get(path)?.id ?? [])
}

interface Draft {
  readonly workTree: WorkTree
  readonly scan: Scan
  readonly reason: SnapshotReason
  readonly note: string
}

type Saved = Omit<Snapshot, 'tree'> & { isNew: boolean }

async function saveDraft(draft: Draft, firstTip: snapshotStore.Tip | 'none'): Promise<Saved> {
  const { store } = draft.workTree
  let tip = firstTip
  for (let attempt = 1; ; attempt += 1) {
    const saved = await saveOnto(tip, draft)
    if (!('code' in saved)) return saved
    const newTip = await snapshotStore.readTip(store)
    const isRace = newTip !== 'damaged' && commitOf(newTip) !== commitOf(tip)
    if (!isRace || attempt === mostAttempts) throw snapshotStore.importFailure(store, saved)
    tip = newTip
    await sleep(10 * attempt)
  }
}

/** The saved snapshot, or what git answered when it did not save it. */
async function saveOnto(tip: snapshotStore.Tip | 'none', draft: Draft): Promise<Saved | GitResult> {
  const { workTree, scan, reason, note } = draft
  const changes = compareTrees(tip === 'none' ? new Map() : tip.tree, scan.tree)
  const isSame = changes.removed.length === 0 && changes.written.length === 0
  if (tip !== 'none' && (isSame || isEmptied(scan.tree.keys()))) {
    const { tree: _, ...same } = tip.snapshot
    return { ...same, isNew: false }
  }
  const id = String(tip === 'none' ? 1 : Number(tip.snapshot.id) + 1)
  const seconds = Math.floor(Date.now() / 1000)
  const commit = { id, reason, note, seconds, parent: commitOf(tip) }
  const stream = commitStream(commit, changes, workTree.workspace)
  const result = await snapshotStore.importCommit(workTree.store, stream)
  if (result.code !== 0) return result
  const at = new Date(seconds * 1000).toISOString()
  return { id, commit: result.stdout.toString().trim(), at, reason, note, isNew: true }
}

function commitOf(tip: snapshotStore.Tip | 'none' | 'damaged'): string | undefined {
  return typeof tip === 'string' ? undefined : tip.snapshot.commit
}

async function startAgain(store: string): Promise<string> {
  const place = await snapshotStore.setAside(store)
  await snapshotStore.prepareStore(store)
  return place
}

function workTreeOf({ workspace, store, wholeTree = [] }: SnapshotPlace): WorkTree {
  const folders = wholeTree.map((folder) => fromText(folder.replace(/\/+$/, '')))
  return { workspace, store, wholeTree: folders }
}
