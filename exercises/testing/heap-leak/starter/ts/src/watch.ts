import type { ServerResponse } from 'node:http'
import type { Carrier } from './tracking.ts'

let running = 0

/** Answers when the parcel has been delivered; until then the carrier is asked every `everyMs`. */
export function answerWhenDelivered(parcel: string, carrier: Carrier, everyMs: number, response: ServerResponse): void {
  running += 1
  const timer = setInterval(async () => {
    const { delivered } = await carrier(parcel)
    if (!delivered || response.writableEnded) return
    clearInterval(timer)
    running -= 1
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ parcel, delivered }))
  }, everyMs)
}

export const watches = (): number => running
