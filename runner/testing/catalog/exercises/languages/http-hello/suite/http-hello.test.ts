import { expect, test } from '#harness'

test('greets', { meta: { id: 'greets', group: 'main', covers: [1] } }, async ({ server }) => {
  expect((await server.request('GET', '/hello')).json()).toEqual({ hello: 'world' })
})

test('does not know another path', { meta: { id: 'unknown', group: 'nasty', covers: [1] } }, async ({ server }) => {
  expect((await server.request('GET', '/other')).status).toBe(404)
})
