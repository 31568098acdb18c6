import { createHmac } from 'node:crypto'
import { expect, test, type HttpRequest, type HttpResponse, type Server } from '#harness'

const token = { Authorization: 'Bearer tok_grace' }
const ada = { Authorization: 'Bearer tok_ada' }
const json = { 'Content-Type': 'application/json' }
const shopOrigin = 'https://shop.example'
const secret = 'whsec_parcels_local'
const sign = (body: string): string => createHmac('sha256', secret).update(body).digest('hex')

type Headers = Record<string, string>

/** What is no token of a clerk. */
const invalid: Headers[] = [
  {},
  { Authorization: '' },
  { Authorization: 'Bearer' },
  { Authorization: 'Bearer tok_mallory' },
  { Authorization: 'Bearer tok_adam' },
  { Authorization: 'tok_ada' },
  { Authorization: 'Basic tok_ada' },
  { Cookie: 'token=tok_ada' },
  { 'X-Token': 'tok_ada' },
]

/** What an answer says: its JSON, or else its text, so that a page of HTML is compared and not an error of the case. */
function bodyOf(answer: HttpResponse): unknown {
  try {
    return answer.json()
  } catch {
    return answer.text
  }
}

/** The one shape of every error. */
function expectError(answer: HttpResponse, status: number, code: string, what: string): void {
  expect(answer.status, `status of ${what}`).toBe(status)
  expect(bodyOf(answer), `body of ${what}`).toEqual({ error: { code, message: expect.stringMatching(/\S/) } })
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
    expect(health.json(), 'body of /health').toEqual({ status: 'ok' })
    const logo = await server.request('GET', '/assets/logo.svg')
    expect(logo.status, 'status of /assets/logo.svg without a token').toBe(200)
    expect(logo.text, 'the file').toContain('<svg')
  },
)

test(
  'stores an order only for a caller with a token',
  { meta: { id: 'stores-with-token-only', group: 'access', covers: [1, 2] } },
  async ({ server, random, requirement }) => {
    const order = (item: string) => ({ item: `${item} ${random.integer(100, 999)}`, quantity: random.integer(1, 9) })
    const [refused, wanted] = [order('Teapot'), order('Strainer')]
    requirement(1)
    const without = await server.request('POST', '/api/orders', { json: refused })
    expect(without.status, 'status of a POST without a token').toBe(401)
    requirement(2)
    const created = await server.request('POST', '/api/orders', { headers: token, json: wanted })
    expect(created.status, 'status of a POST with a token').toBe(201)
    expect(created.json(), 'the created order').toMatchObject(wanted)
    const { orders } = (await server.request('GET', '/api/orders', { headers: token })).json() as {
      orders: { item: string }[]
    }
    const items = orders.map((o) => o.item)
    expect(items, 'the items in the list').toContain(wanted.item)
    requirement(1)
    expect(items, 'the items in the list, without the refused one').not.toContain(refused.item)
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
    expect(answer.json(), 'body of the answer to a signed event').toEqual({ received: id })
  },
)

