import { connect, type Socket } from 'node:net'
import type { Login } from './connection.ts'
import { batchReader, newStatement, readAnswer, type Batch } from './batch.ts'
import type { Fault } from '../wire/faults.ts'
import { askPassword, openUpstream, passwordFits, socketOf, type Upstream } from './login.ts'
import { errorMessage, messageReader, negotiate, protocol, readStartup, typeOf } from './messages.ts'
import { transactionState, type Statement, type TransactionState } from './statement.ts'

/** What a session asks of the proxy that it belongs to. */
export interface Host {
  /** What the program has to say to be let in. */
  credentials: { user: string; password: string; database: string }
  /** Where the run's database is, as soon as it is. */
  ready: () => Promise<Login>
  closed: (session: Session) => void
  /** Something went over the wire. */
  moved: () => void
  /** Also numbers the statement's session. */
  sent: (session: Session, statement: Statement) => void
  /** The server has answered it; may be told again. */
  answered: (statement: Statement) => void
  faultOf: (statement: Statement) => Fault | null
  cut: (statement: Statement) => void
}

/** One connection of the learner's program. */
export interface Session {
  /** The server's process of it, as in pg_stat_activity. */
  pid: number
  transaction: TransactionState
  end: () => void
}

interface State extends Session {
  host: Host
  client: Socket
  upstream: Upstream | null
  parameters: Map<string, string>
  phase: 'startup' | 'password' | 'login' | 'open'
  /** Not yet sent to the server: one of them is held. */
  outbox: Batch[]
  stopped: boolean
  /** Sent, and not yet answered in full. */
  sent: Batch[]
  /** Answers that are kept back. */
  kept: Buffer[] | null
  /** An answer is there and held back. */
  standing: boolean
  serverGone: boolean
  /** After COPY in the extended protocol the server ignores the Sync that came with it. */
  copying: boolean
}

export function openSession(host: Host, client: Socket): Session {
  const session: State = {
    pid: 0,
    transaction: 'none',
    host,
    client,
    upstream: null,
    parameters: new Map(),
    phase: 'startup',
    outbox: [],
    stopped: false,
    sent: [],
    kept: null,
    standing: false,
    serverGone: false,
    copying: false,
    end: () => {
      client.destroy()
      session.upstream?.destroy()
    },
  }
  const batches = batchReader((text, values) => newStatement(session.transaction, text, values))
  const read = messageReader(
    () => session.phase !== 'startup',
    guarded(session, (frame) => fromClient(session, frame, batches)),
    () => refuse(session, '08P01', 'This is not the PostgreSQL protocol.'),
  )
  client.on('data', read)
  client.on('error', () => {})
  client.on('drain', () => session.upstream?.resume())
  client.on('close', () => {
    session.upstream?.resume()
    session.upstream?.end()
    host.closed(session)
  })
  return session
}

/** A broken message is the client's problem and must not become ours. */
const guarded =
  (session: State, read: (frame: Buffer) => void) =>
  (frame: Buffer): void => {
    try {
      read(frame)
    } catch {
      refuse(session, '08P01', 'This message cannot be read.')
    }
  }

function refuse(session: State, sqlstate: string, text: string): void {
  session.client.end(errorMessage('FATAL', sqlstate, text))
  session.upstream?.end()
}

function fromClient(session: State, frame: Buffer, batches: (frame: Buffer) => Batch | null): void {
  session.host.moved()
  if (session.phase === 'startup') return start(session, frame)
  const type = typeOf(frame)
  if (type === 'X') return session.upstream?.end()
  if (session.phase === 'password' && type === 'p') return login(session, frame)
  const batch = batches(frame)
  if (!batch || isSwallowedSync(session, batch)) return
  session.outbox.push(batch)
  forward(session)
}

function isSwallowedSync(session: State, batch: Batch): boolean {
  if (!session.copying || batch.raw) return false
  session.copying = false
  if (batch.executes.length === 0) session.upstream?.send(Buffer.concat(batch.frames))
  return batch.executes.length === 0
}

function start(session: State, frame: Buffer): void {
  const { client, host } = session
  const code = frame.readUInt32BE(4)
  // No encryption on a private socket: the client goes on without it.
  if (code === protocol.ssl || code === protocol.gss) return void client.write('N')
  if (code === protocol.cancel) return cancel(session, frame)
  const startup = readStartup(frame)
  if (!startup) return refuse(session, '08P01', 'Only version 3 of the protocol is spoken here.')
  const { user, database } = {
    user: startup.parameters.get('user') ?? '',
    database: startup.parameters.get('database'),
  }
  if (user !== host.credentials.user)
    return refuse(session, '28000', `role "${user}" does not exist; take the one in DATABASE_URL`)
  if ((database ?? user) !== host.credentials.database)
    return refuse(session, '3D000', `database "${database ?? user}" does not exist; take the one in DATABASE_URL`)
  session.parameters = new Map(
    [...startup.parameters].filter(([name]) => !['user', 'database', 'replication'].includes(name)),
  )
  session.phase = 'password'
  client.write(startup.newer ? Buffer.concat([negotiate(startup.newer), askPassword()]) : askPassword())
}

