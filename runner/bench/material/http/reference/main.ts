import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

interface Note {
  id: number
  text: string
}

const notes = new Map<number, Note>()
let nextId = 1

const server = createServer((request, response) => void answer(request, response))
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1')
process.on('SIGTERM', () => server.close())

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/'
  if (path === '/health') return send(response, 200, { ok: true })
  if (path === '/notes') return collection(request, response)
  const id = /^\/notes\/(\d+)$/.exec(path)?.[1]
  const note = id === undefined ? undefined : notes.get(Number(id))
  if (!note) return send(response, 404, { error: 'not found' })
  if (request.method !== 'DELETE') return send(response, 200, note)
  notes.delete(note.id)
  return send(response, 204)
}

async function collection(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return send(response, 405, { error: 'method not allowed' }, { allow: 'POST' })
  const body = parsed(await textOf(request))
  if (body === undefined) return send(response, 400, { error: 'not JSON' })
  if (typeof body.text !== 'string' || body.text === '') return send(response, 422, { error: 'text is missing' })
  const note = { id: nextId++, text: body.text }
  notes.set(note.id, note)
  send(response, 201, note, { location: `/notes/${note.id}` })
}

function parsed(text: string): { text?: unknown } | undefined {
  try {
    return JSON.parse(text) as { text?: unknown }
  } catch {
    return undefined
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

function send(response: ServerResponse, status: number, body?: unknown, headers: Record<string, string> = {}): void {
  const content = body === undefined ? {} : { 'content-type': 'application/json' }
  response.writeHead(status, { ...content, ...headers }).end(body === undefined ? undefined : JSON.stringify(body))
}
