// A store for trying things out, on port 9000: PUT keeps a text, GET gives it back, everything is forgotten at the end.
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

const kept = new Map()

createServer(async (request, response) => {
  console.log(request.method, request.url)
  if (request.method === 'PUT') {
    kept.set(request.url, await text(request))
    response.writeHead(200).end()
  } else if (kept.has(request.url)) response.writeHead(200).end(kept.get(request.url))
  else response.writeHead(404).end()
}).listen(9000, () => console.log('The store listens on http://127.0.0.1:9000'))
