import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

export interface HttpRequest {
  headers?: Record<string, string | string[]>
  /** Sent as application/json. */
  json?: unknown
  /** Sent as it is. */
  body?: string | Uint8Array
  /** Another address of this machine than 127.0.0.1. */
  host?: string
  limitMs?: number
}

export interface HttpResponse {
  status: number
  /** Names in lower case; a header that came more than once is joined with ", ". */
  headers: Record<string, string>
  text: string
  bytes: Uint8Array
  /** The body as JSON; fails the case in plain words when it is not. */
  json: () => unknown
}

/** Beyond this a body is offered after the headers, in parts, so that an early answer is not lost. */
const partBytes = 64 * 1024
const earlyAnswerMs = 50
const betweenPartsMs = 2
/** How long a body that must not come is waited for after the answer to HEAD. */
const strayBodyMs = 250
const answerCap = 16 * 1024 * 1024

/**
 * One HTTP/1.1 exchange with this machine on a connection of its own. node:http instead of fetch: paths and
 * headers reach the wire as written, HEAD and odd methods work, and the answer may come before the body was sent.
 */
export function sendRequest(port: number, method: string, path: string, options: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const body = bodyOf(options)
    const headers = headersOf(options, body)
    const outgoing = request({ host: options.host ?? '127.0.0.1', port, method, path, headers, agent: false })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const settled = method === 'HEAD' ? headOnly(incoming) : whole(incoming)
      settled.then(resolve, reject).finally(() => outgoing.destroy())
    })
    if (body !== undefined && body.length > partBytes) void sendInParts(outgoing, body)
    else outgoing.end(body)
    // The parser skips what follows the answer to HEAD; read as the answer to GET, a stray body is seen.
    if (method === 'HEAD') outgoing.method = 'GET'
  })
}

function bodyOf({ json, body }: HttpRequest): Buffer | undefined {
  if (json !== undefined) return Buffer.from(JSON.stringify(json))
  return body === undefined ? undefined : Buffer.from(body as string)
}

/** What a request says unless the case says otherwise. */
function headersOf({ json, headers = {} }: HttpRequest, body: Buffer | undefined): Record<string, string | string[]> {
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    connection: 'close',
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(body === undefined || 'transfer-encoding' in own ? {} : { 'content-length': String(body.length) }),
    ...own,
  }
}

/**
 * A server may answer from the headers alone and close; writing on would then fail before the answer is read.
 * So the headers go first, then parts, each after a look at what has come.
 */
async function sendInParts(outgoing: ClientRequest, body: Buffer): Promise<void> {
  const seen = { answer: false }
  const answer = new Promise<void>((resolve) => {
    for (const event of ['response', 'error', 'close']) outgoing.once(event, () => resolve())
  }).then(() => void (seen.answer = true))
  outgoing.flushHeaders()
  await Promise.race([answer, pause(earlyAnswerMs)])
  for (let at = 0; at < body.length && !seen.answer; at += partBytes) {
    const written = new Promise<void>((resolve) => outgoing.write(body.subarray(at, at + partBytes), () => resolve()))
    await Promise.race([answer, written])
    await pause(betweenPartsMs)
  }
  if (!seen.answer) outgoing.end()
}

function whole(incoming: IncomingMessage): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const received = collect(incoming, reject)
    incoming.on('error', reject)
    incoming.on('end', () => resolve(received()))
  })
}

/** Whatever body is announced, none may come: waits until the server closes, or for a moment. */
function headOnly(incoming: IncomingMessage): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const received = collect(incoming, reject)
    const timer = setTimeout(() => resolve(received()), strayBodyMs)
    incoming.on('error', () => {}) // The announced body is missing, as it should.
    incoming.on('close', () => resolve((clearTimeout(timer), received())))
  })
}

function collect(incoming: IncomingMessage, reject: (error: Error) => void): () => HttpResponse {
  const chunks: Buffer[] = []
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size <= answerCap) chunks.push(chunk)
    else reject(new Error(`the answer is larger than ${answerCap / 1024 / 1024} MB`))
  })
  return () => responseOf(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(chunks))
}

/** What the transcript says of a request: everything that goes out and matters. */
export function requestText(method: string, path: string, options: HttpRequest): string {
  const headers = Object.entries(options.headers ?? {}).map(
    ([name, value]) => `\n${name}: ${[value].flat().join(', ')}`,
  )
  const body = bodyOf(options)
  const to = options.host === undefined ? '' : ` to ${options.host}`
  return `${method} ${path}${to}${headers.join('')}${body === undefined ? '' : `\n${bodyText(body)}`}`
}

/** Headers that say nothing of the program's own doing. */
const dull = new Set(['connection', 'date', 'keep-alive', 'server', 'transfer-encoding', 'x-powered-by'])

/** Express tags every answer by itself. */
const frameworkTag = /^W\/"[0-9a-f]+-[\w+/]{27}"$/

export function responseText(method: string, { status, headers, bytes }: HttpResponse): string {
  const told = Object.entries(headers).filter(([name, value]) => {
    if (dull.has(name) || (name === 'content-length' && method !== 'HEAD')) return false
    if (name === 'etag' && frameworkTag.test(value)) return false
    return name !== 'content-type' || !value.startsWith('application/json')
  })
  const lines = told.map(([name, value]) => `\n${name}: ${value}`)
  if (bytes.length > 0) return `${status}${lines.join('')}${lines.length > 0 ? '\n' : ' '}${bodyText(bytes)}`
  return method === 'HEAD' ? `${status}${lines.join('')}` : `${status} (no body)${lines.join('')}`
}

function bodyText(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.length <= 600 ? text : `${text.slice(0, 300)} … (${bytes.length} bytes)`
  } catch {
    return `(${bytes.length} bytes)`
  }
}

function responseOf(status: number, raw: NodeJS.Dict<string | string[]>, bytes: Buffer): HttpResponse {
  const headers = Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  )
  const text = bytes.toString('utf8')
  return { status, headers, text, bytes, json: () => parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    if (text === '') throw new Error('The answer has no body; JSON was expected.')
    const why = text.startsWith('\uFEFF') ? ': it begins with a byte-order mark (U+FEFF)' : ''
    throw new Error(`The body of the answer is not JSON${why}.`)
  }
}
