import type { BSON, Document } from 'mongodb'
import { clip } from '../../run/run-state.ts'
import { answerTo, passing, type ClientPiece, type Codec, type ServerPiece } from '../wire/codec.ts'
import { unanswered, type WordedCommand } from '../wire/recorder.ts'

/** One command as the server got it. */
export interface MongoCommand extends WordedCommand {
  /** `find`, `insert`, `update`, `findAndModify`, `aggregate`, … */
  name: string
  /** Empty for commands about no collection. */
  collection: string
  /** The whole command, document sequences (`documents`, `updates`, `deletes`) included. */
  body: Document
  /** The server's answer, once it is there. */
  reply: Document | null
  /**
   * For a command that is held before the server has seen it: on release the program is told this error, and the server
   * never gets the command. So a case can play what happens when two servers' threads meet, such as 11000.
   */
  refuse: (code: number, message: string) => void
}

/**
 * The MongoDB wire protocol, as far as the relay has to understand it: OP_MSG, and OP_QUERY for the first hello.
 * Source: MongoDB documentation, page "MongoDB Wire Protocol".
 * @param database the only one that the program may use
 */
export function mongoCodec({ deserialize, serialize, EJSON }: typeof BSON, database: string): Codec<MongoCommand> {
  const asked = new Map<number, { command: MongoCommand; piece: ClientPiece<MongoCommand> }>()
  const [clientMessages, serverMessages] = [messageReader(), messageReader()]
  const fromClient = ({ bytes, id, code }: Message): ClientPiece<MongoCommand> => {
    if (code === legacyQuery) return { bytes, commands: [] }
    if (code !== msg) throw new Error('only OP_MSG is spoken here')
    const body = bodyOf(bytes, deserialize)
    const name = Object.keys(body)[0] ?? ''
    if (quiet.has(name.toLowerCase())) return { bytes, commands: [] }
    const collection = typeof body[name] === 'string' ? (body[name] as string) : ''
    const refuse = (answer: Document): void => {
      asked.delete(id)
      hear(command, answer)
      piece.refusal = replyMessage(id, serialize(answer))
    }
    const command: MongoCommand = {
      ...unanswered,
      name,
      collection,
      body,
      reply: null,
      text: textOf(name, collection, body, EJSON.stringify),
      refuse: (number, message) => refuse(errorReply(name, number, message)),
    }
    const piece: ClientPiece<MongoCommand> = { bytes, commands: [command] }
    asked.set(id, { command, piece })
    const other = body['$db'] !== database && !(body['$db'] === 'admin' && onAdmin.has(name))
    if (other)
      refuse({
        ok: 0,
        code: 13,
        codeName: 'Unauthorized',
        errmsg: `not authorized on ${body['$db']} to execute command ${name}; take the database of MONGODB_URL`,
      })
    return piece
  }
  const fromServer = ({ bytes, to, code }: Message): ServerPiece<MongoCommand> => {
    const question = asked.get(to)
    if (!question || code !== msg) return passing(bytes)
    asked.delete(to)
    hear(question.command, bodyOf(bytes, deserialize))
    return answerTo(question.piece, bytes)
  }
  return {
    fromClient: (chunk) => clientMessages(chunk).map(fromClient),
    fromServer: (chunk) => serverMessages(chunk).map(fromServer),
  }
}

const [msg, legacyQuery] = [2013, 2004]

/** What drivers say by themselves. */
const quiet = new Set([
  'hello',
  'ismaster',
  'ping',
  'endsessions',
  'killcursors',
  'buildinfo',
  'saslstart',
  'saslcontinue',
])
/** What belongs to no database. */
const onAdmin = new Set(['commitTransaction', 'abortTransaction', 'bulkWrite', 'connectionStatus'])

interface Message {
  bytes: Buffer
  id: number
  /** The message that it answers. */
  to: number
  code: number
}

const messageCap = 48 * 1024 * 1024

