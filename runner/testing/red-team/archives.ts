import { crc32, deflateRawSync } from 'node:zlib'

/** Archives written by hand, for entries that no program would write. */
export interface ArchiveEntry {
  path: string
  content?: Buffer
  /** tar: 0 file, 1 hard link, 2 symlink, 3 device, 6 pipe. */
  type?: string
  link?: string
  /** zip: the size that is told, whatever there is. */
  told?: number
  /** zip: UNIX mode with the file's type. */
  mode?: number
  /** zip: what the clock showed, `2026-01-01T00:00:00`. */
  clock?: string
  /** zip: the field with the time in UTC, in seconds. */
  utc?: number
}

export function tar(entries: readonly ArchiveEntry[]): Buffer {
  const parts = entries.flatMap(({ path, content = Buffer.of(), type = '0', link = '' }) => [
    tarHeader(path, content.length, type, link),
    content,
    Buffer.alloc((512 - (content.length % 512)) % 512),
  ])
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

function tarHeader(path: string, size: number, type: string, link: string): Buffer {
  const header = Buffer.alloc(512)
  header.write(path, 0, 100)
  header.write('0000644\0', 100)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write(`${(1_770_000_000).toString(8)}\0`, 136)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(link, 157, 100)
  header.write('ustar\u000000', 257, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** @param shared every entry points to the bytes of the first */
export function zip(entries: readonly ArchiveEntry[], shared = false): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const at = shared && central.length > 0 ? 0 : offset
    const { local, record } = zipEntry(entry, at)
    if (at === offset) {
      locals.push(local)
      offset += local.length
    }
    central.push(record)
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

function zipEntry(
  { path, content = Buffer.of(), told = content.length, mode = 0o100644, clock, utc }: ArchiveEntry,
  offset: number,
): { local: Buffer; record: Buffer } {
  const packed = deflateRawSync(content)
  const name = Buffer.from(path)
  const sizes = Buffer.alloc(12)
  sizes.writeUInt32LE(crc32(content), 0)
  sizes.writeUInt32LE(packed.length, 4)
  sizes.writeUInt32LE(told, 8)
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 8)
  sizes.copy(local, 14)
  local.writeUInt16LE(name.length, 26)
  const record = Buffer.alloc(46)
  record.writeUInt32LE(0x02014b50, 0)
  record.writeUInt8(3, 5)
  record.writeUInt16LE(8, 10)
  record.writeUInt32LE(dosTime(clock ?? '2026-01-01T00:00:00'), 12)
  const extra = utc === undefined ? Buffer.of() : utcField(utc)
  record.writeUInt16LE(extra.length, 30)
  sizes.copy(record, 16)
  record.writeUInt16LE(name.length, 28)
  record.writeUInt16LE(mode, 40)
  record.writeUInt32LE(offset, 42)
  return { local: Buffer.concat([local, name, packed]), record: Buffer.concat([record, name, extra]) }
}

function dosTime(clock: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = clock.split(/\D/).map(Number)
  return (((year - 1980) << 25) | (month << 21) | (day << 16) | (hour << 11) | (minute << 5) | (second >> 1)) >>> 0
}

function utcField(seconds: number): Buffer {
  const field = Buffer.from([0x55, 0x54, 5, 0, 1, 0, 0, 0, 0])
  field.writeInt32LE(seconds, 5)
  return field
}
