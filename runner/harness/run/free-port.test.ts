import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { reservePort } from './free-port.ts'

test('many reservations at once are all different, and can be listened on', async () => {
  const reserved = await Promise.all(Array.from({ length: 200 }, () => reservePort()))
  expect(new Set(reserved.map((r) => r.port)).size).toBe(200)
  const server = createServer().listen(reserved[0]?.port, '127.0.0.1')
  await once(server, 'listening')
  server.close()
  for (const { release } of reserved) release()
})

test('a reserved port is refused to the next one who asks; a released one is not', async () => {
  const { port, release } = await reservePort()
  const bind = async (): Promise<boolean> => {
    const socket = createSocket('udp4')
    const bound = new Promise<boolean>((resolve) =>
      socket
        .once('error', () => resolve(false))
        .bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true)),
    )
    return bound.finally(() => socket.close())
  }
  expect(await bind()).toBe(false)
  release()
  await expect.poll(bind).toBe(true)
})
