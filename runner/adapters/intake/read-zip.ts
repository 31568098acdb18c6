import { crc32, inflateRawSync } from 'node:zlib'
import { intakeLimits } from '../../domain/submission/submission.ts'
import type { PlacedEntry } from './read-folder.ts'
import { textOf } from './read-repository.ts'
import { IntakeRefusal, sizeText } from './refusal.ts'

/**
 * Entries of a zip archive as its central directory lists them. Only what everyday programs write is taken: stored or
 * deflated, not encrypted, below 4 GB. Nothing is unpacked before its told size was looked at, and never more than
 * that.
 */
export function zipEntries(archive: Buffer): PlacedEntry[] {
  const { count, start } = directoryOf(archive)
  if (count > intakeLimits.entries)
    throw new IntakeRefusal('too-many-files', `It holds more than ${intakeLimits.entries} entries.`)
  const entries: PlacedEntry[] = []
  let position = start
  let end = 0
  for (let i = 0; i < count; i++) {
    if (position + 46 > archive.length || archive.readUInt32LE(position) !== 0x02014b50) throw damaged()
    const record = recordAt(archive, position)
    // Entries that share their bytes are how a small archive unfolds to a huge one.
    if (record.offset < end)
      throw new IntakeRefusal(
        'overlapping-entries',
        'Two entries of the archive share the same bytes, or stand out of order.',
      )
    end = record.offset + 30 + record.packed
    position = record.next
    if (!record.path.endsWith('/')) entries.push(entryOf(archive, record))
  }
  return entries
}

interface ZipRecord {
  path: string
  flags: number
  method: number
  crc: number
  packed: number
  size: number
  /** UNIX mode, 0 where the archive was written elsewhere. */
  mode: number
  modifiedMs: number
  offset: number
  next: number
}

/** The end record is the last thing in the file, but for a comment. */
function directoryOf(archive: Buffer): { count: number; start: number } {
  for (let at = archive.length - 22; at >= 0 && at >= archive.length - 22 - 0xffff; at--) {
    if (archive.readUInt32LE(at) !== 0x06054b50 || at + 22 + archive.readUInt16LE(at + 20) !== archive.length) continue
    const [count, start] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 16)]
    if (count === 0xffff || start === 0xffff_ffff || start > at) throw damaged()
    return { count, start }
  }
  throw damaged()
}

function recordAt(archive: Buffer, at: number): ZipRecord {
  const lengths = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32)] as const
  const next = at + 46 + lengths[0] + lengths[1] + lengths[2]
  if (next > archive.length) throw damaged()
  return {
    path: textOf(archive.subarray(at + 46, at + 46 + lengths[0])).replace(/^(\.\/)+/, ''),
    flags: archive.readUInt16LE(at + 8),
    method: archive.readUInt16LE(at + 10),
    crc: archive.readUInt32LE(at + 16),
    packed: archive.readUInt32LE(at + 20),
    size: archive.readUInt32LE(at + 24),
    mode: archive.readUInt8(at + 5) === 3 ? archive.readUInt16LE(at + 40) : 0,
    modifiedMs: dosTime(archive.readUInt16LE(at + 14), archive.readUInt16LE(at + 12)),
    offset: archive.readUInt32LE(at + 42),
    next,
  }
}

function entryOf(archive: Buffer, record: ZipRecord): PlacedEntry {
  const { path, size, mode, modifiedMs } = record
  const type = mode & 0o170000
  return {
    path,
    kind: type === 0 || type === 0o100000 ? 'file' : type === 0o120000 ? 'symlink' : 'special',
    executable: (mode & 0o100) !== 0,
    size,
    modifiedMs,
    read: () => contentOf(archive, record),
  }
}

function contentOf(archive: Buffer, { flags, method, crc, packed, size, offset }: ZipRecord): Buffer {
  if (size > intakeLimits.repositoryFileBytes)
    throw new IntakeRefusal('too-large', `A file in the archive has ${sizeText(size)}.`)
  if ((flags & 1) !== 0) throw new IntakeRefusal('encrypted', 'The archive needs a password.')
  if (offset + 30 > archive.length || archive.readUInt32LE(offset) !== 0x04034b50) throw damaged()
  const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28)
  const content = unpacked(archive.subarray(start, start + packed), method, size)
  if (content.length !== size || crc32(content) !== crc) throw damaged()
  return content
}

function unpacked(bytes: Buffer, method: number, size: number): Buffer {
  if (method === 0) return bytes
  if (method !== 8)
    throw new IntakeRefusal(
      'not-an-archive',
      'The archive uses a kind of compression that is not taken; zip or tar.gz as usual is.',
    )
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) })
  } catch {
    throw damaged()
  }
}

/** Times in an archive have no zone; they are taken as UTC, so that every machine reads the same. */
const dosTime = (date: number, time: number): number =>
  Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2)

const damaged = (): IntakeRefusal => new IntakeRefusal('not-an-archive', 'The archive is damaged.')
