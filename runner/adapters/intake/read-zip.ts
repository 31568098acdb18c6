import { crc32, inflateRawSync } from 'node:zlib'
import { sizeText } from '../../domain/submission/printable.ts'
import { onTheClockOf, type SetTime } from '../../domain/sets/set-time.ts'
import { intakeLimits } from '../../domain/submission/submission.ts'
import type { PlacedEntry } from './read-folder.ts'
import { IntakeRefusal } from './refusal.ts'

/**
 * Entries of a zip archive as its central directory lists them. Only what everyday programs write is taken: stored or
 * deflated, not encrypted, below 4 GB. Nothing is unpacked before its told size was looked at, and never more than
 * that.
 *
 * @param clock by which its times are told, where the archive does not say them in UTC
 */
export function zipEntries(archive: Buffer, clock: SetTime | null): PlacedEntry[] {
  const { count, start } = directoryOf(archive)
  if (count > intakeLimits.listed)
    throw new IntakeRefusal('too-many-files', `It holds more than ${intakeLimits.listed} entries.`)
  const entries: PlacedEntry[] = []
  let position = start
  let end = 0
  for (let i = 0; i < count; i++) {
    if (position + 46 > archive.length || archive.readUInt32LE(position) !== 0x02014b50) throw damaged()
    const record = recordAt(archive, position, clock)
    // Entries that share their bytes are how a small archive unfolds to a huge one.
    if (record.offset < end)
      throw new IntakeRefusal(
        'overlapping-entries',
        'Two entries of the archive share the same bytes, or stand out of order.',
      )
    end = record.offset + 30 + record.packed
    position = record.next
    // Of what needs a password not even the marker of a workspace could be read.
    if ((record.flags & 1) !== 0)
      throw new IntakeRefusal('encrypted', 'The archive needs a password; hand it in without one.')
    entries.push(entryOf(archive, record))
  }
  return withSlashes(entries).filter(({ path }) => !path.endsWith('/'))
}

/** Some programs of Windows write all paths with backslashes, which the format does not know. */
function withSlashes(entries: readonly PlacedEntry[]): PlacedEntry[] {
  if (entries.some(({ path }) => path.includes('/'))) return [...entries]
  return entries.map((entry) => ({ ...entry, path: entry.path.replaceAll('\\', '/') }))
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

function recordAt(archive: Buffer, at: number, clock: SetTime | null): ZipRecord {
  const lengths = [archive.readUInt16LE(at + 28), archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32)] as const
  const next = at + 46 + lengths[0] + lengths[1] + lengths[2]
  if (next > archive.length) throw damaged()
  return {
    path: archive.toString('utf8', at + 46, at + 46 + lengths[0]).replace(/^(\.\/)+/, ''),
    flags: archive.readUInt16LE(at + 8),
    method: archive.readUInt16LE(at + 10),
    crc: archive.readUInt32LE(at + 16),
    packed: archive.readUInt32LE(at + 20),
    size: archive.readUInt32LE(at + 24),
    mode: archive.readUInt8(at + 5) === 3 ? archive.readUInt16LE(at + 40) : 0,
    modifiedMs:
      utcIn(archive.subarray(at + 46 + lengths[0], at + 46 + lengths[0] + lengths[1])) ??
      onTheClockOf(clock, dosTime(archive.readUInt16LE(at + 14), archive.readUInt16LE(at + 12))),
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
    read: (most = intakeLimits.repositoryFileBytes) => contentOf(archive, record, most),
  }
}

function contentOf(archive: Buffer, { method, crc, packed, size, offset }: ZipRecord, most: number): Buffer {
  if (size > most) throw new IntakeRefusal('too-large', `A file in the archive has ${sizeText(size)}.`)
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

/** The time in UTC that zip of UNIX ("UT") and 7-Zip (NTFS) write beside the clock's; null where there is none. */
function utcIn(extra: Buffer): number | null {
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)]
    const field = extra.subarray(at + 4, at + 4 + length)
    if (id === 0x5455 && field.length >= 5 && (field.readUInt8(0) & 1) !== 0) return field.readInt32LE(1) * 1000
    if (id === 0x000a && field.length >= 16 && field.readUInt16LE(4) === 1)
      return Number(field.readBigUInt64LE(8) / 10_000n) - msFrom1601
    at += 4 + length
  }
  return null
}

const msFrom1601 = 11_644_473_600_000

/** What the clock of the machine showed where the archive was made, as if it had been in UTC. */
function dosTime(date: number, time: number): number {
  const [month, day] = [Math.max(1, (date >> 5) & 15), Math.max(1, date & 31)]
  return Date.UTC(1980 + (date >> 9), month - 1, day, time >> 11, (time >> 5) & 63, (time & 31) * 2)
}

const damaged = (): IntakeRefusal => new IntakeRefusal('not-an-archive', 'The archive is damaged.')
