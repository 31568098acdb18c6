import { passing, type Codec, type ServerPiece } from '../wire/codec.ts'
import { batchReader, readAnswer, type Batch } from './batch.ts'
import { errorMessage, messageReader, typeOf } from './messages.ts'
import { transactionState, type SentStatement, type TransactionState } from './statement.ts'

/** What is known of one connection of the learner's program. */
export interface PostgresSession {
  /** The server's process of it, as in pg_stat_activity; 0 before it has logged in. */
  pid: number
  transaction: TransactionState
}

/** Notices, notifications and settings, which the server tells at any time. */
const unasked = new Set(['N', 'A', 'S'])

/** The PostgreSQL protocol behind the login (login.ts), as far as the relay has to understand it. */
export function postgresCodec(session: PostgresSession): Codec<SentStatement> {
  const [clientMessages, serverMessages] = [messageReader(), messageReader()]
  const batchIn = batchReader()
  /** Sent, and not yet answered in full. */
  const sent: Batch[] = []
  /** After COPY in the extended protocol the server ignores the Sync that came with it. */
  let copying = false

  const fromClient = (frame: Buffer): Batch[] => {
    const batch = batchIn(frame)
    if (!batch) return []
    if (copying && !batch.raw) {
      copying = false
      batch.raw = batch.executes.length === 0
    }
    return [batch]
  }
  const fromServer = (frame: Buffer): ServerPiece<SentStatement> => {
    const type = typeOf(frame)
    if (type === 'Z') session.transaction = transactionState(String.fromCharCode(frame[5] ?? 0))
    const batch = sent[0]
    if (!batch || unasked.has(type)) return passing(frame)
    // In the extended protocol a CopyInResponse means that the Sync behind it was ignored.
    copying ||= type === 'G' && batch.extended
    const ends = !readAnswer(batch, frame) ? [] : type === 'Z' ? untilReady(sent) : sent.splice(0, 1)
    for (const ended of ends)
      for (const statement of ended.executes.slice(0, ended.done)) if (statement) statement.answered = true
    const heard = type === 'E' ? [batch, ...ends] : ends
    return {
      bytes: frame,
      of: batch,
      answered: heard.flatMap(({ commands }) => commands.filter((statement) => statement.answered)),
      ends,
    }
  }
  return {
    fromClient: (chunk) => clientMessages(chunk).flatMap(fromClient),
    fromServer: (chunk) => serverMessages(chunk).map(fromServer),
    announced: ({ commands }) => {
      for (const statement of commands) statement.before = session.transaction
    },
    // All pieces of this codec are batches.
    sent: (piece) => void ((piece as Batch).raw || sent.push(piece as Batch)),
    nonsense: errorMessage('FATAL', '08P01', 'This message cannot be read.'),
  }
}

/** After an error the server skips what came before the next Sync: ReadyForQuery ends all of that. */
function untilReady(sent: Batch[]): Batch[] {
  const last = sent.findIndex((batch) => batch.ends === 'ready')
  return sent.splice(0, last + 1)
}
