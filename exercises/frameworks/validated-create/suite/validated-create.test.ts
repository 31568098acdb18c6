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

/** What an answer says: its JSON, or else its text, so that a page of HTML is compared and not an error of the case. */
function bodyOf(answer: HttpResponse): unknown {
  try {
    return answer.json()
  } catch {
    return answer.text
  }
}

/** The one shape of every refusal. */
function expectProblem(answer: HttpResponse, status: number, what: string): Json {
  expect(answer.status, `status of ${what}`).toBe(status)
  expect(answer.headers['content-type'] ?? '(none)', `Content-Type of ${what}`).toMatch(
    /^application\/problem\+json\b/i,
  )
  const problem = bodyOf(answer) as Json
  expect(problem, `the problem of ${what}`).toMatchObject({ status, title: expect.stringMatching(/\S/) })
  return problem
}

/** A refusal whose status one requirement gives; its shape is that of requirement 3. */
function expectRefusal(requirement: (number: number) => void, number: number, statusOf: number) {
  requirement(number)
  return (answer: HttpResponse, what: string): void => {
    requirement(number)
    expect(answer.status, `status of ${what}`).toBe(statusOf)
    requirement(3)
    expectProblem(answer, statusOf, what)
    requirement(number)
  }
}

/** The places that a 422 names. */
function pointersOf(answer: HttpResponse, what: string): unknown[] {
  const { errors } = expectProblem(answer, 422, what)
  expect(Array.isArray(errors), `"errors" of ${what} is a list`).toBe(true)
  const faults = errors as Json[]
  const details = faults.map((fault) => fault?.['detail'])
  expect(details, `"detail" of each entry for ${what}`).toEqual(faults.map(() => expect.stringMatching(/\S/)))
  return [...new Set(faults.map((fault) => fault['pointer']))]
}

/** 422, and `errors` names these places and no others, in any order. */
function expectFaults(answer: HttpResponse, pointers: string[], what: string): void {
  expect(pointersOf(answer, what).sort(), `pointers of ${what}`).toEqual([...pointers].sort())
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
    expectFaults(await post(server, order({ lines: faulty })), [`/lines/${at}/quantity`], 'a line with quantity 0')
    const without = lines.map((line, i) => (i === at ? { quantity: 1 } : line))
    expectFaults(await post(server, order({ lines: without })), [`/lines/${at}/sku`], 'a line without sku')
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
  async ({ server, random, evidence }) => {
    const { lines, at } = someLines(random)
    const faulty = lines.map((line, i) => (i === at ? { sku: ' ', quantity: 1000 } : line))
    const answer = await post(server, { shipTo: { street: 'S'.repeat(61), city: null }, lines: faulty })
    const pointers = ['/customer', '/shipTo/street', '/shipTo/city', `/lines/${at}/sku`, `/lines/${at}/quantity`]
    const named = pointersOf(answer, 'an order with five faults')
    evidence('onlySome', named.length < 5 && named.every((pointer) => pointers.includes(String(pointer))))
    expect(named.sort(), 'pointers of an order with five faults').toEqual(pointers.sort())
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
        'a quantity of a wrong type',
      )
    }
    for (const customer of [7, true]) {
      expectFaults(await post(server, order({ customer })), ['/customer'], 'a customer of a wrong type')
    }
    for (const gift of ['true', 1]) {
      expectFaults(await post(server, order({ gift })), ['/gift'], 'a gift of a wrong type')
    }
  },
)

