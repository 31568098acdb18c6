import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

const { PORT = '8080', STORE_URL: store = 'http://localhost:9000', GOOGLE_CLOUD_PROJECT: project } = process.env

/** The trace of the request that the code works on, carried along through its awaits. */
const trace = new AsyncLocalStorage<string | undefined>()

function log(severity: string, message: string): void {
  const id = trace.getStore()
  process.stdout.write(`${JSON.stringify({ message, severity, time: new Date().toISOString(), ...(id && { 'logging.googleapis.com/trace': `projects/${project}/traces/${id}` }) })}\n`)
}

class StoreProblem extends Error {}

async function ask(parcel: string, init: RequestInit): Promise<Response> {
  const response = await fetch(`${store}/labels/${parcel}`, init).catch((error: unknown) => {
    throw new StoreProblem(String(error))
  })
  if (response.ok || (init.method === 'GET' && response.status === 404)) return response
  throw new StoreProblem(`status ${response.status}`)
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, value: unknown): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  let what = request.url?.replace('/labels/', '') ?? ''
  try {
    if (request.method === 'POST') {
      const { parcel, to } = (await json(request)) as { parcel: string; to: string }
      what = `${parcel} for ${to}`
      await ask(parcel, { method: 'PUT', body: `To: ${to}\nParcel: ${parcel}\n` })
      log('INFO', `stored ${what}`)
      return send(201, { parcel })
    }
    const found = await ask(what, { method: 'GET' })
    log('INFO', `${what}: ${found.status}`)
    if (found.status === 404) return send(404, { error: 'not found' })
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(await found.text())
  } catch (error) {
    log('ERROR', `${what}: ${error}`)
    send(error instanceof StoreProblem ? 502 : 500, { error: 'that did not work' })
  }
}

const underWay = new Set<Promise<void>>()

const server = createServer((request, response) => {
  const id = /^[^/]+/.exec(String(request.headers['x-cloud-trace-context'] ?? ''))?.[0]
  const work = trace.run(id, () => answer(request, response)).finally(() => underWay.delete(work))
  underWay.add(work)
})
server.listen(Number(PORT))

process.once('SIGTERM', async () => {
  server.close()
  await Promise.all(underWay)
  server.closeAllConnections()
})
