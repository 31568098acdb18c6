import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Carrier } from './tracking.ts'

const waiting = new Set<AbortController>()

/** Answers when the parcel has been delivered; until then the carrier is asked every `everyMs`. */
export function answerWhenDelivered(parcel: string, carrier: Carrier, everyMs: number, response: ServerResponse): void {
  const left = new AbortController()
  waiting.add(left)
  response.on('close', () => {
    waiting.delete(left)
    left.abort()
  })
  void ask().catch((error: Error) => {
    if (error.name !== 'AbortError') response.destroy(error)
  })

  async function ask(): Promise<void> {
    for (;;) {
      await sleep(everyMs, undefined, { signal: left.signal })
      if ((await carrier(parcel)).delivered) break
    }
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ parcel, delivered: true }))
  }
}

export const watches = (): number => waiting.size
