import { gunzipSync } from 'node:zlib'
import type { SetTime } from '../../domain/sets/set-time.ts'
import { intakeLimits } from '../../domain/submission/submission.ts'
import type { PlacedEntry } from './read-folder.ts'
import { IntakeRefusal } from './refusal.ts'
import { tarEntries } from './read-tar.ts'
import { zipEntries } from './read-zip.ts'

/** What an archive may unfold to; with what is not taken. */
export const mostUnpacked = 96 * 1024 * 1024

const tooLarge =
  'The archive holds far more than a submission may: hand in the file that npm run submit makes, or the folder workspace alone.'

/** Entries of a .tar, .tar.gz or .zip, by what is in the file and not by its name. */
export function archiveEntries(archive: Buffer, clock: SetTime | null): PlacedEntry[] {
  if (archive.length > intakeLimits.packBytes) throw new IntakeRefusal('too-large', tooLarge)
  if (archive.readUInt32LE(0) === 0x04034b50 || archive.readUInt32LE(0) === 0x06054b50)
    return zipEntries(archive, clock)
  if (archive.readUInt16BE(0) === 0x1f8b) return tarEntries(unzipped(archive))
  if (archive.toString('latin1', 257, 262) === 'ustar') return tarEntries(archive)
  throw new IntakeRefusal('not-an-archive', 'It is no git bundle and no archive in the formats tar, tar.gz or zip.')
}

function unzipped(archive: Buffer): Buffer {
  try {
    return gunzipSync(archive, { maxOutputLength: mostUnpacked })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new IntakeRefusal('too-large', tooLarge)
    throw new IntakeRefusal('not-an-archive', 'The archive is damaged.')
  }
}
