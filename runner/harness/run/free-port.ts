import { createSocket, type Socket } from 'node:dgram'
import { createServer } from 'node:net'

export interface ReservedPort {
  port: number
  /** Lets others have it. */
  release: () => void
}

/** Below the ports that Linux, macOS and Windows hand out by themselves, so that no chance connection takes one. */
const first = 20_000
const count = 12_000

/**
 * A TCP port of 127.0.0.1 that is free and stays ours. Between our look and the learner's bind another run could take
 * it; its server would then answer our requests. So each run first binds the UDP port of the same number: that is
 * exclusive over all runners, does not disturb a TCP server, and ends with the process whatever happens.
 */
export async function reservePort(): Promise<ReservedPort> {
  for (let tries = 0; tries < 200; tries++) {
    const port = first + Math.floor(Math.random() * count)
    const lock = await locked(port)
    if (lock && (await isFree(port))) return { port, release: () => lock.close() }
    lock?.close()
  }
  throw new Error('no free port was found between 20000 and 32000')
}

function locked(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: false })
    socket.once('error', () => resolve((socket.close(), null)))
    socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => resolve(socket.unref()))
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
