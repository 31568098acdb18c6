import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { findLabel, makeLabel } from './labels.ts'

const port = Number(process.env.PORT ?? 8080)

const server = createServer(async (request, response) => {
  const answer = (status: number, body: string, type = 'application/json') => response.writeHead(status, { 'content-type': type }).end(body)
  if (request.method === 'POST' && request.url === '/labels') {
    const { parcel, to } = (await json(request)) as { parcel: string; to: string }
    await makeLabel(parcel, to)
    console.log(`made label ${parcel} for ${to}`)
    return answer(201, JSON.stringify({ parcel }))
  }
  const parcel = /^\/labels\/([\w-]+)$/.exec(request.url ?? '')?.[1]
  const label = parcel === undefined ? undefined : await findLabel(parcel)
  console.log(`asked for label ${parcel}: ${label === undefined ? 'not found' : 'found'}`)
  if (label === undefined) return answer(404, JSON.stringify({ error: 'there is no such label' }))
  return answer(200, label, 'text/plain; charset=utf-8')
})

server.listen(port, 'localhost', () => console.log(`Labels on http://localhost:${port}`))
