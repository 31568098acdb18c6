import { expect, test } from '#harness'

test('says that it is well', { meta: { id: 'health', group: 'good', covers: [1] } }, async ({ server }) => {
  const answer = await server.request('GET', '/health')
  expect(answer.status, 'status').toBe(200)
  expect(answer.json(), 'body').toEqual({ ok: true })
})

test('makes a note', { meta: { id: 'make', group: 'good', covers: [2] } }, async ({ server }) => {
  const answer = await server.request('POST', '/notes', { json: { text: 'milk' } })
  expect(answer.status, 'status').toBe(201)
  const { id, text } = answer.json() as { id: number; text: string }
  expect(text, 'text').toBe('milk')
  expect(answer.headers['location'], 'Location').toBe(`/notes/${id}`)
})

test('gives a note back', { meta: { id: 'give', group: 'good', covers: [3] } }, async ({ server }) => {
  const made = await server.request('POST', '/notes', { json: { text: 'bread' } })
  const answer = await server.request('GET', made.headers['location'] ?? '/')
  expect(answer.status, 'status').toBe(200)
  expect(answer.json(), 'body').toMatchObject({ text: 'bread' })
})

test('does not know every note', { meta: { id: 'unknown', group: 'bad', covers: [4] } }, async ({ server }) => {
  expect((await server.request('GET', '/notes/9999')).status, 'status').toBe(404)
})

test('refuses what is not JSON', { meta: { id: 'not-json', group: 'bad', covers: [5] } }, async ({ server }) => {
  expect((await server.request('POST', '/notes', { body: '{' })).status, 'status').toBe(400)
})

test('refuses an empty text', { meta: { id: 'empty-text', group: 'bad', covers: [6] } }, async ({ server }) => {
  expect((await server.request('POST', '/notes', { json: { text: '' } })).status, 'an empty text').toBe(422)
  expect((await server.request('POST', '/notes', { json: {} })).status, 'no text').toBe(422)
})

test('removes a note', { meta: { id: 'remove', group: 'good', covers: [7] } }, async ({ server }) => {
  const made = await server.request('POST', '/notes', { json: { text: 'eggs' } })
  const path = made.headers['location'] ?? '/'
  expect((await server.request('DELETE', path)).status, 'status of the DELETE').toBe(204)
  expect((await server.request('GET', path)).status, 'status afterwards').toBe(404)
})

test('refuses another method', { meta: { id: 'method', group: 'bad', covers: [8] } }, async ({ server }) => {
  const answer = await server.request('PUT', '/notes', { json: { text: 'tea' } })
  expect(answer.status, 'status').toBe(405)
  expect(answer.headers['allow'], 'Allow').toBe('POST')
})