test(
  'names the value itself where an object or a list was asked for',
  { meta: { id: 'wrong-shapes', group: 'types', covers: [4, 6] } },
  async ({ server, requirement }) => {
    requirement(6)
    expectFaults(await post(server, order({ shipTo: 'Hill Road 7, Leeds' })), ['/shipTo'], 'shipTo as a text')
    expectFaults(
      await post(server, order({ lines: { sku: 'TEA-250', quantity: 2 } })),
      ['/lines'],
      'lines as an object',
    )
    expectFaults(await post(server, order({ lines: ['TEA-250'] })), ['/lines/0'], 'a line as a text')
    expectFaults(await post(server, order({ customer: { name: 'Ada' } })), ['/customer'], 'customer as an object')
    requirement(4)
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
  async ({ server, requirement }) => {
    const refused = expectRefusal(requirement, 8, 400)
    const text = JSON.stringify(order())
    refused(await postBody(server, text.slice(0, -10)), 'an order cut short')
    refused(await postBody(server, text.replaceAll('"', "'")), 'an order in single quotes')
    refused(await postBody(server, `${text} and more`), 'an order with something behind it')
  },
)

test(
  'answers 415 to a body that is not announced as JSON',
  { meta: { id: 'media-type', group: 'body', covers: [3, 9] } },
  async ({ server, requirement }) => {
    const refused = expectRefusal(requirement, 9, 415)
    const text = JSON.stringify(order())
    refused(await postBody(server, text, 'text/plain'), 'text/plain')
    refused(await postBody(server, 'customer=Ada', 'application/x-www-form-urlencoded'), 'a form')
    const answer = await postBody(server, text, 'application/json; charset=utf-8')
    expect(answer.status, 'status of application/json; charset=utf-8').toBe(201)
  },
)

test(
  'answers 413 to a body over the limit, and takes one below it',
  { meta: { id: 'too-large', group: 'body', covers: [3, 10] } },
  async ({ server, requirement }) => {
    const refused = expectRefusal(requirement, 10, 413)
    const padded = (bytes: number): string => JSON.stringify(order()).padEnd(bytes, ' ')
    expect((await postBody(server, padded(90_000))).status, 'status of a valid order in 90 kB').toBe(201)
    refused(await postBody(server, padded(200_000)), 'a body of 200 kB')
  },
)

test(
  'answers 404 for an order that does not exist',
  { meta: { id: 'no-such-order', group: 'body', covers: [3, 11] } },
  async ({ server, random, requirement }) => {
    const refused = expectRefusal(requirement, 11, 404)
    const answer = await server.request('GET', `/orders/${random.integer(100_000, 999_999)}`)
    refused(answer, 'an unknown order')
  },
)

/** Three lines, of which the second is the one with a fault. */
const linesWith = (line: unknown): unknown[] => [{ sku: 'POT-0', quantity: 1 }, line, { sku: 'POT-2', quantity: 99 }]

test(
  'stores what was sent, letter by letter, and keeps each order for itself',
  { meta: { id: 'stored-as-sent', group: 'create', covers: [1, 2] } },
  async ({ server, requirement }) => {
    const same = { sku: 'TEA-250', quantity: 2 }
    const sent: Json[] = [
      order({ lines: [same, same, { sku: 'POT', quantity: 1 }, same] }),
      order({ lines: [same, same, { sku: 'POT', quantity: 1 }, same] }),
      order({ customer: '  Ada  ', shipTo: { street: 'Hill\tRoad\n7 ', city: ' Leeds' } }),
      order({ customer: '0', shipTo: { street: 'null', city: '7' }, lines: [{ sku: 'false', quantity: 99 }] }),
      order({ customer: '"<b>&amp;</b>" \\ \u00e9 e\u0301 \u6570', gift: true }),
      order({ gift: false }),
      order({ gift: null }),
    ]
    const made: [path: string, stored: unknown][] = []
    for (const body of sent) {
      const created = await post(server, body)
      requirement(2)
      expect(created.status, 'status of a valid order').toBe(201)
      requirement(1)
      expect(created.headers['content-type'], 'Content-Type of a stored order').toMatch(/^application\/json\b/i)
      const stored = created.json() as Json
      expect(stored, 'the stored order, all of it').toEqual({
        ...body,
        gift: body['gift'] ?? false,
        id: expect.anything(),
      })
      made.push([pathOf(created.headers['location'] ?? '(none)'), stored])
    }
    requirement(1)
    expect(new Set(made.map(([path]) => path)).size, 'number of different Locations').toBe(sent.length)
    for (const [path, stored] of [...made, ...made.toReversed()])
      expect((await server.request('GET', path)).json(), 'an order at its Location, later').toEqual(stored)
  },
)

/** Each text of an order, and where it stands. */
const texts: [pointer: string, put: (text: unknown) => Json][] = [
  ['/customer', (customer) => order({ customer })],
  ['/shipTo/street', (street) => order({ shipTo: { street, city: 'Leeds' } })],
  ['/shipTo/city', (city) => order({ shipTo: { street: 'Hill Road 7', city } })],
  ['/lines/1/sku', (sku) => order({ lines: linesWith({ sku, quantity: 1 }) })],
]

test(
  'holds each text to the same limits',
  { meta: { id: 'every-text', group: 'rules', covers: [2] } },
  async ({ server }) => {
    for (const [pointer, put] of texts) {
      for (const text of ['A', '\u00fc'.repeat(60), '\u6570'.repeat(60), ` ${'A'.repeat(58)} `])
        expect((await post(server, put(text))).status, 'status of a text of 1 to 60 characters').toBe(201)
      for (const text of ['', ' ', '\t', ' \r\n ', ' '.repeat(60)])
        expectFaults(await post(server, put(text)), [pointer], 'a blank text')
      for (const text of [
        'A'.repeat(61),
        ` ${'A'.repeat(60)}`,
        `${'A'.repeat(60)} `,
        '\u00fc'.repeat(61),
        ' '.repeat(61),
      ])
        expectFaults(await post(server, put(text)), [pointer], 'a text of 61 characters')
      for (const text of [null, undefined])
        expectFaults(await post(server, put(text)), [pointer], 'a text that is missing')
    }
  },
)

test(
  'holds quantities and lists to their limits, in every line',
  { meta: { id: 'every-limit', group: 'rules', covers: [2] } },
  async ({ server }) => {
    for (const quantity of [1, 2, 98, 99]) {
      const answer = await post(server, order({ lines: linesWith({ sku: 'TEA', quantity }) }))
      expect(answer.status, 'status of a quantity from 1 to 99').toBe(201)
    }
    for (const quantity of [0, -1, -99, 100, 101, 2_000_000_000]) {
      const answer = await post(server, order({ lines: linesWith({ sku: 'TEA', quantity }) }))
      expectFaults(answer, ['/lines/1/quantity'], 'a quantity out of range')
    }
    for (const quantity of [null, undefined]) {
      const answer = await post(server, order({ lines: linesWith({ sku: 'TEA', quantity }) }))
      expectFaults(answer, ['/lines/1/quantity'], 'a line without quantity')
    }
    const many = (count: number): Json[] => Array.from({ length: count }, (_, i) => ({ sku: `S${i}`, quantity: 1 }))
    for (const count of [1, 19, 20])
      expect((await post(server, order({ lines: many(count) }))).status, 'status of 1 to 20 lines').toBe(201)
    for (const count of [0, 21, 22, 100])
      expectFaults(await post(server, order({ lines: many(count) })), ['/lines'], 'no line, or more than 20')
    for (const lines of [null, undefined])
      expectFaults(await post(server, order({ lines })), ['/lines'], 'an order without lines')
    expectFaults(await post(server, order({ lines: linesWith(null) })), ['/lines/1'], 'a line that is null')
    expectFaults(await post(server, order({ shipTo: null })), ['/shipTo'], 'an order with shipTo null')
    expectFaults(await post(server, order({ shipTo: {} })), ['/shipTo/city', '/shipTo/street'], 'an empty address')
    expectFaults(
      await post(server, order({ lines: linesWith({}) })),
      ['/lines/1/quantity', '/lines/1/sku'],
      'an empty line',
    )
    expectFaults(await post(server, {}), ['/customer', '/lines', '/shipTo'], 'an empty order')
  },
)

test(
  'names every place that breaks a rule and no other, however many there are',
  { meta: { id: 'every-fault', group: 'rules', covers: [5] } },
  async ({ server, random }) => {
    const badTexts = [undefined, null, '', '  ', 'x'.repeat(61)]
    const badQuantities = [undefined, null, 0, -5, 100]
    // In the first round every value is wrong and the list is too long; then drawn ones.
    for (let round = 0; round < 25; round++) {
      const pointers: string[] = []
      const wrong = (): boolean => round === 0 || random.integer(0, 2) === 0
      const text = (pointer: string): unknown => {
        if (!wrong()) return 'Tea'
        pointers.push(pointer)
        return random.pick(badTexts)
      }
      const quantity = (pointer: string): unknown => {
        if (!wrong()) return random.integer(1, 99)
        pointers.push(pointer)
        return random.pick(badQuantities)
      }
      const count = random.pick([1, 2, 3, 11, 20, 21])
      if (count > 20) pointers.push('/lines')
      const body = {
        customer: text('/customer'),
        shipTo: { street: text('/shipTo/street'), city: text('/shipTo/city') },
        lines: Array.from({ length: count }, (_, i) => ({
          sku: text(`/lines/${i}/sku`),
          quantity: quantity(`/lines/${i}/quantity`),
        })),
      }
      if (pointers.length > 0) expectFaults(await post(server, body), pointers, 'an order with several faults')
    }
    // The same fault again and again, in one order and in the next: what was found before must not change the answer.
    const all = ['/customer', '/shipTo/street', '/shipTo/city', '/lines/0/sku', '/lines/1/sku']
    for (const text of ['   ', '   ', '\t', '', 'x'.repeat(61), 'x'.repeat(61), null]) {
      const lines = [0, 1].map(() => ({ sku: text, quantity: 1 }))
      const answer = await post(server, { customer: text, shipTo: { street: text, city: text }, lines })
      expectFaults(answer, all, 'an order with the same fault in every text')
    }
    const long = Array.from({ length: 21 }, (_, i) => ({ sku: i === 20 ? ' ' : 'TEA', quantity: i === 3 ? 0 : 1 }))
    const answer = await post(server, order({ lines: long }))
    expectFaults(answer, ['/lines', '/lines/20/sku', '/lines/3/quantity'], 'an order of 21 lines, two of them faulty')
  },
)

test(
  'names the value itself for each wrong type in each place',
  { meta: { id: 'every-type', group: 'types', gate: true, covers: [6] } },
  async ({ server }) => {
    for (const [pointer, put] of texts) {
      for (const value of [0, 7, 1.5, false, true, [], ['Ada'], {}, { name: 'Ada' }])
        expectFaults(await post(server, put(value)), [pointer], 'a value that is no text')
    }
    for (const quantity of ['', '2', 'two', false, true, 0.5, 1.5, 98.9, [], [2], {}, { value: 2 }]) {
      const answer = await post(server, order({ lines: linesWith({ sku: 'TEA', quantity }) }))
      expectFaults(answer, ['/lines/1/quantity'], 'a value that is no whole number')
    }
    for (const gift of ['', 'true', 'false', 'yes', 0, 1, 1.5, [], [true], {}])
      expectFaults(await post(server, order({ gift })), ['/gift'], 'a gift that is not true or false')
    for (const shipTo of ['', 'Leeds', 0, 7, false, true, [], [{ street: 'a', city: 'b' }]])
      expectFaults(await post(server, order({ shipTo })), ['/shipTo'], 'a shipTo that is no object')
    for (const lines of ['', 'TEA', 0, 7, false, true, {}, { 0: { sku: 'TEA', quantity: 1 }, length: 1 }])
      expectFaults(await post(server, order({ lines })), ['/lines'], 'lines that are no list')
    for (const line of ['', 'TEA', 0, 7, false, true, [], [{ sku: 'TEA', quantity: 1 }]])
      expectFaults(await post(server, order({ lines: linesWith(line) })), ['/lines/1'], 'a line that is no object')
    for (const body of [[], [order()], [order(), order()], [[]], [7]])
      expectFaults(await post(server, body), [''], 'a list instead of an order')
  },
)

test(
  'names at least the wrong type or the unknown member, and nothing that is right, where there are other faults too',
  { meta: { id: 'mixed-faults', group: 'types', covers: [5, 6, 7] } },
  async ({ server, requirement }) => {
    const bodies: [number: number, hard: string[], others: string[], body: Json][] = [
      [6, ['/gift'], ['/customer'], order({ gift: 'yes', customer: '' })],
      [
        6,
        ['/lines/1/quantity'],
        ['/shipTo/city'],
        order({ lines: linesWith({ sku: 'T', quantity: '2' }), shipTo: { street: 'a', city: ' ' } }),
      ],
      [6, ['/lines/1/quantity', '/shipTo'], [], order({ shipTo: 7, lines: linesWith({ sku: 'T', quantity: '2' }) })],
      [7, ['/shipTo/zip'], ['/lines'], order({ shipTo: { street: 'a', city: 'b', zip: null }, lines: [] })],
      [
        7,
        ['/lines/1/price', '/giftt'],
        ['/lines/1/quantity'],
        order({ giftt: 1, lines: linesWith({ sku: 'T', quantity: 0, price: 3 }) }),
      ],
      [7, ['/id'], ['/customer', '/shipTo', '/lines'], { id: 'x' }],
    ]
    for (const [number, hard, others, body] of bodies) {
      requirement(number)
      const named = pointersOf(await post(server, body), 'an order with faults of several kinds').map(String)
      expect(
        hard.some((pointer) => named.includes(pointer)),
        'the wrong type or the unknown member is named',
      ).toBe(true)
      requirement(5)
      expect(
        named.filter((p) => !hard.includes(p) && !others.includes(p)),
        'right values that are named',
      ).toEqual([])
    }
  },
)

/** Names that nobody knows: such as every object has, spellings of known ones, known ones of other objects. */
const strangeNames = [
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__proto__',
  '__class__',
  'class',
  'length',
  'id',
  'Customer',
  'customer ',
  'ship_to',
  'GIFT',
  'a.b',
  'lines[0]',
  '0',
  '\u00fc',
]

/** `__proto__` as a name of its own, as it comes out of JSON. */
const withMember = (object: Json, name: string, value: unknown): Json =>
  Object.fromEntries([...Object.entries(object), [name, value]])

test(
  'refuses each unknown name in each object, whatever its value is',
  { meta: { id: 'every-unknown', group: 'types', covers: [7] } },
  async ({ server }) => {
    const address = { street: 'Hill Road 7', city: 'Leeds' }
    const line = { sku: 'TEA', quantity: 2 }
    const places: [pointer: string, put: (name: string, value: unknown) => Json][] = [
      ['', (name, value) => withMember(order(), name, value)],
      ['/shipTo', (name, value) => order({ shipTo: withMember(address, name, value) })],
      ['/lines/1', (name, value) => order({ lines: linesWith(withMember(line, name, value)) })],
    ]
    for (const [pointer, put] of places) {
      for (const name of strangeNames)
        expectFaults(await post(server, put(name, 'x')), [`${pointer}/${name}`], 'an unknown member')
      for (const value of [null, false, 0, '', [], {}])
        expectFaults(
          await post(server, put('note', value)),
          [`${pointer}/note`],
          'an unknown member with another value',
        )
    }
    const known: [pointer: string, body: Json][] = [
      ['/sku', order({ sku: 'TEA' })],
      ['/street', order({ street: 'Hill Road 7' })],
      ['/shipTo/customer', order({ shipTo: { ...address, customer: 'Ada' } })],
      ['/lines/1/gift', order({ lines: linesWith({ ...line, gift: true }) })],
    ]
    for (const [pointer, body] of known) expectFaults(await post(server, body), [pointer], 'a member of another object')
  },
)

test(
  'escapes every name and every sign of it, at every depth',
  { meta: { id: 'every-escape', group: 'types', covers: [4] } },
  async ({ server }) => {
    for (const [name, step] of [
      ['~', '~0'],
      ['/', '~1'],
      ['~1', '~01'],
      ['~0', '~00'],
      ['/~/~', '~1~0~1~0'],
      ['a//b', 'a~1~1b'],
      ['', ''],
      ['%2F "x"', '%2F "x"'],
    ] as const) {
      expectFaults(await post(server, withMember(order(), name, 1)), [`/${step}`], 'an unknown name with signs')
      const lines = linesWith(withMember({ sku: 'TEA', quantity: 2 }, name, 1))
      expectFaults(await post(server, order({ lines })), [`/lines/1/${step}`], 'an unknown name with signs in a line')
    }
  },
)

test(
  'answers 400 to all that only looks like JSON',
  { meta: { id: 'nearly-json', group: 'body', covers: [3, 8] } },
  async ({ server, requirement }) => {
    const refused = expectRefusal(requirement, 8, 400)
    const text = JSON.stringify(order())
    for (const body of [
      '{',
      '}',
      'order',
      'customer=Ada',
      '<order/>',
      `${text},`,
      `${text}]`,
      text.slice(0, -1),
      text.replace('"customer"', 'customer'),
      text.replace('}]', '},]'),
      text.replace('"quantity":2', '"quantity":2,'),
      text.replace('"quantity":2', '"quantity":02'),
      text.replace('"quantity":2', '"quantity":+2'),
      text.replace('"quantity":2', '"quantity":0x2'),
      text.replace('"quantity":2', '"quantity":NaN'),
      text.replace('"quantity":2', '"quantity":Infinity'),
      text.replace('"quantity":2', '"quantity":-Infinity'),
      text.replace('"quantity":2', '"quantity":undefined'),
      text.replace('"quantity":2', '"quantity":True'),
      text.replace('Ada', '\\x41da'),
      text.replace('Ada', 'Ada\n'),
      text.replace('Ada', 'Ada\t'),
      text.replace('{"customer"', '/* new */ {"customer"'),
      `${text} // new`,
    ])
      refused(await postBody(server, body), 'a body that only looks like JSON')
    const spaced = JSON.stringify(order(), null, '\t').replaceAll('\n', '\r\n')
    expect((await postBody(server, ` \n${spaced}\r\n\t `)).status, 'status of JSON with white space').toBe(201)
    const escaped = text.replace('Ada', '\\u0041\\u0064a\\/')
    expect((await postBody(server, escaped)).status, 'status of JSON with escaped letters').toBe(201)
  },
)

test(
  'answers 415 to every other media type, and to none',
  { meta: { id: 'other-media-types', group: 'body', covers: [3, 9] } },
  async ({ server, requirement }) => {
    const refused = expectRefusal(requirement, 9, 415)
    const text = JSON.stringify(order())
    for (const type of [
      'text/json',
      'text/html',
      'application/jsonx',
      'application/json5',
      'application/json-patch+json',
      'application/problem+json',
      'application/vnd.shop+json',
      'application/xml',
      'application/octet-stream',
      'application/x-json',
      'x-application/json',
      'text/plain; a=application/json',
    ])
      refused(await postBody(server, text, type), 'another media type')
    refused(await server.request('POST', '/orders', { body: text }), 'a body without a media type')
    for (const type of [
      'application/json;charset=utf-8',
      'application/json; charset=UTF-8',
      'application/json; charset="utf-8"',
      'application/json ; charset=utf-8',
      'Application/JSON',
    ])
      expect((await postBody(server, text, type)).status, 'status of application/json, written otherwise').toBe(201)
  },
)

test(
  'draws the limit of the body to the byte, and works on afterwards',
  { meta: { id: 'limit-to-the-byte', group: 'body', covers: [3, 10] } },
  async ({ server, requirement }) => {
    const refused = expectRefusal(requirement, 10, 413)
    const padded = (bytes: number): string => JSON.stringify(order()).padEnd(bytes, ' ')
    for (const bytes of [100_000, 100_001, 102_399, 102_400])
      expect((await postBody(server, padded(bytes))).status, 'status of a body of at most 102 400 bytes').toBe(201)
    for (const bytes of [102_401, 102_500, 300_000])
      refused(await postBody(server, padded(bytes)), 'a body of more than 102 400 bytes')
    // Bytes are counted, not characters: two for each of these.
    for (const count of [51_201, 90_000])
      refused(await postBody(server, JSON.stringify('ü'.repeat(count))), 'a body of fewer characters than bytes')
    expect((await post(server, order())).status, 'status of a valid order afterwards').toBe(201)
  },
)

test(
  'answers 404 beside the orders that exist, and keeps none that it refused',
  { meta: { id: 'nothing-kept', group: 'body', covers: [3, 11] } },
  async ({ server, requirement }) => {
    const refused = expectRefusal(requirement, 11, 404)
    const first = await post(server, order())
    const path = pathOf(first.headers['location'] ?? '(none)')
    for (const body of [
      order({ customer: '' }),
      order({ giftt: true }),
      order({ lines: linesWith({ sku: 'T', quantity: '2' }) }),
    ])
      await post(server, body)
    for (const id of ['0', '100000', '2000000000']) {
      for (let i = 0; i < 2; i++) refused(await server.request('GET', `/orders/${id}`), 'an order that does not exist')
    }
    const id = Number(path.split('/').at(-1))
    if (Number.isSafeInteger(id)) refused(await server.request('GET', `/orders/${id + 1}`), 'an order that was refused')
    expect((await server.request('GET', path)).status, 'status of an order that exists').toBe(200)
  },
)
