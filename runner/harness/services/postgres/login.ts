import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Login } from './connection.ts'
import { cString, int32, message, messageReader, startupMessage, strings, typeOf } from './messages.ts'

/**
 * The proxy's own login at the server, so that the program never learns a password that would lead around the proxy.
 */

export interface Upstream {
  send: (frame: Buffer) => void
  end: () => void
  /** Ends it at once. */
  destroy: () => void
  pause: () => void
  resume: () => void
}

export interface UpstreamEvents {
  /** Every message but those of the login that only the proxy is asked for. */
  onFrame: (frame: Buffer) => void
  onEnd: () => void
}

export const socketOf = ({ host, port }: Login): string => `${host}/.s.PGSQL.${port}`

export function openUpstream(
  login: Login,
  parameters: Map<string, string>,
  { onFrame, onEnd }: UpstreamEvents,
): Upstream {
  const socket = connect(socketOf(login))
  const answerTo = scram(login.password)
  const read = messageReader(
    () => true,
    (frame) => {
      const reply = typeOf(frame) === 'R' ? answerTo(frame) : null
      if (reply) socket.write(reply)
      else if (!isFinal(frame)) onFrame(frame)
    },
    () => socket.destroy(),
  )
  socket.on('data', read)
  socket.on('error', () => {})
  socket.on('close', onEnd)
  socket.write(startupMessage([...parameters, ['user', login.user], ['database', login.database]]))
  return {
    send: (frame) => void socket.write(frame),
    end: () => endSoftly(socket),
    destroy: () => socket.destroy(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
}

/** What was written is sent before. */
function endSoftly(socket: Socket): void {
  if (!socket.destroyed) socket.end()
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
  const signature = hmac(createHash('sha256').update(key).digest(), `${clientFirst},${serverFirst},${withoutProof}`)
  const proof = key.map((byte, i) => byte ^ (signature[i] ?? 0))
  return `${withoutProof},p=${Buffer.from(proof).toString('base64')}`
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** AuthenticationCleartextPassword: every client can answer it, and the socket is private. */
export const askPassword = (): Buffer => message('R', int32(3))

export function passwordFits(frame: Buffer, password: string): boolean {
  const [given = ''] = strings(frame, 5)
  const [a, b] = [given, password].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(a, b)
}
