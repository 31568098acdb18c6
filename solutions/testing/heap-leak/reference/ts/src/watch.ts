import type { ServerResponse } from 'node:http'
import type { Carrier } from './tracking.ts'

let running = 0

/** Answers when the parcel has been delivered; until then the carrier is asked every `everyMs`. */
export function answerWhenDelivered(parcel: string, carrier: Carrier, everyMs: number, response: ServerResponse): void {
  running += 1
  const timer = setInterval(async () => {
    const { delivered } = await carrier(parcel)
    if (!delivered || response.writableEnded) return
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ parcel, delivered }))
  }, everyMs)
  // Comes once, whether the answer was sent or the customer has left.
  response.once('close', () => {
    clearInterval(timer)
    running -= 1
  })
}

export const watches = (): number => running