test(
  'refuses a payment event of which one byte was changed',
  { meta: { id: 'webhook-changed-byte', group: 'webhooks', covers: [4, 6] } },
  async ({ server, requirement }) => {
    const body = '{"id":"evt_1","amount":10}'
    const headers = { 'Content-Type': 'application/json', 'X-Signature': sign(body) }
    requirement(4)
    const answer = await server.request('POST', '/webhooks/payments', { headers, body: body.replace('10', '90') })
    expect(answer.status, 'status of a changed event').toBe(401)
    requirement(6)
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
  async ({ server, requirement }) => {
    const post = (body: string) =>
      server.request('POST', '/api/orders', { headers: { ...token, 'Content-Type': 'application/json' }, body })
    requirement(6)
    expectError(await post('{"item": '), 400, 'BAD_REQUEST', 'malformed JSON')
    requirement(2)
    const large = await post(JSON.stringify({ item: 'x'.repeat(200_000), quantity: 1 }))
    expect(large.status, 'status of a body of 200 kB').toBe(413)
    requirement(6)
    expectError(large, 413, 'TOO_LARGE', 'a body of 200 kB')
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

const shopPaths = [
  '/api/orders',
  '/api/orders/',
  '/api/orders?limit=1',
  '/api/orders/1',
  '/api/orders/2',
  '/api/orders/1/',
  '/api/orders/77',
  '/api/orders/one',
  '/api/orders/1/invoice',
  '/api/orders/2/invoice',
  '/api/orders/1/label',
  '/api/orders/77/label',
  '/api/orders/1/nothing',
  '/api/orders/1/invoice/2',
  '/api/orders/1/label/',
  '/api/orders/a/b/c/d/e',
  '/API/Orders',
  '/api/ORDERS/1',
]

async function itemsOf(server: Server): Promise<unknown[]> {
  const answer = await server.request('GET', '/api/orders', { headers: ada })
  expect(answer.status, 'status of the list with a valid token').toBe(200)
  return (answer.json() as { orders: unknown[] }).orders
}

test(
  'answers 401 on every path of the orders, to every method, without a valid token',
  { meta: { id: 'every-path-guarded', group: 'access', gate: true, covers: [1] } },
  async ({ server }) => {
    for (const path of shopPaths) {
      const every = path === '/api/orders' || path === '/api/orders/1'
      for (const headers of every ? invalid : invalid.slice(2, 4)) {
        const answer = await server.request('GET', path, { headers })
        expect(answer.status, 'status of a GET without a valid token').toBe(401)
        expect(answer.text, 'the answer without a valid token').not.toMatch(/Hopper|Kettle/)
      }
      for (const method of ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const answer = await server.request(method, path)
        expect(answer.status, 'status of another method without a token').toBe(401)
      }
    }
  },
)

test(
  'stores nothing for a caller without a valid token, whatever the body is, and looks at the token first',
  { meta: { id: 'nothing-stored', group: 'access', covers: [1] } },
  async ({ server }) => {
    const before = await itemsOf(server)
    const order = JSON.stringify({ item: 'Stolen', quantity: 1 })
    const large = JSON.stringify({ item: 'x'.repeat(300_000), quantity: 1 })
    const bodies: [headers: Headers, body: string][] = [
      [json, order],
      [{ 'Content-Type': 'application/json; charset=utf-8' }, order],
      [json, '{"item":1}'],
      [json, '"text"'],
      [json, '}'],
      [json, 'x'.repeat(102_401)],
      [json, large],
      [{ ...json, 'Content-Encoding': 'bogus' }, order],
      [{ 'Content-Type': 'application/json; charset=bogus' }, order],
      [{ ...json, 'Content-Encoding': 'gzip' }, order],
      [{ 'Content-Type': 'text/plain' }, order],
      [{ 'Content-Type': 'application/x-www-form-urlencoded' }, 'item=a&quantity=1'],
    ]
    for (const [headers, body] of bodies) {
      for (const wrong of [{}, { Authorization: 'Bearer tok_mallory' }] as Headers[]) {
        const answer = await server.request('POST', '/api/orders', { headers: { ...headers, ...wrong }, body })
        expect(answer.status, 'status of a POST without a valid token').toBe(401)
      }
      expect(await itemsOf(server), 'the orders after a refused POST').toEqual(before)
    }
    for (const path of ['/api/orders/1', '/api/orders/1/nothing']) {
      const answer = await server.request('PUT', path, { headers: json, body: '{"a": ' })
      expect(answer.status, 'status of a PUT with malformed JSON without a token').toBe(401)
    }
  },
)

test(
  'runs the routes as they are written for each clerk',
  { meta: { id: 'routes-as-written', group: 'access', covers: [2] } },
  async ({ server, random }) => {
    const tea = { id: 1, item: 'Tea, 250 g', quantity: 2, billing: { name: 'M. Hopper', city: 'Leeds' } }
    for (const headers of [ada, token]) {
      const get = async (path: string): Promise<unknown> => (await server.request('GET', path, { headers })).json()
      for (const path of ['/api/orders/1', '/api/orders/1/', '/API/Orders/1', '/api/orders/1?a=b'])
        expect(await get(path), 'order 1').toEqual(tea)
      expect(await get('/api/orders/2'), 'order 2').toEqual({ id: 2, item: 'Kettle', quantity: 1 })
      expect(await get('/api/orders/1/invoice'), 'the invoice of order 1').toEqual({
        invoice: 1,
        to: 'M. Hopper, Leeds',
      })
      const wanted = { item: `Tasse, größer ${random.integer(100, 999)}`, quantity: random.integer(1, 9) }
      for (const type of ['application/json', 'application/json; charset=utf-8']) {
        const before = await itemsOf(server)
        const answer = await server.request('POST', '/api/orders', {
          headers: { ...headers, 'Content-Type': type },
          body: JSON.stringify(wanted),
        })
        expect(answer.status, 'status of a POST with a token').toBe(201)
        const created = answer.json() as { id: number }
        expect(created, 'the created order').toEqual({ ...wanted, id: before.length + 1 })
        expect(await get(`/api/orders/${created.id}`), 'the created order under its path').toEqual(created)
        expect(await itemsOf(server), 'the orders afterwards').toEqual([...before, created])
      }
      const before = await itemsOf(server)
      const refused: HttpRequest[] = [
        {},
        { headers: json, body: '{"item":"x"}' },
        { headers: json, body: '{"item":"x","quantity":"1"}' },
        { headers: json, body: '[]' },
        { headers: { 'Content-Type': 'text/plain' }, body: '{"item":"x","quantity":1}' },
        { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'item=x&quantity=1' },
      ]
      for (const options of refused) {
        const answer = await server.request('POST', '/api/orders', {
          ...options,
          headers: { ...headers, ...options.headers },
        })
        expect(answer.status, 'status of an order that the route refuses').toBe(422)
      }
      expect(await itemsOf(server), 'the orders after refused ones').toEqual(before)
      for (const path of ['/api/orders/77', '/api/orders/77/label', '/api/orders/77/invoice']) {
        const answer = await server.request('GET', path, { headers })
        expect(answer.status, 'status of an unknown order').toBe(404)
      }
    }
  },
)

test(
  'takes a body of 102,400 bytes, and not one byte more',
  { meta: { id: 'limit-to-the-byte', group: 'access', covers: [2, 6] } },
  async ({ server, requirement }) => {
    const post = (bytes: number): Promise<HttpResponse> => {
      const frame = JSON.stringify({ item: '', quantity: 1 })
      const body = frame.replace('""', `"${'x'.repeat(bytes - (frame.length - 2) - 2)}"`)
      return server.request('POST', '/api/orders', { headers: { ...token, ...json }, body })
    }
    requirement(2)
    expect((await post(102_400)).status, 'status of a body of 102,400 bytes').toBe(201)
    const over = await post(102_401)
    expect(over.status, 'status of a body of 102,401 bytes').toBe(413)
    requirement(6)
    expectError(over, 413, 'TOO_LARGE', 'a body of 102,401 bytes')
    requirement(2)
    expect((await post(1000)).status, 'status of a small body afterwards').toBe(201)
  },
)

test(
  'leaves health check and files open, whatever token comes along',
  { meta: { id: 'open-with-any-token', group: 'access', covers: [3] } },
  async ({ server }) => {
    for (const headers of [...invalid.slice(0, 4), token]) {
      for (const path of ['/health', '/health/', '/health?full=1']) {
        const health = await server.request('GET', path, { headers })
        expect([health.status, health.text], 'status and body of GET /health').toEqual([200, '{"status":"ok"}'])
      }
      const logo = await server.request('GET', '/assets/logo.svg', { headers })
      expect([logo.status, logo.text.slice(0, 4)], 'status and beginning of the file').toEqual([200, '<svg'])
      expect(logo.headers['content-type'], 'Content-Type of the file').toMatch(/^image\/svg\+xml/)
      for (const path of ['/health', '/assets/logo.svg'])
        expect((await server.request('HEAD', path, { headers })).status, 'status of HEAD').toBe(200)
    }
  },
)

const signed = (body: string | Uint8Array, headers: Headers = {}): HttpRequest => ({
  headers: { ...json, 'X-Signature': createHmac('sha256', secret).update(body).digest('hex'), ...headers },
  body,
})

test(
  'accepts signed events of all kinds of bytes, before and after refused ones, whatever token comes along',
  { meta: { id: 'webhook-all-bytes', group: 'webhooks', covers: [4] } },
  async ({ server }) => {
    const bodies: (string | Uint8Array)[] = [
      '{"id":"evt_1"}',
      ' {"id":"evt_1"}',
      '{"id":"evt_1"}\r\n',
      '{\t"id"\t:\t"evt_1"\n}\n\n',
      '{"z":1,"id":"evt_0","a":1.0,"id":"evt_1"}',
      '{"n":12345678901234567890,"e":1E2,"f":-0,"id":"evt_1"}',
      '{"id":"evt_1","payer":"Zo\u00eb \u6570 \ud83d\ude00","u":"\\u00e9\\/"}',
      Buffer.concat([Buffer.from('{"id":"evt_1","payer":"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('"}')]),
      `{"id":"evt_1","note":"${'x'.repeat(60_000)}"}`,
    ]
    for (const body of bodies) {
      for (const headers of [{}, token] as Headers[]) {
        const answer = await server.request('POST', '/webhooks/payments', signed(body, headers))
        expect(answer.status, 'status of a signed event').toBe(202)
        expect(answer.text, 'body of the answer to a signed event').toBe('{"received":"evt_1"}')
      }
      const refused = await server.request('POST', '/webhooks/payments', signed(body, { 'X-Signature': sign('{}') }))
      expect(refused.status, 'status of an event with another signature').toBe(401)
    }
  },
)

test(
  'refuses events with any other signature, also where the body is no JSON or the caller is a clerk',
  { meta: { id: 'webhook-other-signatures', group: 'webhooks', covers: [4, 6] } },
  async ({ server, requirement }) => {
    for (const body of ['{"id":"evt_1","amount":10}', '{"id": ', 'text', '[', '""', '{"a":1}'.repeat(100)]) {
      const others: Headers[] = [
        {},
        { 'X-Signature': '' },
        { 'X-Signature': sign(`${body} `) },
        { 'X-Signature': sign(body).slice(0, -1) },
        { 'X-Signature': `${sign(body)}0` },
        { 'X-Signature': 'undefined' },
        { 'X-Signature': 'é' },
        { 'X-Signature': createHmac('sha256', '').update(body).digest('hex') },
      ]
      for (const other of others) {
        for (const clerk of body === 'text' ? [{}, token] : [{}]) {
          const headers = { ...json, ...clerk, ...other }
          const answer = await server.request('POST', '/webhooks/payments', { headers, body })
          requirement(4)
          expect(answer.status, 'status of an event with another signature').toBe(401)
          requirement(6)
          expectError(answer, 401, 'BAD_SIGNATURE', 'an event with another signature')
        }
      }
    }
    const unreadable = signed('{}', { 'Content-Encoding': 'bogus' })
    expectError(
      await server.request('POST', '/webhooks/payments', unreadable),
      415,
      'BAD_REQUEST',
      'an event in an unknown encoding',
    )
  },
)

test(
  'answers each preflight of the orders with 204, whatever method it asks for',
  { meta: { id: 'preflights', group: 'cors', covers: [5] } },
  async ({ server }) => {
    for (const method of ['GET', 'POST']) {
      for (const path of ['/api/orders', '/api/orders/', '/api/orders/1', '/api/orders/1/invoice', '/API/orders']) {
        for (const headers of invalid.slice(0, 2)) {
          const answer = await server.request('OPTIONS', path, {
            headers: { Origin: shopOrigin, 'Access-Control-Request-Method': method, ...headers },
          })
          expect(answer.status, 'status of a preflight').toBe(204)
          expect(answer.text, 'body of a preflight').toBe('')
          const allowed = (name: string): string | undefined => answer.headers[`access-control-allow-${name}`]
          expect(allowed('origin'), 'Access-Control-Allow-Origin of a preflight').toBe(shopOrigin)
          expect(allowed('methods'), 'Access-Control-Allow-Methods of a preflight').toContain(method)
          expect(allowed('headers'), 'Access-Control-Allow-Headers of a preflight').toMatch(/authorization/i)
        }
      }
    }
  },
)

test(
  'names the allowed origin on every answer of the orders: each status, each path, with and without Origin',
  { meta: { id: 'cors-everywhere', group: 'cors', covers: [5] } },
  async ({ server }) => {
    const large = JSON.stringify({ item: 'x'.repeat(200_000), quantity: 1 })
    const cup = '{"item":"Cup","quantity":1}'
    const asClerk = { ...token, ...json }
    const calls: [status: number, method: string, path: string, options: HttpRequest][] = [
      [200, 'GET', '/api/orders', { headers: token }],
      [200, 'HEAD', '/api/orders', { headers: token }],
      [200, 'GET', '/api/orders/1', { headers: token }],
      [200, 'GET', '/API/ORDERS/1/invoice', { headers: token }],
      [201, 'POST', '/api/orders', { headers: asClerk, body: cup }],
      [400, 'POST', '/api/orders', { headers: asClerk, body: '{"item"' }],
      [400, 'GET', '/api/orders/%ZZ', { headers: token }],
      [401, 'POST', '/api/orders', { headers: json, body: cup }],
      [401, 'POST', '/api/orders', { headers: json, body: '{"item"' }],
      [401, 'POST', '/api/orders', { headers: json, body: large }],
      [401, 'GET', '/api/orders/1/label', {}],
      [401, 'DELETE', '/api/orders/1', {}],
      [404, 'GET', '/api/orders/77', { headers: token }],
      [404, 'GET', '/api/orders/1/nothing', { headers: token }],
      [413, 'POST', '/api/orders', { headers: asClerk, body: large }],
      [415, 'POST', '/api/orders', { headers: { ...asClerk, 'Content-Encoding': 'bogus' }, body: '{}' }],
      [422, 'POST', '/api/orders', { headers: asClerk, body: '{}' }],
      [500, 'GET', '/api/orders/2/invoice', { headers: token }],
      [502, 'GET', '/api/orders/1/label', { headers: token }],
    ]
    for (const [status, method, path, options] of calls) {
      for (const from of [{}, { Origin: shopOrigin }] as Headers[]) {
        const headers = { ...options.headers, ...from }
        const answer = await server.request(method, path, { ...options, headers })
        const origin = answer.headers['access-control-allow-origin']
        expect(origin, `Access-Control-Allow-Origin of an answer ${status}`).toBe(shopOrigin)
      }
    }
  },
)

test(
  'answers every kind of error as JSON with its status, again and again, and works afterwards',
  { meta: { id: 'every-error', group: 'errors', covers: [2, 6] } },
  async ({ server, requirement }) => {
    const post = (headers: Headers, body: string): Promise<HttpResponse> =>
      server.request('POST', '/api/orders', { headers: { ...token, ...json, ...headers }, body })
    const get = (path: string): Promise<HttpResponse> => server.request('GET', path, { headers: ada })
    for (let i = 0; i < 2; i++) {
      for (const body of ['{"item": ', '}', '"text"', 'null', '{"item":"x",}', "{'item':1}", '{"item":"x"} {}']) {
        const answer = await post({}, body)
        requirement(2)
        expect(answer.status, 'status of a body that is no JSON object or list').toBe(400)
        requirement(6)
        expectError(answer, 400, 'BAD_REQUEST', 'a body that is no JSON object or list')
      }
      expectError(await post({ 'Content-Encoding': 'bogus' }, '{}'), 415, 'BAD_REQUEST', 'an unknown encoding')
      const charset = await post({ 'Content-Type': 'application/json; charset=bogus' }, '{}')
      expectError(charset, 415, 'BAD_REQUEST', 'an unknown charset')
      expectError(await post({ 'Content-Encoding': 'gzip' }, '{}'), 400, 'BAD_REQUEST', 'a body that is not gzip')
      for (const path of ['/api/orders/%ZZ', '/api/orders/%', '/api/orders/%E0%A4%A/invoice'])
        expectError(await get(path), 400, 'BAD_REQUEST', 'a path that cannot be decoded')
      expectError(await get('/api/orders/2/invoice'), 500, 'INTERNAL', 'a route that throws')
      expectError(await get('/api/orders/2/label'), 502, 'CARRIER_DOWN', 'a route that rejects')
      expectError(await post({}, '{}'), 422, 'INVALID_ORDER', 'an order that the route refuses')
      expectError(await get('/api/orders/77'), 404, 'NO_SUCH_ORDER', 'an unknown order')
      const refused = await server.request('GET', '/api/orders/1/invoice')
      expectError(refused, 401, 'UNAUTHENTICATED', 'a call without a token')
      expect(refused.headers['content-type'], 'Content-Type of an error').toMatch(/^application\/json/)
      requirement(2)
      expect((await get('/api/orders/1')).status, 'status of a call afterwards').toBe(200)
    }
  },
)

const unknownOutside = [
  '/',
  '/parcels',
  '/favicon.ico',
  '/logo.svg',
  '/public/logo.svg',
  '/src/app.ts',
  '/apiary',
  '/apis/orders',
  '/orders',
  '/orders/1',
  '/healthy',
  '/health/deep',
  '/assets-old/logo.svg',
  '/assets/missing.png',
  '/assets/logo.svg.gz',
  '/assets/deep/logo.svg',
  '/assets/health',
  '/webhooks',
  '/webhooks/',
  '/webhooks/refunds',
  '/webhooks/payments/1',
  '/webhooks/health',
  '/payments',
  '/v1/api/orders',
]

test(
  'answers 404 as JSON beside and below every known path',
  { meta: { id: 'unknown-near-known', group: 'errors', covers: [7] } },
  async ({ server }) => {
    for (const path of unknownOutside) {
      for (const headers of [{}, { Authorization: 'Bearer tok_mallory' }, token] as Headers[])
        expectError(await server.request('GET', path, { headers }), 404, 'NOT_FOUND', 'an unknown path')
    }
    for (const path of ['/parcels', '/webhooks/refunds', '/health/deep', '/apiary']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        for (const headers of [{}, token]) {
          const options = method === 'DELETE' ? { headers } : { headers, json: { a: 1 } }
          const answer = await server.request(method, path, options)
          expectError(answer, 404, 'NOT_FOUND', 'an unknown path, asked by another method')
        }
      }
    }
    const api = ['/api', '/api/', '/api/parcels', '/api/orderss', '/api/order', '/api/health', '/api/webhooks/payments']
    for (const path of [...api, '/api/orders/1/nothing', '/api/orders/1/invoice/2']) {
      expectError(await server.request('GET', path, { headers: token }), 404, 'NOT_FOUND', 'an unknown path of the API')
    }
  },
)
