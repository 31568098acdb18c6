import { createHmac } from 'node:crypto'
import { expect, test, type HttpResponse } from '#harness'

const token = { Authorization: 'Bearer tok_grace' }
const shopOrigin = 'https://shop.example'
const secret = 'whsec_parcels_local'
const sign = (body: string): string => createHmac('sha256', secret).update(body).digest('hex')

/** The one shape of every error. */
function expectError(answer: HttpResponse, status: number, code: string, what: string): void {
  expect(answer.status, `status of ${what}`).toBe(status)
  expect(answer.json(), `body of ${what}`).toEqual({ error: { code, message: expect.stringMatching(/\S/) } })
}

test(
  'answers 401 to calls of the API without a valid token',
  { meta: { id: 'api-needs-token', group: 'access', gate: true, covers: [1] } },
  async ({ server }) => {
    const status = async (headers: Record<string, string>) =>
      (await server.request('GET', '/api/orders', { headers })).status
    expect(await status({}), 'status without a token').toBe(401)
    expect(await status({ Authorization: 'Bearer tok_mallory' }), 'status with an unknown token').toBe(401)
    expect(await status(token), 'status with a valid token').toBe(200)
  },
)

test(
  'serves the health check and static files to everybody',
  { meta: { id: 'open-to-everybody', group: 'access', covers: [3] } },
  async ({ server }) => {
    const health = await server.request('GET', '/health')
    expect(health.status, 'status of /health without a token').toBe(200)
    expect(health.json()).toEqual({ status: 'ok' })
    const logo = await server.request('GET', '/assets/logo.svg')
    expect(logo.status, 'status of /assets/logo.svg without a token').toBe(200)
    expect(logo.text, 'the file').toContain('<svg')
  },
)

test(
  'stores an order only for a caller with a token',
  { meta: { id: 'stores-with-token-only', group: 'access', covers: [1, 2] } },
  async ({ server, random }) => {
    const order = (item: string) => ({ item: `${item} ${random.integer(100, 999)}`, quantity: random.integer(1, 9) })
    const [refused, wanted] = [order('Teapot'), order('Strainer')]
    const without = await server.request('POST', '/api/orders', { json: refused })
    expect(without.status, 'status of a POST without a token').toBe(401)
    const created = await server.request('POST', '/api/orders', { headers: token, json: wanted })
    expect(created.status, 'status of a POST with a token').toBe(201)
    expect(created.json(), 'the created order').toMatchObject(wanted)
    const { orders } = (await server.request('GET', '/api/orders', { headers: token })).json() as {
      orders: { item: string }[]
    }
    const items = orders.map((o) => o.item)
    expect(items, 'the items in the list').toContain(wanted.item)
    expect(items, 'the items in the list').not.toContain(refused.item)
  },
)

test(
  'accepts a payment event whose signature fits its exact bytes',
  { meta: { id: 'webhook-exact-bytes', group: 'webhooks', covers: [4] } },
  async ({ server, random }) => {
    const id = `evt_${random.integer(10_000, 99_999)}`
    // Spaces, 10.00 and an escaped letter: parsed and written again, these bytes would be others.
    const body = `{ "id" : "${id}",\n  "amount": ${random.integer(10, 99)}.00, "payer": "Ren\\u00e9e M\u00fcller" }\n`
    const headers = { 'Content-Type': 'application/json', 'X-Signature': sign(body) }
    const answer = await server.request('POST', '/webhooks/payments', { headers, body })
    expect(answer.status, 'status of a signed event').toBe(202)
    expect(answer.json()).toEqual({ received: id })
  },
)

test(
  'refuses a payment event of which one byte was changed',
  { meta: { id: 'webhook-changed-byte', group: 'webhooks', covers: [4, 6] } },
  async ({ server }) => {
    const body = '{"id":"evt_1","amount":10}'
    const headers = { 'Content-Type': 'application/json', 'X-Signature': sign(body) }
    const answer = await server.request('POST', '/webhooks/payments', { headers, body: body.replace('10', '90') })
    expectError(answer, 401, 'BAD_SIGNATURE', 'a changed event')
  },
)

