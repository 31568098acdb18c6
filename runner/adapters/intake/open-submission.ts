import { lstatSync } from 'node:fs'
import { isArchiveName, isBundleName, isClutter } from '../../domain/submission/downloads.ts'
import { isSkipped } from '../../domain/submission/submission-paths.ts'
import { intakeLimits, type Incoming, type WantedWorks } from '../../domain/submission/submission.ts'
import { looksLikeBundle } from './bundle-header.ts'
import { readPlainFile } from './plain-file.ts'
import { archiveEntries } from './read-archive.ts'
import { hasWorkspace, readPlaced } from './read-entries.ts'
import { folderEntries, type PlacedEntry } from './read-folder.ts'
import { readBundle, readRemote, type Asked } from './read-repository.ts'
import { IntakeRefusal } from './refusal.ts'
import { parseRemote } from './remote.ts'

/** Where one submission is: a file or a folder on this disk, or an address of the roster's. */
export type SubmissionSource = { kind: 'path'; path: string } | { kind: 'remote'; remote: string; base: string }

/**
 * Takes in what lies under one name, of somebody we do not trust (docs/security.md): nothing in it is run, no link in it
 * is followed, and nothing of it is read before its size is known. What is odd comes back by the name of a rule and
 * never as an error.
 */
export async function openSubmission(
  source: SubmissionSource,
  wanted: WantedWorks,
  now: Date,
  { expected = () => new Set(), clock = null }: Partial<Pick<Asked, 'expected' | 'clock'>> = {},
): Promise<Incoming[]> {
  return orRefused(() => read(source, { wanted, now, expected, clock }))
}

async function orRefused(work: () => Promise<Incoming[]>): Promise<Incoming[]> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof IntakeRefusal) return [refusedWhole(error.rule, error.message)]
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!['EACCES', 'EPERM', 'ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)) throw error
    return [refusedWhole('unreadable', `It cannot be read (${code}).`)]
  }
}

const refusedWhole = (rule: string, message: string): Incoming => ({
  inside: '',
  receipt: null,
  works: [],
  oddities: [{ slug: null, rule, message }],
  leftOut: [],
})

async function read(source: SubmissionSource, asked: Asked): Promise<Incoming[]> {
  if (source.kind === 'remote') return [await readRemote(parseRemote(source.remote, source.base), asked)]
  const stats = lstatSync(source.path)
  if (stats.isSymbolicLink()) throw new IntakeRefusal('symlink', 'The submission is a link.')
  if (stats.isDirectory()) return readAll(folderEntries(source.path), asked, 0)
  return readContent(readPlainFile(source.path, 'the submission', intakeLimits.packBytes), asked, 0)
}

async function readContent(file: Buffer, asked: Asked, level: number): Promise<Incoming[]> {
  if (file.length < 40) throw new IntakeRefusal('empty', 'The file is empty or breaks off at once.')
  return looksLikeBundle(file)
    ? [await readBundle(file, asked)]
    : readAll(archiveEntries(file, asked.clock), asked, level + 1)
}

/** An archive in an archive in a folder is as deep as platforms pack things. */
const mostLevels = 2

/**
 * What a folder or an archive holds: bundles as platforms lay them down, workspaces, or else an archive in which they
 * are.
 */
async function readAll(all: readonly PlacedEntry[], asked: Asked, level: number): Promise<Incoming[]> {
  const entries = all.filter((e) => !isClutter(e.path))
  const files = entries.filter((e) => e.kind === 'file' && !isSkipped(e.path) && e.path.split('/').length <= 5)
  const bundles = files.filter((e) => isBundleName(e.path))
  const isWork = hasWorkspace(entries, asked.wanted)
  const archives = isWork || bundles.length > 0 || level >= mostLevels ? [] : files.filter((e) => isArchiveName(e.path))
  const inside: Incoming[] = []
  if (bundles.length + archives.length > intakeLimits.inside)
    throw new IntakeRefusal(
      'too-many-files',
      `It holds more than ${intakeLimits.inside} submissions; unpack it and collect the folder.`,
    )
  for (const entry of [...bundles, ...archives]) {
    const read = await orRefused(() => readContent(entry.read(intakeLimits.packBytes), asked, level))
    inside.push(
      ...read.map((one) => ({ ...one, inside: one.inside === '' ? entry.path : `${entry.path}/${one.inside}` })),
    )
  }
  if (!isWork && inside.length > 0) return inside
  const own = await readPlaced(entries, asked)
  const [only] = inside
  // A bundle that was made beside the workspaces says whose they are.
  return inside.length === 1 && only ? [only, { ...own, inside: only.inside, receipt: only.receipt }] : [...inside, own]
}
