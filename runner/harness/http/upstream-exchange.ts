import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** One request that the scripted service has read; the last two fields are filled in when its answer ends. */
export interface UpstreamRequest {
  /** From 1, in the order of arrival. */
  number: number
  /** From 1, in the order in which connections were accepted. */
  connection: number
  method: string
  path: string
  /** Names in lower case. */
  headers: Record<string, string>
  body: string
  bytes: Uint8Array
  /** When its head had come (performance.now). */
  at: number
  ended: Ending | null
  endedAt: number | null
}

/**
 * `client-closed`: the client went before the end. `given-up`: it stayed longer than a silent answer or `stop` waits.
 */
export type Ending = 'answered' | 'cut' | 'reset' | 'client-closed' | 'given-up'

export interface WholeAnswer {
  status: number
  headers?: Record<string, string>
  body?: string
  /** Sent as application/json. */
  json?: unknown
  /** Holds the answer back until this is settled: the suite's barrier. */
  after?: Promise<unknown>
  /** Sends so many bytes of the body and closes the connection. */
  cutAfter?: number
}

/** Nothing is sent. A client that is still there after so many milliseconds is reset, so that a run goes on. */
export interface Silence {
  silentMs: number
}

export type Answer = WholeAnswer | Silence | { reset: 'after-request' }

/** Reads the request, asks what to do, does it, and writes down how it ended. */
export async function carryOut(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  request: UpstreamRequest,
  answerTo: (request: UpstreamRequest) => Answer,
): Promise<Answer | null> {
  const { socket } = incoming
  const { gone, forget } = goneOf(socket)
  const body = await Promise.race([bodyOf(incoming), gone])
  if (body !== 'client-closed') Object.assign(request, { bytes: body, body: body.toString('utf8') })
  const answer = body === 'client-closed' ? null : answerTo(request)
  const ended = answer === null ? 'client-closed' : await endOf(answer, outgoing, socket, gone)
  forget()
  request.ended ??= ended
  request.endedAt = performance.now()
  return answer
}

type Gone = Promise<'client-closed'>

/** Settles when the client has closed its side: no HTTP client of today waits on after that. */
function goneOf(socket: Socket): { gone: Gone; forget: () => void } {
  const { promise, resolve } = Promise.withResolvers<'client-closed'>()
  const listener = (): void => resolve('client-closed')
  const events = ['close', 'end']
  for (const event of events) socket.once(event, listener)
  if (socket.destroyed) listener()
  return { gone: promise, forget: () => events.forEach((event) => socket.off(event, listener)) }
}

function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => resolve(Buffer.concat(chunks)))
    incoming.on('error', () => {}) // The socket's end tells.
  })
}

async function endOf(answer: Answer, outgoing: ServerResponse, socket: Socket, gone: Gone): Promise<Ending> {
  if ('reset' in answer) return resetBy(socket, 'reset')
  if ('silentMs' in answer) return (await firstOf(gone, answer.silentMs)) ?? resetBy(socket, 'given-up')
  const held = answer.after?.then(
    () => null,
    () => null,
  )
  if (held && (await Promise.race([held, gone])) !== null) return 'client-closed'
  return Promise.race([send(answer, outgoing, socket), gone])
}

function resetBy(socket: Socket, ending: Ending): Ending {
  socket.resetAndDestroy()
  return ending
}

/** What came within the time, or null. */
async function firstOf<T>(work: Promise<T>, limitMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), limitMs)))
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

function send(answer: WholeAnswer, outgoing: ServerResponse, socket: Socket): Promise<Ending> {
  const body = bytesOf(answer)
  const type = answer.json === undefined ? {} : { 'content-type': 'application/json' }
  outgoing.writeHead(answer.status, { ...type, 'content-length': String(body.length), ...answer.headers })
  const { cutAfter } = answer
  return new Promise((resolve) => {
    if (cutAfter === undefined) outgoing.end(body, () => resolve('answered'))
    else outgoing.write(body.subarray(0, cutAfter), () => socket.end(() => resolve('cut')))
  })
}

export const bytesOf = ({ json, body = '' }: WholeAnswer): Buffer =>
  Buffer.from(json === undefined ? body : JSON.stringify(json))