/** A CancelRequest names its session by a secret: the server knows what to do, and answers nothing. */
function cancel({ host, client }: State, frame: Buffer): void {
  host.ready().then(
    (place) =>
      connect(socketOf(place))
        .on('error', () => {})
        .on('close', () => client.end())
        .end(frame),
    () => client.end(),
  )
}

function login(session: State, frame: Buffer): void {
  const { host, client } = session
  if (!passwordFits(frame, host.credentials.password))
    return refuse(
      session,
      '28P01',
      `password authentication failed for user "${host.credentials.user}"; take DATABASE_URL as it is`,
    )
  session.phase = 'login'
  host.ready().then(
    (place) => {
      if (client.destroyed) return
      session.upstream = openUpstream(place, session.parameters, {
        onFrame: (answer) => fromServer(session, answer),
        onEnd: () => serverEnded(session),
      })
    },
    () => refuse(session, '57P03', 'The database could not be made ready.'),
  )
}

/** What the server said before it closed is delivered first. */
function serverEnded(session: State): void {
  session.serverGone = true
  if (session.standing) return
  deliverKept(session)
  session.client.end()
}

/** Sends on what may go. */
function forward(session: State): void {
  while (session.phase === 'open' && !session.stopped && session.outbox.length > 0) {
    const batch = session.outbox[0] as Batch
    if (!batch.announced) announce(session, batch)
    if (batch.fault?.when === 'before') return standBefore(session, batch, batch.fault)
    session.outbox.shift()
    if (!batch.raw) session.sent.push(batch)
    session.upstream?.send(Buffer.concat(batch.frames))
  }
}

/** Now it would be sent: it counts, and it may meet a fault. */
function announce(session: State, batch: Batch): void {
  batch.announced = true
  for (const statement of batch.statements) {
    statement.before = session.transaction
    session.host.sent(session, statement)
    batch.fault ??= session.host.faultOf(statement)
  }
}

function standBefore(session: State, batch: Batch, fault: Fault): void {
  session.stopped = true
  fault.arrive(() => {
    session.stopped = false
    batch.fault = null
    forward(session)
  })
  if (fault.act === 'cut') cutOff(session, batch)
}

function cutOff(session: State, batch: Batch): void {
  for (const statement of batch.statements) session.host.cut(statement)
  session.end()
}

function fromServer(session: State, frame: Buffer): void {
  session.host.moved()
  const type = typeOf(frame)
  const batch = session.sent[0]
  if (type === 'K') session.pid = frame.readInt32BE(5)
  if (type === 'Z') session.transaction = transactionState(String.fromCharCode(frame[5] ?? 0))
  if (batch) return fromServerTo(session, batch, frame)
  deliver(session, frame)
  if (type !== 'Z' || session.phase === 'open') return
  // The login is over: what came early may go.
  session.phase = 'open'
  forward(session)
}

function fromServerTo(session: State, batch: Batch, frame: Buffer): void {
  const type = typeOf(frame)
  // In the extended protocol a CopyInResponse means that the Sync behind it was ignored.
  session.copying ||= type === 'G' && typeOf(batch.frames[0] as Buffer) !== 'Q'
  if (batch.fault?.when === 'after') session.kept ??= []
  const isAnswered = readAnswer(batch, frame)
  // Clients act on an error before ReadyForQuery has come: it is written down first.
  if (type === 'E') tell(session, batch)
  deliver(session, frame)
  if (isAnswered) complete(session, type === 'Z')
}

function deliver(session: State, frame: Buffer): void {
  if (session.kept) session.kept.push(frame)
  else if (!session.client.write(frame)) session.upstream?.pause()
}

/** After an error the server skips what came before the next Sync: ReadyForQuery ends all of that. */
function complete(session: State, isReady: boolean): void {
  for (const one of isReady ? untilReady(session.sent) : session.sent.splice(0, 1)) {
    for (const statement of one.executes.slice(0, one.done)) if (statement) statement.answered = true
    tell(session, one)
    if (one.fault?.when === 'after') standAfter(session, one, one.fault)
  }
}

function tell({ host }: State, batch: Batch): void {
  for (const statement of batch.statements) if (statement.answered) host.answered(statement)
}

function untilReady(sent: Batch[]): Batch[] {
  const last = sent.findIndex((batch) => batch.ends === 'ready')
  return sent.splice(0, last + 1)
}

function standAfter(session: State, batch: Batch, fault: Fault): void {
  session.standing = true
  fault.arrive(() => {
    session.standing = false
    deliverKept(session)
    if (session.serverGone) session.client.end()
  })
  if (fault.act === 'cut') cutOff(session, batch)
}

function deliverKept(session: State): void {
  const kept = session.kept ?? []
  session.kept = null
  for (const frame of kept) deliver(session, frame)
}
