import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { freePort, isFreePort } from './free-port.ts'

test('freePort: the port it names can be listened on', async () => {
  const port = await freePort()
  expect(port).toBeGreaterThan(0)
  expect(await isFreePort(port)).toBe(true)
})

test('isFreePort: somebody listens there: it is not free', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    expect(await isFreePort((server.address() as AddressInfo).port)).toBe(false)
  } finally {
    server.close()
  }
})
