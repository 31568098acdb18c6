import { createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { sha256 } from '../../run/sha256.ts'
import type { Login } from './connection.ts'
import {
  cString,
  errorMessage,
  int32,
  message,
  messageEnd,
  negotiate,
  protocol,
  readStartup,
  startupMessage,
  strings,
  typeOf,
  type Startup,
} from './messages.ts'
import type { PostgresSession } from './protocol.ts'

/**
 * The login of a connection, on both sides: the program says a password of the relay's, and the relay says the
 * server's, so that the program never learns one that would lead around it.
 */

/** What the program has to say to be let in. */
export interface Credentials {
  user: string
  password: string
  database: string
}

export interface Door {
  credentials: Credentials
  /** Where the run's database is, as soon as it is. */
  ready: () => Promise<Login>
  session: PostgresSession
}

/** Why a client cannot come in, as it is told. */
class Refusal extends Error {
  readonly sqlstate: string
  constructor(sqlstate: string, text: string) {
    super(text)
    this.sqlstate = sqlstate
  }
}

/**
 * Lets a client in. Resolves to the server's side of its connection when that is ready for statements, and to null when
 * the client was turned away, went away, or only wanted to cancel a statement.
 */
export async function logIn(client: Socket, door: Door): Promise<Socket | null> {
  const messages = messagesFrom(client)
  try {
    const startup = await startupOf(client, messages, door)
    const isIn = startup && (await saysPassword(client, messages, startup, door.credentials))
    const server = isIn ? await serverSide(await loginBehind(door), startup, client, door.session) : null
    if (server) messages.release()
    else client.end()
    return server
  } catch (error) {
    const { sqlstate, message: text } =
      error instanceof Refusal ? error : new Refusal('08P01', 'This is not the PostgreSQL protocol.')
    client.end(errorMessage('FATAL', sqlstate, text))
    return null
  }
}

const loginBehind = ({ ready }: Door): Promise<Login> =>
  ready().catch(() => {
    throw new Refusal('57P03', 'The database could not be made ready.')
  })

/** Null when there is nobody to let in. */
async function startupOf(client: Socket, messages: Messages, door: Door): Promise<Startup | null> {
  for (;;) {
    const frame = await messages.next(false)
    if (!frame) return null
    const code = frame.readUInt32BE(4)
    if (code === protocol.cancel) return cancel(frame, await loginBehind(door))
    if (code !== protocol.ssl && code !== protocol.gss) return accepted(frame, door.credentials)
    // No encryption on a private socket: the client goes on without it.
    client.write('N')
  }
}

/** A CancelRequest names its session by a secret: the server knows what to do, and answers nothing. */
async function cancel(frame: Buffer, login: Login): Promise<null> {
  const server = connect(socketOf(login)).on('error', () => {})
  const closed = new Promise((resolve) => server.once('close', resolve))
  server.end(frame)
  await closed
  return null
}

function accepted(frame: Buffer, credentials: Credentials): Startup {
  const startup = readStartup(frame)
  if (!startup) throw new Refusal('08P01', 'Only version 3 of the protocol is spoken here.')
  const user = startup.parameters.get('user') ?? ''
  const database = startup.parameters.get('database') ?? user
  if (user !== credentials.user)
    throw new Refusal('28000', `role "${user}" does not exist; take the one in DATABASE_URL`)
  if (database !== credentials.database)
    throw new Refusal('3D000', `database "${database}" does not exist; take the one in DATABASE_URL`)
  return startup
}

/** AuthenticationCleartextPassword: every client can answer it, and the socket is private. */
const askPassword = (): Buffer => message('R', int32(3))

/** False when the client has gone. */
async function saysPassword(
  client: Socket,
  messages: Messages,
  { newer }: Startup,
  { user, password }: Credentials,
): Promise<boolean> {
  client.write(newer ? Buffer.concat([negotiate(newer), askPassword()]) : askPassword())
  const frame = await messages.next(true)
  if (!frame || typeOf(frame) === 'X') return false
  if (typeOf(frame) !== 'p' || !isSame(strings(frame, 5)[0] ?? '', password))
    throw new Refusal('28P01', `password authentication failed for user "${user}"; take DATABASE_URL as it is`)
  return true
}

function isSame(given: string, password: string): boolean {
  const [a, b] = [given, password].map(sha256) as [Buffer, Buffer]
  return timingSafeEqual(a, b)
}

/** Never the relay's own words: who the program is at the server, and where, is not theirs to say. */
const ours = new Set(['user', 'database', 'replication'])

const socketOf = ({ host, port }: Login): string => `${host}/.s.PGSQL.${port}`

/**
 * Logs in at the server. What it says besides the questions that only the relay is asked goes to the client. Null when
 * it closes before it is ready, as when there are too many connections.
 */
async function serverSide(
  login: Login,
  { parameters }: Startup,
  client: Socket,
  session: PostgresSession,
): Promise<Socket | null> {
  const server = connect(socketOf(login)).on('error', () => {})
  const messages = messagesFrom(server)
  const answerTo = scram(login.password)
  const wished = [...parameters].filter(([name]) => !ours.has(name))
  server.write(startupMessage([...wished, ['user', login.user], ['database', login.database]]))
  for (;;) {
    const frame = await messages.next(true)
    if (!frame) return null
    const reply = typeOf(frame) === 'R' ? answerTo(frame) : null
    if (reply) server.write(reply)
    else if (!isFinal(frame)) client.write(frame)
    if (typeOf(frame) === 'K') session.pid = frame.readInt32BE(5)
    if (typeOf(frame) !== 'Z') continue
    messages.release()
    return server
  }
}

interface Messages {
  /**
   * The next one; null when the other side has closed.
   * @param typed every message but a client's first ones
   * @throws when what comes is none
   */
  next: (typed: boolean) => Promise<Buffer | null>
  /** Leaves the socket, paused, with everything that was not taken from it. */
  release: () => void
}

function messagesFrom(socket: Socket): Messages {
  let pending = Buffer.alloc(0)
  let closed = false
  let wake = (): void => {}
  const onData = (chunk: Buffer): void => {
    pending = Buffer.concat([pending, chunk])
    wake()
  }
  const onClose = (): void => {
    closed = true
    wake()
  }
  socket.on('data', onData).once('close', onClose)
  return {
    next: async (typed) => {
      for (;;) {
        const end = messageEnd(pending, typed) ?? Infinity
        if (pending.length >= end) {
          const frame = pending.subarray(0, end)
          pending = pending.subarray(end)
          return frame
        }
        if (closed) return null
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    release: () => {
      socket.off('data', onData).off('close', onClose).pause()
      if (pending.length > 0 && !socket.readableEnded) socket.unshift(pending)
    },
  }
}

const [sasl, saslContinue, saslFinal] = [10, 11, 12]

const codeOf = (frame: Buffer): number => frame.readInt32BE(5)
const isFinal = (frame: Buffer): boolean => typeOf(frame) === 'R' && codeOf(frame) === saslFinal

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: the answer to each step that needs one.
 * The server is ours: its signature is not checked.
 */
function scram(password: string): (frame: Buffer) => Buffer | null {
  const first = `n=,r=${randomBytes(18).toString('base64')}`
  return (frame) => {
    if (codeOf(frame) === sasl) return initial(`n,,${first}`)
    return codeOf(frame) === saslContinue
      ? message('p', Buffer.from(final(password, first, frame.toString('utf8', 9))))
      : null
  }
}

const initial = (text: string): Buffer => message('p', cString('SCRAM-SHA-256'), int32(text.length), Buffer.from(text))

function final(password: string, clientFirst: string, serverFirst: string): string {
  const {
    r: nonce = '',
    s: salt = '',
    i: rounds = '1',
  } = Object.fromEntries(serverFirst.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), 32, 'sha256')
  const key = hmac(salted, 'Client Key')
  const withoutProof = `c=biws,r=${nonce}`
  const signature = hmac(sha256(key), `${clientFirst},${serverFirst},${withoutProof}`)
  const proof = key.map((byte, i) => byte ^ (signature[i] ?? 0))
  return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
