import { request } from 'node:http'

export interface HttpRequest {
  headers?: Record<string, string>
  /** Sent as application/json. */
  json?: unknown
  /** Sent as it is. */
  body?: string | Uint8Array
  limitMs?: number
}

export interface HttpResponse {
  status: number
  headers: Record<string, string>
  text: string
  bytes: Uint8Array
  /** The body as JSON; fails the case in plain words when it is not. */
  json: () => unknown
}

/**
 * One HTTP/1.1 exchange with 127.0.0.1 on a connection of its own. node:http instead of fetch: paths and
 * headers reach the wire as written, HEAD and odd methods work, and the answer may come before the body was sent.
 */
export function sendRequest(port: number, method: string, path: string, options: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const body = options.json !== undefined ? JSON.stringify(options.json) : options.body
    const headers: Record<string, string> = {
      connection: 'close',
      ...(options.json !== undefined ? { 'content-type': 'application/json' } : {}),
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body as string)) }),
      ...options.headers,
    }
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => resolve(responseOf(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(chunks))))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
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
    throw new Error(text === '' ? 'The answer has no body; JSON was expected.' : 'The body of the answer is not JSON.')
  }
}
