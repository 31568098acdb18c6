import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeAtomic } from '../files/late-packages.ts'
import type { ProgressStore } from '../../app/ports.ts'
import {
  decodeEvent,
  emptyProgress,
  replay,
  type Progress,
  type ProgressEvent,
} from '../../domain/progress/progress.ts'
import { migrateProgress } from '../../domain/progress/progress-format.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { withFolderLock } from '../files/folder-lock.ts'
import { writeProblem } from '../files/writing.ts'

export interface StoreOptions {
  /** <project>/workspace */
  folder: string
  /** Called once when a run has to wait for another one. */
  onWait: (what: string) => void
  /** Called once when progress.json could not be read and was worked out anew; it is kept under the other name. */
  onRebuilt?: (kept: string) => void
}

/** attempts.jsonl is the truth, progress.json is derived from it; either alone brings the other back. */
export function progressStore({ folder, onWait, onRebuilt = () => {} }: StoreOptions): ProgressStore {
  const files: Files = { journal: join(folder, 'attempts.jsonl'), file: join(folder, 'progress.json'), onRebuilt }
  return {
    load: () => load(files).progress,
    record: (event) => record(files, event),
    withLock: (slug, work) => withFolderLock(join(folder, '.locks'), slug, () => onWait(slug), work),
  }
}

interface Files {
  journal: string
  file: string
  onRebuilt: (kept: string) => void
}

interface Loaded {
  progress: Progress
  /** Top-level keys of progress.json that are not ours; kept. */
  unknown: Record<string, unknown>
}

function load(files: Files): Loaded {
  const events = existsSync(files.journal) ? readEvents(files.journal) : []
  const stored = existsSync(files.file) ? readProgress(files, events.length > 0) : null
  const progress = events.length > 0 ? replay(events) : (stored?.progress ?? emptyProgress())
  return { progress, unknown: stored?.unknown ?? {} }
}

/** @param isSpare the journal has everything, so that an unreadable file can be put aside */
function readProgress({ file, onRebuilt }: Files, isSpare: boolean): Loaded | null {
  const migrated = migrateProgress(readFileSync(file, 'utf8'))
  if (migrated.kind === 'newer') throw new RunnerError('progress-newer', { path: file, format: migrated.format })
  if (migrated.kind === 'unreadable' && isSpare) {
    putAside(file, onRebuilt)
    return null
  }
  if (migrated.kind === 'unreadable')
    throw new RunnerError('progress-unreadable', { path: file, reason: migrated.reason })
  return migrated
}

function putAside(file: string, tell: (kept: string) => void): void {
  try {
    renameSync(file, `${file}.bad`)
    tell(`${file}.bad`)
  } catch {
    // A workspace that cannot be written: reading goes on, and whoever writes next is told.
  }
}

/** A torn last line (the machine stopped in the middle of an append) is skipped; so are lines of later versions. */
const readEvents = (journal: string): ProgressEvent[] =>
  readFileSync(journal, 'utf8')
    .split('\n')
    .map(decodeEvent)
    .filter((e) => e !== null)

function record(files: Files, event: ProgressEvent): Progress {
  const { journal, file } = files
  try {
    mkdirSync(dirname(journal), { recursive: true })
    const before = load(files)
    if (!existsSync(journal)) seedJournal(journal, before.progress)
    append(journal, JSON.stringify(event))
    const { progress, unknown } = load(files)
    writeAtomic(file, `${JSON.stringify({ ...unknown, ...progress }, null, 2)}\n`)
    return progress
  } catch (error) {
    throw writeProblem(file, error)
  }
}

/** The journal was lost: what progress.json knows becomes its first events, so that nothing is forgotten. */
function seedJournal(journal: string, progress: Progress): void {
  for (const [slug, byLanguage] of Object.entries(progress.exercises)) {
    for (const [language, p] of Object.entries(byLanguage)) {
      const base = { slug, language, at: p.startedAt }
      append(journal, JSON.stringify({ ...base, event: 'started' }))
      if (p.best === null && p.passedAt === null && p.skippedAt === null) continue
      const attempt = { event: 'attempt', verdict: p.passedAt ? 'passed' : 'failed', score: p.best }
      append(
        journal,
        JSON.stringify({ ...base, at: p.passedAt ?? p.startedAt, ...attempt, hints: [], seed: 0, durationMs: 0 }),
      )
      if (p.skippedAt !== null) append(journal, JSON.stringify({ ...base, at: p.skippedAt, event: 'skipped' }))
      if (p.resumed) append(journal, JSON.stringify({ ...base, at: p.skippedAt, event: 'resumed' }))
    }
  }
}

/** One write call with O_APPEND and a leading newline where the last line is torn: events never melt together. */
function append(journal: string, line: string): void {
  const torn = existsSync(journal) && !/(^|\n)$/.test(readFileSync(journal, 'utf8'))
  const handle = openSync(journal, 'a')
  try {
    writeSync(handle, `${torn ? '\n' : ''}${line}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
