import type { SnapshotEntry, SnapshotReason } from '../../app/ports.ts'

/** The id is a short number, counted up from "1" in each store; the time is ISO 8601, to the second. */
export interface Snapshot extends SnapshotEntry {
  /** git's id of the commit in the store. */
  commit: string
}

const reasons: Record<SnapshotReason, true> = {
  check: true,
  reset: true,
  'give-up': true,
  undo: true,
  update: true,
}

/** What `git log` is to print: four fields for each commit, each ended by a NUL, which no message can hold. */
export const snapshotFormat = '--format=%H%x00%T%x00%ct%x00%B%x00'

/** The message of a snapshot's commit: "#12 check", and the note below when there is one. */
export function encodeMessage({ id, reason, note }: Pick<Snapshot, 'id' | 'reason' | 'note'>): string {
  return note === '' ? `#${id} ${reason}\n` : `#${id} ${reason}\n\n${note}\n`
}

/** Notes as they will be read back: git stores no NUL and keeps no blank ends. */
export function cleanNote(note: string): string {
  return note.replaceAll('\0', '').replaceAll('\r\n', '\n').trim()
}

/** Reads what `git log` printed with `snapshotFormat`; a commit with another message is not one of ours. */
export function decodeSnapshots(printed: string): Snapshot[] {
  const fields = printed.split('\0')
  const snapshots: Snapshot[] = []
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [commit = '', tree = '', seconds = '', message = ''] = fields.slice(at, at + 4)
    const snapshot = decodeOne({ commit: commit.trim(), tree }, Number(seconds), message)
    if (snapshot) snapshots.push(snapshot)
  }
  return snapshots
}

function decodeOne(ids: Pick<Snapshot, 'commit' | 'tree'>, seconds: number, message: string): Snapshot | undefined {
  const [, id, word, note] = /^#(\d+) ([\w-]+)\s*([^]*)$/.exec(message) ?? []
  if (id === undefined || !isReason(word)) return undefined
  return { ...ids, id, at: new Date(seconds * 1000).toISOString(), reason: word, note: (note ?? '').trim() }
}

function isReason(word: string | undefined): word is SnapshotReason {
  return word !== undefined && Object.hasOwn(reasons, word)
}
