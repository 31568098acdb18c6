import { kindOf, statementText, type StatementKind } from '../wire/sql-text.ts'
import { answerTo, passing, type ClientPiece, type Codec, type ServerPiece } from '../wire/codec.ts'
import { unanswered, type WordedCommand } from '../wire/recorder.ts'
import { affectedIn, greeting, answerReader, boundValues, errorIn, statementIdIn, type Packet } from './packets.ts'

/** One statement as the server got it. */
export interface MysqlStatement extends WordedCommand {
  sql: string
  /** Of a prepared statement, as text. */
  values: (string | null)[]
  kind: StatementKind
  /** MySQL's number of a refusal: 1213 is a deadlock. `refusal` holds the SQLSTATE. */
  errno: number | null
}

/** What is known of one connection. */
export interface MysqlSession {
  /** The server's number of it, as in the process list. */
  id: number
  transaction: 'none' | 'open'
}

const [quit, query, ping, changeUser, prepare, execute, longData, close] = [
  0x01, 0x03, 0x0e, 0x11, 0x16, 0x17, 0x18, 0x19,
]
const unspoken = new Set([quit, longData, close])

/**
 * The MySQL protocol, as far as the relay has to understand it. A client asks one thing at a time.
 * Source: MySQL internals documentation, "Client/Server Protocol", sections "Connection Phase" and "Command Phase".
 */
export function mysqlCodec(session: MysqlSession): Codec<MysqlStatement> {
  const prepared = new Map<number, { sql: string; parameters: number }>()
  const [clientPackets, serverPackets] = [packetReader(), packetReader()]
  let greeted = false
  /** What the next packets of the server answer. */
  let now: {
    piece: ClientPiece<MysqlStatement>
    preparing: string | null
    read: ReturnType<typeof answerReader>
  } | null = null

  const statementOf = (packet: Packet): MysqlStatement | null => {
    const [code, body] = [packet.payload[0], packet.payload.subarray(1)]
    if (code === query) return newStatement(body.toString('utf8'), [])
    if (code !== execute) return null
    const known = prepared.get(body.readUInt32LE(0))
    return known ? newStatement(known.sql, boundValues(body, known.parameters)) : null
  }
  const fromClient = (packet: Packet): ClientPiece<MysqlStatement> => {
    const code = packet.payload[0] ?? 0
    // Packets with another number belong to a login.
    if (packet.number !== 0 || unspoken.has(code) || code === changeUser) return { bytes: packet.bytes, commands: [] }
    const statement = statementOf(packet)
    const piece = { bytes: packet.bytes, commands: statement ? [statement] : [] }
    now = {
      piece,
      preparing: code === prepare ? packet.payload.toString('utf8', 1) : null,
      read: answerReader(code === ping ? 'one' : code === prepare ? 'prepare' : 'any'),
    }
    return piece
  }
  const fromServer = (packet: Packet): ServerPiece<MysqlStatement> => {
    if (!greeted) {
      greeted = true
      return passing(greeting(packet, (id) => (session.id = id)))
    }
    if (!now) return passing(packet.bytes)
    const { piece, read } = now
    const { ended, status } = read(packet.payload)
    if (status !== null) session.transaction = (status & 1) === 1 ? 'open' : 'none'
    if (now.preparing !== null) keep(now.preparing, packet)
    for (const statement of piece.commands) hear(statement, packet.payload, read)
    if (!ended) return { ...passing(packet.bytes), of: piece }
    now = null
    return answerTo(piece, packet.bytes)
  }
  const keep = (sql: string, packet: Packet): void => {
    const made = statementIdIn(packet.payload)
    if (made) prepared.set(made.id, { sql, parameters: made.parameters })
    if (now) now.preparing = null
  }
  return {
    fromClient: (chunk) => clientPackets(chunk).map(fromClient),
    fromServer: (chunk) => serverPackets(chunk).map(fromServer),
  }
}

function newStatement(sql: string, values: (string | null)[]): MysqlStatement {
  return { ...unanswered, sql, values, kind: kindOf(sql), errno: null, text: statementText({ text: sql, values }) }
}

/** Writes down how a statement ended; asked for each packet of its answer. */
function hear(statement: MysqlStatement, payload: Buffer, { rows }: ReturnType<typeof answerReader>): void {
  const error = errorIn(payload)
  if (error)
    return void Object.assign(statement, {
      errno: error.errno,
      refusal: error.sqlstate,
      outcome: `refused (${error.errno}, ${error.sqlstate}): ${error.message}`,
    })
  const found = rows()
  const count = found ?? affectedIn(payload)
  statement.outcome = `${count} ${count === 1 ? 'row' : 'rows'}${found === null ? ' affected' : ''}`
}

/** Cuts a stream into packets: three bytes of length, a number, the payload. */
function packetReader(): (chunk: Buffer) => Packet[] {
  let pending = Buffer.alloc(0)
  return (chunk) => {
    pending = Buffer.concat([pending, chunk])
    const packets: Packet[] = []
    for (;;) {
      const end = pending.length < 4 ? Infinity : 4 + pending.readUIntLE(0, 3)
      if (pending.length < end) return packets
      const bytes = pending.subarray(0, end)
      packets.push({ bytes, number: bytes[3] ?? 0, payload: bytes.subarray(4) })
      pending = pending.subarray(end)
    }
  }
}
