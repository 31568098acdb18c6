import { createServer, type AddressInfo } from 'node:net'

/** A port of the loopback that nobody listens on at this moment; whoever wants it must be quick. */
export const freePort = (): Promise<number> => listenOnce(0)

/** Whether a port of the loopback can be listened on at this moment. */
export const isFreePort = (port: number): Promise<boolean> =>
  listenOnce(port).then(
    () => true,
    () => false,
  )

/** Listens on a port, 0 for any, and lets go of it at once. */
function listenOnce(port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', () => {
    const taken = (server.address() as AddressInfo).port
    server.close(() => resolve(taken))
  })
  return promise
}
