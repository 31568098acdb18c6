import { expect, test, type HttpResponse, type Random, type Server } from '#harness'

type Json = Record<string, unknown>

/** An order without fault; a case puts in what it is about. */
const order = (changes: Json = {}): Json => ({
  customer: 'Ada Lovelace',
  shipTo: { street: 'Hill Road 7', city: 'Leeds' },
  lines: [{ sku: 'TEA-250', quantity: 2 }],
  ...changes,
})

const post = (server: Server, json: unknown): Promise<HttpResponse> => server.request('POST', '/orders', { json })

const postBody = (server: Server, body: string, contentType = 'application/json'): Promise<HttpResponse> =>
  server.request('POST', '/orders', { headers: { 'Content-Type': contentType }, body })

/** A Location may be a path or a whole address. */
const pathOf = (location: string): string => new URL(location, 'http://shop.example/orders').pathname

/** The one shape of every refusal. */
function expectProblem(answer: HttpResponse, status: number, what: string): Json {
  expect(answer.status, `status of ${what}`).toBe(status)
  expect(answer.headers['content-type'] ?? '(none)', `Content-Type of ${what}`).toMatch(
    /^application\/problem\+json\b/i,
  )
  const problem = answer.json() as Json
  expect(problem, `the problem of ${what}`).toMatchObject({ status, title: expect.stringMatching(/\S/) })
  return problem
}

/** 422, and `errors` names these places and no others, in any order. */
function expectFaults(answer: HttpResponse, pointers: string[], what: string): void {
  const { errors } = expectProblem(answer, 422, what)
  expect(Array.isArray(errors), `"errors" of ${what} is a list`).toBe(true)
  const faults = errors as Json[]
  expect([...new Set(faults.map((f) => f['pointer']))].sort(), `pointers of ${what}`).toEqual([...pointers].sort())
  for (const fault of faults)
    expect(fault['detail'], `"detail" of an entry for ${what}`).toEqual(expect.stringMatching(/\S/))
}

/** 2 to 4 good lines, and the place of one of them. */
function someLines(random: Random): { lines: Json[]; at: number } {
  const lines = Array.from({ length: random.integer(2, 4) }, (_, i) => ({
    sku: `POT-${i}`,
    quantity: random.integer(1, 99),
  }))
  return { lines, at: random.integer(1, lines.length - 1) }
}

test(
  'stores a valid order and says where it is',
  { meta: { id: 'valid-order', group: 'create', covers: [1, 2] } },
  async ({ server, random, evidence }) => {
    const { lines } = someLines(random)
    for (const [sent, gift] of [
      [order({ lines, gift: true }), true],
      [order({ lines }), false],
    ] as const) {
      evidence('giftSent', gift)
      const created = await post(server, sent)
      expect(created.status, `status of a valid order ${gift ? 'with' : 'without'} gift`).toBe(201)
      expect(created.json(), 'the stored order').toMatchObject({ ...sent, gift, id: expect.anything() })
      const location = created.headers['location'] ?? '(none)'
      expect(location, 'Location of the stored order').not.toBe('(none)')
      const shown = await server.request('GET', pathOf(location))
      expect(shown.status, 'status of GET at its Location').toBe(200)
      expect(shown.json(), 'the order at its Location').toEqual(created.json())
    }
  },
)

test(
  'names a member that is missing',
  { meta: { id: 'missing-member', group: 'rules', covers: [2, 3, 4] } },
  async ({ server }) => {
    expectFaults(await post(server, order({ customer: undefined })), ['/customer'], 'an order without customer')
    expectFaults(await post(server, order({ shipTo: undefined })), ['/shipTo'], 'an order without shipTo')
    expectFaults(await post(server, order({ customer: null })), ['/customer'], 'an order with customer null')
  },
)

test(
  'says where inside the order a fault stands',
  { meta: { id: 'nested-pointer', group: 'rules', covers: [4] } },
  async ({ server, random }) => {
    expectFaults(
      await post(server, order({ shipTo: { street: 'Hill Road 7' } })),
      ['/shipTo/city'],
      'an address without city',
    )
    const { lines, at } = someLines(random)
    const faulty = lines.map((line, i) => (i === at ? { ...line, quantity: 0 } : line))
    expectFaults(await post(server, order({ lines: faulty })), [`/lines/${at}/quantity`], `quantity 0 in line ${at}`)
    const without = lines.map((line, i) => (i === at ? { quantity: 1 } : line))
    expectFaults(await post(server, order({ lines: without })), [`/lines/${at}/sku`], `line ${at} without sku`)
  },
)

test(
  'draws every limit where the brief draws it',
  { meta: { id: 'limits', group: 'rules', covers: [2] } },
  async ({ server }) => {
    const line = (quantity: number, sku = 'TEA'): Json => ({ sku, quantity })
    const manyLines = (count: number): Json[] => Array.from({ length: count }, () => line(1))
    const largest = order({ customer: 'A'.repeat(60), lines: [line(99), line(1, 'T'.repeat(60)), ...manyLines(18)] })
    expect((await post(server, largest)).status, 'status of an order with 60 characters, 99 pieces and 20 lines').toBe(
      201,
    )
    expectFaults(await post(server, order({ lines: [line(100)] })), ['/lines/0/quantity'], 'quantity 100')
    expectFaults(await post(server, order({ lines: [line(-1)] })), ['/lines/0/quantity'], 'quantity -1')
    expectFaults(await post(server, order({ customer: 'A'.repeat(61) })), ['/customer'], 'a customer of 61 characters')
    expectFaults(await post(server, order({ customer: '' })), ['/customer'], 'an empty customer')
    expectFaults(await post(server, order({ customer: '   ' })), ['/customer'], 'a customer of spaces')
    expectFaults(await post(server, order({ lines: [] })), ['/lines'], 'an order without a line')
    expectFaults(await post(server, order({ lines: manyLines(21) })), ['/lines'], 'an order of 21 lines')
  },
)

