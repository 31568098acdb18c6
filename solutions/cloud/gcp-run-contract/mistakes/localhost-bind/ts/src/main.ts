import { createServer, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { findLabel, makeLabel } from './labels.ts'
import { logFor, type Log } from './log.ts'

interface Answer {
  status: number
  body: string
  type?: string
}

async function handle(request: IncomingMessage, log: Log): Promise<Answer> {
  const path = request.url ?? ''
  const body = request.method === 'POST' && path === '/labels' ? ((await json(request)) as { parcel: string; to: string }) : null
  const parcel = body?.parcel ?? /^\/labels\/([\w-]+)$/.exec(path)?.[1]
  if (parcel === undefined) return { status: 404, body: JSON.stringify({ error: 'there is nothing here' }) }
  try {
    if (body) {
      await makeLabel(parcel, body.to)
      log('INFO', `made label ${parcel} for ${body.to}`)
      return { status: 201, body: JSON.stringify({ parcel }) }
    }
    const label = await findLabel(parcel)
    log('INFO', `asked for label ${parcel}: ${label === undefined ? 'not found' : 'found'}`)
    if (label === undefined) return { status: 404, body: JSON.stringify({ error: 'there is no such label' }) }
    return { status: 200, body: label, type: 'text/plain; charset=utf-8' }
  } catch (error) {
    log('ERROR', `label ${parcel}${body ? ` for ${body.to}` : ''}: ${error}`)
    return { status: 502, body: JSON.stringify({ error: 'the store does not answer' }) }
  }
}

const server = createServer(async (request, response) => {
  const log = logFor(request.headers['x-cloud-trace-context'] as string | undefined)
  const { status, body, type = 'application/json' } = await handle(request, log)
  response.writeHead(status, { 'content-type': type }).end(body)
})

const log = logFor()
const port = Number(process.env.PORT ?? 8080)
server.listen(port, '127.0.0.1', () => log('INFO', `labels on port ${port}`))

// Takes no more connections and ends when the requests under way have their answers: nothing else keeps the process alive.
process.on('SIGTERM', () => {
  log('INFO', 'stopping')
  server.close()
})
