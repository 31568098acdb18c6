import { intakeLimits } from '../../domain/submission/submission.ts'
import type { PlacedEntry } from './read-folder.ts'
import { IntakeRefusal } from './refusal.ts'

/**
 * Entries of a tar archive (POSIX ustar and pax, GNU's long names). Nothing is unpacked; contents are parts of the
 * buffer.
 */
export function tarEntries(archive: Buffer): PlacedEntry[] {
  const entries: PlacedEntry[] = []
  let more: LongNames = {}
  let position = 0
  while (position + blockSize <= archive.length) {
    const header = archive.subarray(position, position + blockSize)
    if (header.every((byte) => byte === 0)) return entries
    requireChecksum(header)
    const size = more.size ?? number(header, 124, 12)
    const content = archive.subarray(position + blockSize, position + blockSize + size)
    if (content.length < size) throw damaged()
    position += blockSize + Math.ceil(size / blockSize) * blockSize
    const type = header.toString('latin1', 156, 157)
    if ('xLKg'.includes(type)) {
      more = { ...more, ...longNames(type, content) }
      continue
    }
    if (type !== '5') entries.push(entryOf(header, type, content, more))
    if (entries.length > intakeLimits.listed)
      throw new IntakeRefusal('too-many-files', `It holds more than ${intakeLimits.listed} entries.`)
    more = {}
  }
  if (entries.length === 0) throw damaged()
  return entries
}

const blockSize = 512

interface LongNames {
  path?: string
  size?: number
}

function entryOf(header: Buffer, type: string, content: Buffer, more: LongNames): PlacedEntry {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? field(header, 345, 155) : ''
  const own = field(header, 0, 100)
  return {
    path: (more.path ?? (prefix === '' ? own : `${prefix}/${own}`)).replace(/^(\.\/)+/, ''),
    kind:
      type === '0' || type === '\0' || type === '7'
        ? 'file'
        : type === '2'
          ? 'symlink'
          : type === '1'
            ? 'hard-link'
            : 'special',
    executable: (number(header, 100, 8) & 0o100) !== 0,
    size: content.length,
    modifiedMs: number(header, 136, 12) * 1000,
    read: () => content,
  }
}

function longNames(type: string, content: Buffer): LongNames {
  if (type === 'L') return { path: untilNul(content).toString() }
  return type === 'x' ? paxNames(content) : {}
}

/** Lines `<length> <key>=<value>\n`, the length counting the whole line in bytes. */
function paxNames(content: Buffer): LongNames {
  const found: LongNames = {}
  let position = 0
  while (position < content.length) {
    const space = content.indexOf(0x20, position)
    const length = Number(content.toString('latin1', position, space))
    if (space < 0 || !Number.isInteger(length) || length < 5 || position + length > content.length) throw damaged()
    const record = content.subarray(space + 1, position + length - 1)
    const equals = record.indexOf(0x3d)
    const key = record.toString('latin1', 0, equals)
    if (key === 'path') found.path = record.toString('utf8', equals + 1)
    if (key === 'size') found.size = wholeNumber(record.toString('latin1', equals + 1))
    position += length
  }
  return found
}

const field = (header: Buffer, from: number, length: number): string =>
  untilNul(header.subarray(from, from + length)).toString()

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

function number(header: Buffer, from: number, length: number): number {
  const text = header
    .toString('latin1', from, from + length)
    .replaceAll('\0', ' ')
    .trim()
  // GNU writes sizes over 8 GB in another way; nothing of that size is taken.
  if (!/^[0-7]*$/.test(text)) throw damaged()
  return text === '' ? 0 : Number.parseInt(text, 8)
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw damaged()
  return value
}

function requireChecksum(header: Buffer): void {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0)
  if (sum !== number(header, 148, 8)) throw damaged()
}

const damaged = (): IntakeRefusal => new IntakeRefusal('not-an-archive', 'The archive is damaged.')
