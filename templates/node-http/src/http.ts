import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** The wire: reads requests, writes answers. Nothing here knows what the program is about, and nothing here has to change. */

export type JsonObject = Record<string, unknown>

export interface Request {
  method: string
  /** Without the query. */
  path: string
  /** Who calls, as the gateway found out (X-User); empty for nobody. */
  user: string
  /** What the caller is (X-Role). */
  role: string
  /** What came with POST, PUT or PATCH; empty for other methods. */
  body: JsonObject
}

export interface Answer {
  status: number
  headers?: Record<string, string>
  /** Bytes are sent as they are, anything else as JSON. HEAD and 204 get none, whatever stands here. */
  body?: unknown
}

export function serve(port: number, handle: (request: Request) => Answer): void {
  const server = createServer((incoming, outgoing) => {
    void answerTo(incoming, handle).then((answer) => send(incoming, outgoing, answer))
  })
  server.listen(port, '127.0.0.1')
}

class UnreadableBody extends Error {}

async function answerTo(incoming: IncomingMessage, handle: (request: Request) => Answer): Promise<Answer> {
  try {
    const { method = '', url = '' } = incoming
    return handle({
      method,
      path: url.split('?')[0] ?? '',
      user: header(incoming, 'x-user'),
      role: header(incoming, 'x-role'),
      body: ['POST', 'PUT', 'PATCH'].includes(method) ? await readObject(incoming) : {},
    })
  } catch (error) {
    if (error instanceof UnreadableBody) return { status: 400, body: { error: error.message } }
    console.error(error)
    return { status: 500, body: { error: 'something went wrong on our side' } }
  }
}

const header = (incoming: IncomingMessage, name: string): string => String(incoming.headers[name] ?? '')

async function readObject(incoming: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const value = parsed(Buffer.concat(chunks).toString('utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UnreadableBody('a JSON object was expected')
  return value as JsonObject
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnreadableBody('the body is not JSON')
  }
}

function send({ method }: IncomingMessage, outgoing: ServerResponse, { status, headers = {}, body }: Answer): void {
  if (body === undefined || status === 204) {
    outgoing.writeHead(status, headers).end()
    return
  }
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
  outgoing.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.length, ...headers })
  outgoing.end(method === 'HEAD' ? undefined : bytes)
}
