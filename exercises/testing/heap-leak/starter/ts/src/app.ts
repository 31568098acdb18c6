import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { listeners, publish, stream, type ScanEvent } from './bus.ts'
import { cached, cacheSize } from './cache.ts'
import { Tracking, type Carrier } from './tracking.ts'
import { answerWhenDelivered, watches } from './watch.ts'

export interface Options {
  /** 0 takes a free one. */
  port?: number
  /** How often the carrier is asked for a parcel that a customer waits for. */
  pollMs?: number
}

/** Starts the service that customers follow their parcels with. */
export async function start(carrier: Carrier, { port = 0, pollMs = 1000 }: Options = {}) {
  const server = createServer((request, response) => {
    answer(carrier, pollMs, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(502)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (): number => (server.address() as AddressInfo).port,
    stop: async (): Promise<void> => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answer(carrier: Carrier, pollMs: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const [, route = '', parcel = ''] = pathname.split('/')
  if (request.method === 'POST' && route === 'scans') {
    publish((await json(request)) as ScanEvent)
    response.writeHead(204).end()
  } else if (route === 'track') {
    const tracking = await cached(request.url ?? '', async () => new Tracking(await carrier(parcel)))
    send(response, { parcel, scans: tracking.scans })
  } else if (route === 'stream') {
    stream(parcel, response)
  } else if (route === 'wait') {
    answerWhenDelivered(parcel, carrier, pollMs, response)
  } else if (route === 'health') {
    send(response, { cached: cacheSize(), listeners: listeners(), watches: watches() })
  } else {
    response.writeHead(404).end()
  }
}

function send(response: ServerResponse, body: unknown): void {
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(body))
}
