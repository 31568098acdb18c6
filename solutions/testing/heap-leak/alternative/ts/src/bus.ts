import type { ServerResponse } from 'node:http'

export interface ScanEvent {
  parcel: string
  place: string
}

/** The pages that are open, by parcel. */
const pages = new Map<string, Set<ServerResponse>>()

/** Sends every scan of a parcel to the customer, as long as the page is open. */
export function stream(parcel: string, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders()
  const open = pages.get(parcel) ?? new Set()
  pages.set(parcel, open.add(response))
  response.on('close', () => {
    open.delete(response)
    if (open.size === 0 && pages.get(parcel) === open) pages.delete(parcel)
  })
}

export function publish(event: ScanEvent): void {
  for (const response of pages.get(event.parcel) ?? []) response.write(`data: ${JSON.stringify(event)}\n\n`)
}

export const listeners = (): number => [...pages.values()].reduce((sum, open) => sum + open.size, 0)