/** Cuts a stream into messages: length, number, number of the question, kind. */
function messageReader(): (chunk: Buffer) => Message[] {
  let parts: Buffer[] = []
  let size = 0
  let needed = 16
  return (chunk) => {
    parts.push(chunk)
    size += chunk.length
    if (size < needed) return []
    let pending = parts.length === 1 ? chunk : Buffer.concat(parts)
    const messages: Message[] = []
    for (;;) {
      needed = pending.length < 16 ? 16 : pending.readInt32LE(0)
      if (needed < 16 || needed > messageCap) throw new Error('This is not the MongoDB protocol.')
      if (pending.length < needed) break
      const bytes = pending.subarray(0, needed)
      messages.push({ bytes, id: bytes.readInt32LE(4), to: bytes.readInt32LE(8), code: bytes.readInt32LE(12) })
      pending = pending.subarray(needed)
    }
    parts = [pending]
    size = pending.length
    return messages
  }
}

/** The body of an OP_MSG with its document sequences put back where they belong. */
function bodyOf(bytes: Buffer, deserialize: typeof BSON.deserialize): Document {
  const checksum = (bytes.readUInt32LE(16) & 1) === 1 ? 4 : 0
  const sections: Document = {}
  let body: Document = {}
  let at = 20
  while (at < bytes.length - checksum) {
    const kind = bytes[at++]
    const end = at + bytes.readInt32LE(at)
    if (kind === 0) body = deserialize(bytes.subarray(at, end))
    else Object.assign(sections, sequenceIn(bytes.subarray(at + 4, end), deserialize))
    at = end
  }
  return { ...body, ...sections }
}

function sequenceIn(bytes: Buffer, deserialize: typeof BSON.deserialize): Document {
  let at = bytes.indexOf(0) + 1
  const documents: Document[] = []
  const name = bytes.toString('utf8', 0, at - 1)
  while (at < bytes.length) {
    const end = at + bytes.readInt32LE(at)
    documents.push(deserialize(bytes.subarray(at, end)))
    at = end
  }
  return { [name]: documents }
}

function replyMessage(id: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(21)
  head.writeInt32LE(21 + body.length, 0)
  head.writeInt32LE(id, 8)
  head.writeInt32LE(msg, 12)
  return Buffer.concat([head, body])
}

/** Errors of single writes stand in a list; those of all other commands are the answer. */
const errorReply = (name: string, code: number, errmsg: string): Document =>
  ['insert', 'update', 'delete'].includes(name)
    ? { n: 0, ...(name === 'update' ? { nModified: 0 } : {}), writeErrors: [{ index: 0, code, errmsg }], ok: 1 }
    : { ok: 0, code, errmsg }

/** Of a command's parts: those that say what it does. */
const plumbing =
  /^(\$\w+|lsid|txnNumber|autocommit|startTransaction|ordered|cursor|bypassDocumentValidation|apiVersion)$/

function textOf(name: string, collection: string, body: Document, stringify: typeof BSON.EJSON.stringify): string {
  const parts = Object.entries(body).filter(([key]) => key !== name && !plumbing.test(key))
  const said = parts.map(([key, value]) => `${key}: ${stringify(value)}`)
  return [name, collection, said.join(', ')].filter((part) => part !== '').join(' ')
}

interface WriteError {
  code?: number
  errmsg?: string
}

function hear(command: MongoCommand, reply: Document): void {
  command.reply = reply
  const [first] = (reply['writeErrors'] ?? []) as WriteError[]
  const error = reply['ok'] === 1 ? first : (reply as WriteError)
  command.refusal = error ? String(error.code ?? 'unknown') : null
  command.outcome = error ? `refused (${command.refusal}): ${clip(error.errmsg ?? '', 120)}` : outcomeOf(reply)
}

/** `n` counts documents that matched, or were inserted or deleted. */
function outcomeOf(reply: Document): string {
  const batch = (reply['cursor'] as { firstBatch?: unknown[]; nextBatch?: unknown[] } | undefined) ?? {}
  const found = (batch.firstBatch ?? batch.nextBatch)?.length
  if (found !== undefined) return `${found} found`
  if ('value' in reply) return reply['value'] === null ? 'none found' : 'one found'
  const counts = Object.entries({
    n: reply['n'],
    modified: reply['nModified'],
    upserted: (reply['upserted'] as unknown[] | undefined)?.length,
  })
  return (
    counts
      .filter(([, count]) => count !== undefined)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ') || 'ok'
  )
}