test(
  'tells all broken rules in one answer',
  { meta: { id: 'all-at-once', group: 'rules', covers: [5] } },
  async ({ server, random }) => {
    const { lines, at } = someLines(random)
    const faulty = lines.map((line, i) => (i === at ? { sku: ' ', quantity: 1000 } : line))
    const answer = await post(server, { shipTo: { street: 'S'.repeat(61), city: null }, lines: faulty })
    const pointers = ['/customer', '/shipTo/street', '/shipTo/city', `/lines/${at}/sku`, `/lines/${at}/quantity`]
    expectFaults(answer, pointers, 'an order with five faults')
  },
)

test(
  'does not turn values of a wrong type into right ones',
  { meta: { id: 'wrong-types', group: 'types', gate: true, covers: [6] } },
  async ({ server, random }) => {
    const { lines, at } = someLines(random)
    for (const quantity of ['2', true, 1.5]) {
      const changed = lines.map((line, i) => (i === at ? { ...line, quantity } : line))
      expectFaults(
        await post(server, order({ lines: changed })),
        [`/lines/${at}/quantity`],
        `quantity ${JSON.stringify(quantity)}`,
      )
    }
    for (const customer of [7, true]) {
      expectFaults(await post(server, order({ customer })), ['/customer'], `customer ${customer}`)
    }
    for (const gift of ['true', 1]) {
      expectFaults(await post(server, order({ gift })), ['/gift'], `gift ${JSON.stringify(gift)}`)
    }
  },
)

test(
  'names the value itself where an object or a list was asked for',
  { meta: { id: 'wrong-shapes', group: 'types', covers: [4, 6] } },
  async ({ server }) => {
    expectFaults(await post(server, order({ shipTo: 'Hill Road 7, Leeds' })), ['/shipTo'], 'shipTo as a text')
    expectFaults(
      await post(server, order({ lines: { sku: 'TEA-250', quantity: 2 } })),
      ['/lines'],
      'lines as an object',
    )
    expectFaults(await post(server, order({ lines: ['TEA-250'] })), ['/lines/0'], 'a line as a text')
    expectFaults(await post(server, order({ customer: { name: 'Ada' } })), ['/customer'], 'customer as an object')
    expectFaults(await post(server, [order()]), [''], 'a list of orders')
  },
)

test(
  'refuses members that nobody knows, at every depth',
  { meta: { id: 'unknown-members', group: 'types', covers: [7] } },
  async ({ server, random }) => {
    expectFaults(await post(server, order({ giftt: true })), ['/giftt'], 'an order with giftt')
    expectFaults(await post(server, order({ id: 1 })), ['/id'], 'an order that brings its own id')
    const { lines, at } = someLines(random)
    const priced = lines.map((line, i) => (i === at ? { ...line, price: 0 } : line))
    expectFaults(await post(server, order({ lines: priced })), [`/lines/${at}/price`], 'a line with a price')
  },
)

test(
  'escapes what means something in a JSON Pointer',
  { meta: { id: 'escaped-pointer', group: 'types', covers: [4, 7] } },
  async ({ server }) => {
    expectFaults(await post(server, order({ 'c/o': 'Byron' })), ['/c~1o'], 'an order with "c/o"')
    expectFaults(await post(server, order({ '~note': 'Ring twice' })), ['/~0note'], 'an order with "~note"')
  },
)

test(
  'answers 400 to a body that is not JSON',
  { meta: { id: 'malformed-json', group: 'body', covers: [3, 8] } },
  async ({ server }) => {
    const text = JSON.stringify(order())
    expectProblem(await postBody(server, text.slice(0, -10)), 400, 'an order cut short')
    expectProblem(await postBody(server, text.replaceAll('"', "'")), 400, 'an order in single quotes')
    expectProblem(await postBody(server, `${text} and more`), 400, 'an order with something behind it')
  },
)

test(
  'answers 415 to a body that is not announced as JSON',
  { meta: { id: 'media-type', group: 'body', covers: [3, 9] } },
  async ({ server }) => {
    const text = JSON.stringify(order())
    expectProblem(await postBody(server, text, 'text/plain'), 415, 'text/plain')
    expectProblem(await postBody(server, 'customer=Ada', 'application/x-www-form-urlencoded'), 415, 'a form')
    const answer = await postBody(server, text, 'application/json; charset=utf-8')
    expect(answer.status, 'status of application/json; charset=utf-8').toBe(201)
  },
)

test(
  'answers 413 to a body over the limit, and takes one below it',
  { meta: { id: 'too-large', group: 'body', covers: [3, 10] } },
  async ({ server }) => {
    const padded = (bytes: number): string => JSON.stringify(order()).padEnd(bytes, ' ')
    expect((await postBody(server, padded(90_000))).status, 'status of a valid order in 90 kB').toBe(201)
    expectProblem(await postBody(server, padded(200_000)), 413, 'a body of 200 kB')
  },
)

test(
  'answers 404 for an order that does not exist',
  { meta: { id: 'no-such-order', group: 'body', covers: [3, 11] } },
  async ({ server, random }) => {
    const answer = await server.request('GET', `/orders/${random.integer(100_000, 999_999)}`)
    expectProblem(answer, 404, 'an unknown order')
  },
)