test(
  'answers 401 before it reads the body',
  { meta: { id: 'token-before-body', group: 'access', covers: [1] } },
  async ({ server }) => {
    const post = (body: string) =>
      server.request('POST', '/api/orders', { headers: { 'Content-Type': 'application/json' }, body })
    const malformed = await post('{"item": "Teapot", "quantity": ')
    expect(malformed.status, 'status of malformed JSON without a token').toBe(401)
    const large = await post(JSON.stringify({ item: 'x'.repeat(200_000), quantity: 1 }))
    expect(large.status, 'status of a body of 200 kB without a token').toBe(401)
  },
)

test(
  'answers the preflight of a browser, which has no token',
  { meta: { id: 'preflight', group: 'cors', covers: [5] } },
  async ({ server }) => {
    const answer = await server.request('OPTIONS', '/api/orders', {
      headers: {
        Origin: shopOrigin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    })
    expect(answer.status, 'status of the preflight').toBe(204)
    expect(answer.headers['access-control-allow-origin'], 'Access-Control-Allow-Origin').toBe(shopOrigin)
    expect(answer.headers['access-control-allow-headers'], 'Access-Control-Allow-Headers').toMatch(/authorization/i)
  },
)

test(
  'names the allowed origin on refusals and errors too',
  { meta: { id: 'cors-on-errors', group: 'cors', covers: [5] } },
  async ({ server }) => {
    const origin = async (path: string, headers: Record<string, string>) =>
      (await server.request('GET', path, { headers: { Origin: shopOrigin, ...headers } })).headers[
        'access-control-allow-origin'
      ]
    expect(await origin('/api/orders', token), 'Access-Control-Allow-Origin of the list').toBe(shopOrigin)
    expect(await origin('/api/orders', {}), 'Access-Control-Allow-Origin without a token').toBe(shopOrigin)
    expect(await origin('/api/orders/77', token), 'Access-Control-Allow-Origin of an unknown order').toBe(shopOrigin)
    expect(await origin('/api/orders/2/invoice', token), 'Access-Control-Allow-Origin of a failing route').toBe(
      shopOrigin,
    )
  },
)

test(
  'answers an error thrown in a route as JSON, without its inner details',
  { meta: { id: 'thrown-error', group: 'errors', covers: [6] } },
  async ({ server }) => {
    const answer = await server.request('GET', '/api/orders/2/invoice', { headers: token })
    expectError(answer, 500, 'INTERNAL', 'a route that throws')
    expect(answer.text, 'the answer').not.toMatch(/undefined|orders\.ts/)
  },
)

test(
  'answers a rejected promise of a route as JSON',
  { meta: { id: 'rejected-promise', group: 'errors', covers: [6] } },
  async ({ server }) => {
    const answer = await server.request('GET', '/api/orders/1/label', { headers: token })
    expectError(answer, 502, 'CARRIER_DOWN', 'a route that rejects')
  },
)

test(
  'answers what other middleware refuses as JSON',
  { meta: { id: 'middleware-errors', group: 'errors', covers: [2, 6] } },
  async ({ server }) => {
    const post = (body: string) =>
      server.request('POST', '/api/orders', { headers: { ...token, 'Content-Type': 'application/json' }, body })
    expectError(await post('{"item": '), 400, 'BAD_REQUEST', 'malformed JSON')
    expectError(
      await post(JSON.stringify({ item: 'x'.repeat(200_000), quantity: 1 })),
      413,
      'TOO_LARGE',
      'a body of 200 kB',
    )
    expectError(
      await server.request('GET', '/api/orders/%ZZ', { headers: token }),
      400,
      'BAD_REQUEST',
      'a path that cannot be decoded',
    )
    expectError(await server.request('GET', '/api/orders'), 401, 'UNAUTHENTICATED', 'a call without a token')
  },
)

test(
  'answers 404 as JSON for paths that nobody knows',
  { meta: { id: 'unknown-paths', group: 'errors', covers: [7] } },
  async ({ server, random }) => {
    const unknown = `/parcels-${random.integer(100, 999)}`
    expectError(await server.request('GET', unknown), 404, 'NOT_FOUND', 'an unknown path without a token')
    expectError(
      await server.request('POST', unknown, { headers: token, json: {} }),
      404,
      'NOT_FOUND',
      'an unknown path with a token',
    )
    expectError(await server.request('GET', '/assets/missing.png'), 404, 'NOT_FOUND', 'a missing static file')
    expectError(
      await server.request('GET', '/api/parcels', { headers: token }),
      404,
      'NOT_FOUND',
      'an unknown path of the API',
    )
  },
)
