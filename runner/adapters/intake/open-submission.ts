import { lstatSync } from 'node:fs'
import { intakeLimits, type Incoming, type WantedWorks } from '../../domain/submission/submission.ts'
import { looksLikeBundle } from './bundle-header.ts'
import { readPlainFile } from './plain-file.ts'
import { archiveEntries } from './read-archive.ts'
import { readPlaced } from './read-entries.ts'
import { folderEntries } from './read-folder.ts'
import { readBundle, readRemote } from './read-repository.ts'
import { IntakeRefusal } from './refusal.ts'
import { parseRemote } from './remote.ts'

/** Where one submission is: a file or a folder on this disk, or an address of the roster's. */
export type SubmissionSource = { kind: 'path'; path: string } | { kind: 'remote'; remote: string; base: string }

/**
 * Takes in one submission of somebody we do not trust (docs/security.md): nothing in it is run, no link in it is
 * followed, and nothing of it is read before its size is known. What is odd comes back by the name of a rule and never
 * as an error.
 */
export async function openSubmission(source: SubmissionSource, wanted: WantedWorks, now: Date): Promise<Incoming> {
  try {
    return await read(source, wanted, now)
  } catch (error) {
    if (error instanceof IntakeRefusal)
      return { receipt: null, works: [], oddities: [{ slug: null, rule: error.rule, message: error.message }] }
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!['EACCES', 'EPERM', 'ENOENT', 'ELOOP', 'ENXIO', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)) throw error
    return {
      receipt: null,
      works: [],
      oddities: [{ slug: null, rule: 'unreadable', message: `It cannot be read (${code}).` }],
    }
  }
}

async function read(source: SubmissionSource, wanted: WantedWorks, now: Date): Promise<Incoming> {
  if (source.kind === 'remote') return readRemote(parseRemote(source.remote, source.base), wanted)
  const stats = lstatSync(source.path)
  if (stats.isSymbolicLink()) throw new IntakeRefusal('symlink', 'The submission is a link.')
  if (stats.isDirectory()) return readPlaced(folderEntries(source.path), wanted, now.getTime())
  const file = readPlainFile(source.path, 'the submission', intakeLimits.packBytes)
  if (file.length < 40) throw new IntakeRefusal('empty', 'The file is empty or breaks off at once.')
  return looksLikeBundle(file) ? readBundle(file, wanted) : readPlaced(archiveEntries(file), wanted, now.getTime())
}
