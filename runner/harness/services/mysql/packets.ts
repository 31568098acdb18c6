/** Single packets of the MySQL protocol (protocol.ts). */
export interface Packet {
  bytes: Buffer
  /** Within one exchange. */
  number: number
  payload: Buffer
}

/** What the relay could not read: encryption, compression, attributes of queries, the short end of rows. */
const unwanted = (1 << 5) | (1 << 11) | (1 << 24) | (1 << 27)

/** The server's greeting, without the abilities that would hide what is said. */
export function greeting({ bytes, payload }: Packet, tell: (id: number) => void): Buffer {
  if (payload[0] !== 0x0a) return bytes // A refusal, as when there are too many connections.
  const at = payload.indexOf(0, 1) + 1
  tell(payload.readUInt32LE(at))
  const changed = Buffer.from(bytes)
  // Behind the id and the first part of the salt; the upper half of the abilities stands apart.
  const [lower, upper] = [4 + at + 13, 4 + at + 18]
  changed.writeUInt16LE(changed.readUInt16LE(lower) & ~unwanted & 0xffff, lower)
  changed.writeUInt16LE(changed.readUInt16LE(upper) & ~(unwanted >>> 16) & 0xffff, upper)
  // MariaDB's own abilities, in what MySQL leaves empty.
  if (changed.length >= upper + 13) changed.fill(0, upper + 9, upper + 13)
  return changed
}

const [okMark, endMark, errorMark] = [0x00, 0xfe, 0xff]
const isEnd = (payload: Buffer): boolean => payload[0] === endMark && payload.length < 9
const moreResults = 0x0008

interface Heard {
  /** The whole answer is there. */
  ended: boolean
  /** Status flags of the session, where the packet tells them. */
  status: number | null
}

interface AnswerReader {
  (payload: Buffer): Heard
  /** Rows of the last result set so far; null for a statement without one. */
  rows: () => number | null
}

/** Follows the packets of one answer to its end. `one`: it has a single packet. */
export function answerReader(shape: 'any' | 'one' | 'prepare'): AnswerReader {
  let phase: 'head' | 'columns' | 'rows' | 'definitions' = 'head'
  let blocks = 0
  let count: number | null = null
  const done = (status: number | null): Heard => ({ ended: status === null || (status & moreResults) === 0, status })
  const going: Heard = { ended: false, status: null }
  const head = (payload: Buffer): Heard => {
    if (payload[0] === errorMark) return { ended: true, status: null }
    if (shape === 'prepare') {
      blocks =
        Number((statementIdIn(payload)?.parameters ?? 0) > 0) + Number((statementIdIn(payload)?.columns ?? 0) > 0)
      phase = 'definitions'
      return { ended: blocks === 0, status: null }
    }
    if (payload[0] === okMark) return done(statusOf(payload))
    if (isEnd(payload) || shape === 'one') return { ended: true, status: null }
    count = 0
    phase = 'columns'
    return going
  }
  const body = (payload: Buffer): Heard => {
    if (payload[0] === errorMark) return { ended: true, status: null }
    if (!isEnd(payload)) {
      if (phase === 'rows') count = (count ?? 0) + 1
      return going
    }
    if (phase === 'definitions') return { ended: --blocks === 0, status: null }
    if (phase === 'columns') {
      phase = 'rows'
      return going
    }
    phase = 'head'
    return done(payload.readUInt16LE(3))
  }
  return Object.assign((payload: Buffer) => (phase === 'head' ? head(payload) : body(payload)), { rows: () => count })
}

/** A number of one to nine bytes, and where it ends. */
function lengthEncoded(bytes: Buffer, at: number): { value: number; end: number } {
  const first = bytes[at] ?? 0
  if (first < 0xfb) return { value: first, end: at + 1 }
  const size = first === 0xfc ? 2 : first === 0xfd ? 3 : 8
  return {
    value: size === 8 ? Number(bytes.readBigUInt64LE(at + 1)) : bytes.readUIntLE(at + 1, size),
    end: at + 1 + size,
  }
}

export const affectedIn = (payload: Buffer): number => (payload[0] === okMark ? lengthEncoded(payload, 1).value : 0)

const statusOf = (payload: Buffer): number =>
  payload.readUInt16LE(lengthEncoded(payload, lengthEncoded(payload, 1).end).end)

export function errorIn(payload: Buffer): { errno: number; sqlstate: string; message: string } | null {
  if (payload[0] !== errorMark) return null
  const marked = payload[3] === 0x23
  return {
    errno: payload.readUInt16LE(1),
    sqlstate: marked ? payload.toString('latin1', 4, 9) : 'HY000',
    message: payload.toString('utf8', marked ? 9 : 3),
  }
}

/** The answer to a PREPARE. */
export const statementIdIn = (payload: Buffer): { id: number; columns: number; parameters: number } | null =>
  payload[0] === okMark && payload.length >= 9
    ? { id: payload.readUInt32LE(1), columns: payload.readUInt16LE(5), parameters: payload.readUInt16LE(7) }
    : null

const [double, longlong, tiny, short, long] = [0x05, 0x08, 0x01, 0x02, 0x03]
const texts = new Set([0x00, 0x0f, 0xf5, 0xf6, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe])

/** Values of an EXECUTE, as text: those that client libraries send; what else there is shows as `?`. */
export function boundValues(body: Buffer, count: number): (string | null)[] {
  const nulls = 9
  const isNull = (i: number): boolean => ((body[nulls + (i >> 3)] ?? 0) & (1 << (i & 7))) !== 0
  let at = nulls + ((count + 7) >> 3)
  if (count === 0 || body[at++] !== 1) return []
  const types = Array.from({ length: count }, (_, i) => body[at + 2 * i] ?? 0)
  at += 2 * count
  const values: (string | null)[] = []
  for (const [i, type] of types.entries()) {
    const read = isNull(i) ? { text: null, end: at } : boundValue(body, at, type)
    if (!read) return [...values, '?']
    values.push(read.text)
    at = read.end
  }
  return values
}

function boundValue(body: Buffer, at: number, type: number): { text: string; end: number } | null {
  if (type === double) return { text: String(body.readDoubleLE(at)), end: at + 8 }
  if (type === longlong) return { text: String(body.readBigInt64LE(at)), end: at + 8 }
  if (type === tiny) return { text: String(body.readInt8(at)), end: at + 1 }
  if (type === short) return { text: String(body.readInt16LE(at)), end: at + 2 }
  if (type === long) return { text: String(body.readInt32LE(at)), end: at + 4 }
  if (!texts.has(type)) return null
  const { value, end } = lengthEncoded(body, at)
  return { text: body.toString('utf8', end, end + value), end: end + value }
}
