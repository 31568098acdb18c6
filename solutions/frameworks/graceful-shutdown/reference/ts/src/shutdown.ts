import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { readiness } from './health.ts'

export interface ShutdownSettings {
  /** From the signal until the port closes. */
  drainDelayMs: number
  /** From the signal until whatever is left is cut. */
  deadlineMs: number
}

export function shutDownOnSignal(server: Server, settings: ShutdownSettings): void {
  const connections = watchConnections(server)
  let begun = false
  const onSignal = (): void => {
    if (begun) return
    begun = true
    void shutDown(server, connections, settings)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

async function shutDown(server: Server, connections: Connections, { drainDelayMs, deadlineMs }: ShutdownSettings): Promise<void> {
  readiness.accepting = false
  setTimeout(() => process.exit(1), deadlineMs)
  await pause(drainDelayMs)
  // Its callback waits for all connections, so none may stay that has nothing left to say.
  server.close(() => process.exit(0))
  connections.closeWhenAnswered()
}

interface Connections {
  /** Closes the idle ones now, and each other one with the answer it is waiting for. */
  closeWhenAnswered: () => void
}

function watchConnections(server: Server): Connections {
  /** Each open connection, with its answer under way. */
  const open = new Map<Socket, ServerResponse | null>()
  let closing = false
  server.on('connection', (socket: Socket) => {
    open.set(socket, null)
    socket.once('close', () => open.delete(socket))
  })
  // Before the app's own listener: it may answer at once.
  server.prependListener('request', ({ socket }, response) => {
    open.set(socket, response)
    if (closing) announceClose(response)
    response.once('close', () => {
      if (open.get(socket) === response) open.set(socket, null)
    })
  })
  return {
    closeWhenAnswered: () => {
      closing = true
      for (const [socket, response] of open) {
        if (response === null) socket.destroy()
        else announceClose(response)
      }
    },
  }
}

/** Node closes the connection after an answer with this header. */
function announceClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
  else response.once('finish', () => response.socket?.end())
}
