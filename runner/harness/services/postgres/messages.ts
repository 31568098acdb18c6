/**
 * Bytes of the PostgreSQL wire, as far as the proxy has to understand them.
 * Source: PostgreSQL manual, part "Internals", chapter "Frontend/Backend Protocol", sections "Message Flow" and
 * "Message Formats". A message is a type byte, a length that counts itself, and the contents; the very first one of
 * a connection has no type byte.
 */

/** Version 3.0, and what may stand in its place at the start of a connection. */
export const protocol = { version3: 3, ssl: 80_877_103, gss: 80_877_104, cancel: 80_877_102 }

/** A client that sends more than this at once is no client of an exercise. */
const frameCap = 64 * 1024 * 1024

/** The type byte of a message, as a letter. */
export const typeOf = (frame: Buffer): string => String.fromCharCode(frame[0] ?? 0)

/** Of the bytes without which nothing can be told of a message. */
const leastBytes = 5

/**
 * Where the message ends with which these bytes begin; null where that cannot be told yet.
 * @param typed every message but the first of a connection
 * @throws when its length cannot be one
 */
export function messageEnd(bytes: Buffer, typed: boolean): number | null {
  const head = typed ? 1 : 0
  if (bytes.length < head + 4) return null
  const length = bytes.readUInt32BE(head)
  if (length < 4 || length > frameCap) throw new Error('This is not the PostgreSQL protocol.')
  return head + length
}

/**
 * Cuts one direction of a connection that has logged in into whole messages.
 * @throws when a length cannot be one
 */
export function messageReader(): (chunk: Buffer) => Buffer[] {
  let parts: Buffer[] = []
  let size = 0
  let needed = leastBytes
  return (chunk) => {
    parts.push(chunk)
    size += chunk.length
    if (size < needed) return []
    let pending = parts.length === 1 ? chunk : Buffer.concat(parts)
    const frames: Buffer[] = []
    for (;;) {
      needed = messageEnd(pending, true) ?? leastBytes
      if (pending.length < needed) break
      frames.push(pending.subarray(0, needed))
      pending = pending.subarray(needed)
    }
    parts = [pending]
    size = pending.length
    return frames
  }
}

const int16 = (n: number): Buffer => Buffer.from([(n >> 8) & 0xff, n & 0xff])

export function int32(n: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(n | 0)
  return bytes
}

export const cString = (text: string): Buffer => Buffer.concat([Buffer.from(text, 'utf8'), Buffer.from([0])])

/** A message with its type and length. */
export const message = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body])
}

export function startupMessage(parameters: Iterable<readonly [string, string]>): Buffer {
  const body = Buffer.concat([
    int16(protocol.version3),
    int16(0),
    ...[...parameters].flat().map(cString),
    Buffer.from([0]),
  ])
  return Buffer.concat([int32(body.length + 4), body])
}

/** ErrorResponse with the fields that every client reads. */
export const errorMessage = (severity: 'ERROR' | 'FATAL', sqlstate: string, text: string): Buffer =>
  message(
    'E',
    cString(`S${severity}`),
    cString(`V${severity}`),
    cString(`C${sqlstate}`),
    cString(`M${text}`),
    Buffer.from([0]),
  )

/** SQLSTATE and message of an ErrorResponse. */
export function readError(frame: Buffer): { sqlstate: string; message: string } {
  const fields = new Map<string, string>()
  for (const field of strings(frame, 5)) if (field !== '') fields.set(field.slice(0, 1), field.slice(1))
  return { sqlstate: fields.get('C') ?? '', message: fields.get('M') ?? '' }
}

/** Strings that end with a zero byte, from `at` to the end of the message. */
export function strings(frame: Buffer, at: number): string[] {
  const found: string[] = []
  for (let start = at; start < frame.length;) {
    const end = frame.indexOf(0, start)
    found.push(frame.toString('utf8', start, end < 0 ? frame.length : end))
    start = end < 0 ? frame.length : end + 1
  }
  return found
}

/** Reads a message from front to back; the position is kept. */
export interface Cursor {
  string: () => string
  int16: () => number
  int32: () => number
  bytes: (length: number) => Buffer
}

export function cursor(frame: Buffer, at = 5): Cursor {
  return {
    string: () => {
      const end = frame.indexOf(0, at)
      const text = frame.toString('utf8', at, end)
      at = end + 1
      return text
    },
    int16: () => frame.readInt16BE((at += 2) - 2),
    int32: () => frame.readInt32BE((at += 4) - 4),
    bytes: (length) => frame.subarray(at, (at += length)),
  }
}

export interface Bound {
  portal: string
  statement: string
  /** Values in text form; binary ones in hexadecimal digits. */
  values: (string | null)[]
}

export function readBind(frame: Buffer): Bound {
  const read = cursor(frame)
  const [portal, statement] = [read.string(), read.string()]
  const formats = Array.from({ length: read.int16() }, read.int16)
  const isBinary = (i: number): boolean => (formats.length === 1 ? formats[0] : formats[i]) === 1
  const values = Array.from({ length: read.int16() }, (_, i) => {
    const length = read.int32()
    return length < 0
      ? null
      : isBinary(i)
        ? `\\x${read.bytes(length).toString('hex')}`
        : read.bytes(length).toString('utf8')
  })
  return { portal, statement, values }
}

export interface Startup {
  parameters: Map<string, string>
  /** Above 3.0, or protocol options that nobody here knows: the client has to be told. */
  newer: string[] | null
}

/** A StartupMessage; null where it is none of version 3. */
export function readStartup(frame: Buffer): Startup | null {
  if (frame.readUInt16BE(4) !== protocol.version3) return null
  const pairs = strings(frame, 8)
  const parameters = new Map<string, string>()
  for (let i = 0; i + 1 < pairs.length && pairs[i] !== ''; i += 2)
    parameters.set(pairs[i] as string, pairs[i + 1] as string)
  const options = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'))
  for (const name of options) parameters.delete(name)
  return { parameters, newer: frame.readUInt16BE(6) > 0 || options.length > 0 ? options : null }
}

/** NegotiateProtocolVersion: 3.0 is spoken here, and none of these options. */
export const negotiate = (options: string[]): Buffer =>
  message('v', int32(protocol.version3 << 16), int32(options.length), ...options.map(cString))
