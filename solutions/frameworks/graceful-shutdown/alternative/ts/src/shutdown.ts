import type { Server, ServerResponse } from 'node:http'
import { readiness } from './health.ts'

export interface ShutdownSettings {
  /** From the signal until the port closes. */
  drainDelayMs: number
  /** From the signal until whatever is left is cut. */
  deadlineMs: number
}

/** Counts answers, not connections: when the last answer is out, the process ends and takes every connection with it. */
export function shutDownOnSignal(server: Server, { drainDelayMs, deadlineMs }: ShutdownSettings): void {
  const underWay = new Set<ServerResponse>()
  let portClosed = false

  const endWhenDone = (): void => {
    if (portClosed && underWay.size === 0) process.exit(0)
  }

  server.prependListener('request', (_request, response) => {
    underWay.add(response)
    if (portClosed) response.setHeader('Connection', 'close')
    response.once('close', () => {
      underWay.delete(response)
      endWhenDone()
    })
  })

  const closePort = (): void => {
    portClosed = true
    server.close()
    for (const response of underWay) if (!response.headersSent) response.setHeader('Connection', 'close')
    endWhenDone()
  }

  const begin = (): void => {
    if (!readiness.accepting) return
    readiness.accepting = false
    setTimeout(closePort, drainDelayMs)
    setTimeout(() => process.exit(1), deadlineMs)
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, begin)
}
