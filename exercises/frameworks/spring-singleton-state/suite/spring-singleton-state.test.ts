import {
  expect,
  patience,
  test,
  type Fixtures,
  type HttpResponse,
  type UpstreamAnswer,
  type UpstreamRequest,
} from '#harness'

type Stage = Pick<Fixtures, 'server' | 'upstream' | 'random'>
type Random = Fixtures['random']

// ---------------------------------------------------------------- the price service

interface Price {
  cents: number
  until: string
}

/** Holds back the answer to the cart with this first sku. */
interface Hold {
  arrived: PromiseWithResolvers<void>
  released: PromiseWithResolvers<void>
}

/** No two carts share a sku, so that the service knows whose prices it is asked for. */
const desk = {
  url: '',
  prices: new Map<string, Price>(),
  holds: new Map<string, Hold>(),
  /** First skus for which it answers 503. */
  refused: new Set<string>(),
  /** First skus for which it answers with another status than 200. */
  failures: new Map<string, number>(),
  asked: [] as string[],
}

function play({ method, path, body }: UpstreamRequest): UpstreamAnswer {
  if (method !== 'POST' || path !== '/prices') return { status: 404, json: { error: 'not found' } }
  const skus = skusIn(body)
  if (!skus) return { status: 400, json: { error: 'a list of skus was expected' } }
  desk.asked.push(...skus)
  const first = skus[0] ?? ''
  if (desk.refused.has(first)) return { status: 503, json: { error: 'closed' } }
  const status = desk.failures.get(first)
  if (status !== undefined) return { status, json: { error: 'no prices' } }
  const hold = desk.holds.get(first)
  hold?.arrived.resolve()
  const prices = skus.map((sku) => desk.prices.get(sku) ?? { cents: 1, until: '2026-01-01T00:00:00Z' })
  return { status: 200, json: prices, ...(hold ? { after: hold.released.promise } : {}) }
}

function skusIn(body: string): string[] | null {
  try {
    const value = JSON.parse(body) as unknown
    return Array.isArray(value) && value.every((sku) => typeof sku === 'string') ? value : null
  } catch {
    return null
  }
}

/** One process for all cases. */
async function open({ server, upstream }: Stage): Promise<void> {
  if (desk.url === '') desk.url = (await upstream.start([play], { quiet: true, forAllCases: true })).url
  await server.start({ PRICES_URL: desk.url })
}

// ---------------------------------------------------------------- carts

interface Line {
  sku: string
  quantity: number
}

interface Cart {
  customer: string
  zone: string
  voucher?: number
  lines: Line[]
}

/** Zones without summer time, and the minutes that they are ahead of UTC. */
const offsets: Record<string, number> = {
  'Asia/Tokyo': 540,
  'Asia/Kolkata': 330,
  'Africa/Nairobi': 180,
  'America/Lima': -300,
  'Pacific/Honolulu': -600,
}
const zones = Object.keys(offsets)

const minuteMs = 60_000
/** The year's end, which dates of another form get wrong, has a case of its own. */
const firstMinute = Date.UTC(2026, 0, 12) / minuteMs
const sorts = ['TEA', 'POT', 'CUP', 'JAR', 'TIN']
let skuCount = 1000

function newLine(random: Random): Line {
  const sku = `${random.pick(sorts)}-${++skuCount}`
  const until = new Date((firstMinute + random.integer(0, 340 * 1440)) * minuteMs).toISOString()
  desk.prices.set(sku, { cents: random.integer(100, 4999), until })
  return { sku, quantity: random.integer(1, 9) }
}

const names = ['ada', 'ben', 'cleo', 'dan', 'eva', 'finn']
let customerCount = 0

interface Wish {
  customer?: string
  zone?: string
  voucher?: number
  lines?: number
}

function newCart(
  random: Random,
  { customer, zone = 'Asia/Tokyo', voucher, lines = random.integer(1, 3) }: Wish = {},
): Cart {
  return {
    customer: customer ?? `${random.pick(names)}-${++customerCount}`,
    zone,
    ...(voucher === undefined ? {} : { voucher }),
    lines: Array.from({ length: lines }, () => newLine(random)),
  }
}

const priceOf = (sku: string): Price => desk.prices.get(sku) as Price
const sumOf = ({ lines }: Cart, cents = (sku: string): number => priceOf(sku).cents): number =>
  lines.reduce((sum, { sku, quantity }) => sum + cents(sku) * quantity, 0)

function localTime(until: string, zone: string): string {
  return new Date(Date.parse(until) + (offsets[zone] ?? 0) * minuteMs).toISOString().slice(0, 16).replace('T', ' ')
}

interface Quote {
  customer: string
  lines: (Line & Price)[]
  total: number
}

function quoteOf(cart: Cart, price = priceOf): Quote {
  const lines = cart.lines.map(({ sku, quantity }) => {
    const { cents, until } = price(sku)
    return { sku, quantity, cents, until: localTime(until, cart.zone) }
  })
  return {
    customer: cart.customer,
    lines,
    total: Math.max(0, sumOf(cart, (sku) => price(sku).cents) - (cart.voucher ?? 0)),
  }
}

const skusOf = ({ lines }: Pick<Quote, 'lines'>): string[] => lines.map(({ sku }) => sku)

function expectQuote(answer: HttpResponse, expected: Quote, what: string): void {
  expect(answer.status, `status of ${what}`).toBe(200)
  const quote = answer.json() as Quote
  expect(quote.customer, `customer of ${what}`).toBe(expected.customer)
  expect(skusOf(quote), `skus of ${what}`).toEqual(skusOf(expected))
  expect(quote.lines, `lines of ${what}`).toEqual(expected.lines)
  expect(quote.total, `total of ${what}`).toBe(expected.total)
}

/** Long enough for a program that does one cart after the other. */
const limitMs = 15_000

const ask = ({ server }: Pick<Stage, 'server'>, cart: Cart): Promise<HttpResponse> =>
  server.request('POST', '/quotes', { json: cart, limitMs })

// ---------------------------------------------------------------- carts that wait

interface Waiting {
  answer: Promise<HttpResponse>
  /** Settles when its prices are asked for, or when it was answered without. */
  arrived: Promise<void>
  release: () => void
}

/** Sends the cart; the price service keeps its answer until `release`. */
function send(stage: Pick<Stage, 'server'>, cart: Cart): Waiting {
  const hold: Hold = { arrived: Promise.withResolvers(), released: Promise.withResolvers() }
  desk.holds.set(cart.lines[0]?.sku ?? '', hold)
  const answer = ask(stage, cart)
  answer.catch(() => {}) // Whoever awaits it is told.
  const arrived = Promise.race([hold.arrived.promise, answer.then(() => {})])
  return { answer, arrived, release: () => hold.released.resolve() }
}

/** Whether it came in the time in which a program that holds nothing up does it many times over. */
async function inTime(work: Promise<unknown>, ms = 1_500): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms * patience())))
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer))
}

let queuing = false

/** Whether all of them wait for their prices. A program that lets them queue is not waited for at length again. */
async function allArrive(waiting: readonly Waiting[]): Promise<boolean> {
  const there = await inTime(Promise.all(waiting.map((one) => one.arrived)), queuing ? 200 : 1_500)
  queuing ||= !there
  return there
}

/**
 * All carts wait for their prices at the same time; then they get them, in this order. Answers in the order of the
 * carts.
 */
async function together(stage: Pick<Stage, 'server'>, carts: Cart[], order: number[]): Promise<HttpResponse[]> {
  const waiting: Waiting[] = []
  try {
    for (const cart of carts) waiting.push(send(stage, cart))
    await allArrive(waiting)
    for (const at of order) waiting[at]?.release()
    return await Promise.all(waiting.map((one) => one.answer))
  } finally {
    for (const one of waiting) one.release()
  }
}

/** The first cart waits for its prices while the second one comes; the second one gets its prices first. */
async function overtaken(
  stage: Stage,
  transcript: Fixtures['transcript'],
  carts: [Cart, Cart],
): Promise<[HttpResponse, HttpResponse]> {
  const [first, second] = carts
  const slow = send(stage, first)
  let quick: Waiting | undefined
  try {
    await allArrive([slow])
    transcript('meanwhile', `${first.lines[0]?.sku} … waits for its prices`)
    quick = send(stage, second)
    const overtakes = await allArrive([quick])
    quick.release()
    if (overtakes) await inTime(quick.answer)
    transcript('meanwhile', `${first.lines[0]?.sku} … gets its prices`)
    slow.release()
    return await Promise.all([slow.answer, quick.answer])
  } finally {
    slow.release()
    quick?.release()
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

// ---------------------------------------------------------------- one after the other

test(
  'quotes one cart, and then another one',
  { meta: { id: 'second-cart', group: 'in-turn', covers: [1, 5] } },
  async ({ server, upstream, random }) => {
    await open({ server, upstream, random })
    const [first, second] = [newCart(random, { lines: 2 }), newCart(random, { lines: 1 })]
    expectQuote(await ask({ server }, first), quoteOf(first), 'the quote')
    expectQuote(await ask({ server }, second), quoteOf(second), 'the second quote')
  },
)

test(
  'takes a voucher off the cart that it came with, and off no other',
  { meta: { id: 'voucher', group: 'in-turn', covers: [2, 5] } },
  async ({ server, upstream, random }) => {
    await open({ server, upstream, random })
    const large = newCart(random, { voucher: 1_000_000 })
    expectQuote(await ask({ server }, large), quoteOf(large), 'a quote with a voucher for more than its sum')
    const small = newCart(random, { voucher: random.integer(1, 99) })
    expectQuote(await ask({ server }, small), quoteOf(small), 'a quote with a voucher')
    const without = newCart(random)
    expectQuote(await ask({ server }, without), quoteOf(without), 'a quote without a voucher, after one with')
  },
)

test(
  'begins anew with every one of forty carts',
  { meta: { id: 'forty-in-turn', group: 'in-turn', covers: [5] } },
  async ({ server, upstream, random }) => {
    await open({ server, upstream, random })
    for (const number of upTo(40)) {
      const cart = newCart(random, number % 3 === 0 ? { voucher: random.integer(1, 99) } : {})
      expectQuote(await ask({ server }, cart), quoteOf(cart), 'one of forty quotes in turn')
    }
  },
)

test(
  'leaves nothing behind of quotes that failed',
  { meta: { id: 'after-failures', group: 'in-turn', covers: [4, 5] } },
  async ({ server, upstream, random }) => {
    await open({ server, upstream, random })
    for (const _ of upTo(12)) {
      const cart = newCart(random, { voucher: 50 })
      desk.refused.add(cart.lines[0]?.sku ?? '')
      expect((await ask({ server }, cart)).status, 'status of a quote without prices').toBe(502)
    }
    for (const _ of upTo(12)) {
      const cart = newCart(random)
      expectQuote(await ask({ server }, cart), quoteOf(cart), 'a quote after those that failed')
    }
  },
)

// ---------------------------------------------------------------- rehearsals

/** Other prices for the cart than those of the price service. */
function trialPrices(random: Random, { lines }: Cart): Record<string, Price> {
  return Object.fromEntries(
    lines.map(({ sku }) => [sku, { cents: random.integer(5_000, 9_999), until: '2027-05-06T07:08:00Z' }]),
  )
}

async function expectRehearsal({ server, random }: Stage, cart: Cart, what: string): Promise<void> {
  const prices = trialPrices(random, cart)
  const answer = await server.request('POST', '/rehearsals', { json: { cart, prices }, limitMs })
  expectQuote(
    answer,
    quoteOf(cart, (sku) => prices[sku] as Price),
    what,
  )
  expect(
    cart.lines.filter(({ sku }) => desk.asked.includes(sku)),
    'lines for which the price service was asked',
  ).toEqual([])
}

test(
  'rehearses a cart with the prices that come along',
  { meta: { id: 'rehearsal', group: 'rehearsal', covers: [7] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    await expectRehearsal(stage, newCart(random), 'the rehearsal')
    await expectRehearsal(stage, newCart(random, { zone: 'America/Lima', voucher: 75 }), 'the second rehearsal')
  },
)

test(
  'keeps rehearsals and quotes apart',
  { meta: { id: 'rehearsal-apart', group: 'rehearsal', covers: [5, 8] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const cart = newCart(random, { lines: 2 })
    const waiting = send(stage, cart)
    try {
      await allArrive([waiting])
      await expectRehearsal(stage, newCart(random, { voucher: 20 }), 'a rehearsal while a quote waits for its prices')
    } finally {
      waiting.release()
    }
    expectQuote(await waiting.answer, quoteOf(cart), 'the quote that waited')
    const next = newCart(random)
    expectQuote(await ask(stage, next), quoteOf(next), 'a quote after the rehearsal')
  },
)

// ---------------------------------------------------------------- at the same time

test(
  'keeps a cart whole that another one overtakes',
  { meta: { id: 'overtaken', group: 'at-once', covers: [5] } },
  async ({ server, upstream, random, transcript }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const slow = newCart(random, { lines: 2, voucher: random.integer(100, 150) })
    const quick = newCart(random, { lines: 2, voucher: random.integer(1, 50) })
    const [late, early] = await overtaken(stage, transcript, [slow, quick])
    expectQuote(early, quoteOf(quick), 'the quote that overtook')
    expectQuote(late, quoteOf(slow), 'the quote that was overtaken')
  },
)

test(
  'keeps two carts apart that the same customer has under way',
  { meta: { id: 'same-customer', group: 'at-once', covers: [5] } },
  async ({ server, upstream, random, transcript }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const one = newCart(random, { lines: 2, voucher: random.integer(100, 150) })
    const other = newCart(random, { customer: one.customer, lines: 2 })
    const [late, early] = await overtaken(stage, transcript, [one, other])
    expectQuote(early, quoteOf(other), 'the second quote of the same customer')
    expectQuote(late, quoteOf(one), 'the first quote of the same customer')
  },
)

test(
  'shows each customer their own time of day',
  { meta: { id: 'time-zones', group: 'at-once', covers: [3, 5] } },
  async ({ server, upstream, random, transcript }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const [here, there] = random.shuffle(zones) as [string, string]
    const [one, other] = [newCart(random, { zone: here, lines: 1 }), newCart(random, { zone: there, lines: 1 })]
    const [late, early] = await overtaken(stage, transcript, [one, other])
    expectQuote(early, quoteOf(other), 'the quote of the zone that overtook')
    expectQuote(late, quoteOf(one), 'the quote of the zone that was overtaken')
  },
)

test(
  'answers a cart while another one waits for its prices',
  { meta: { id: 'no-queue', group: 'queue', covers: [6] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const cart = newCart(random)
    const waiting = send(stage, newCart(random))
    await allArrive([waiting])
    const free = ask(stage, cart)
    const answered = await inTime(free).finally(waiting.release)
    await waiting.answer
    expectQuote(await free, quoteOf(cart), 'the quote of the other cart')
    expect(answered ? 'answered' : 'held up', 'the other cart, while the first one waited').toBe('answered')
  },
)

test(
  'never mixes fifty carts that wait at the same time',
  { meta: { id: 'fifty-at-once', group: 'at-once', covers: [5] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const carts = upTo(50).map(() => newCart(random, { zone: random.pick(zones), voucher: random.integer(0, 99) }))
    const answers = await together(stage, carts, random.shuffle(upTo(50)))
    answers.forEach((answer, at) => expectQuote(answer, quoteOf(carts[at] as Cart), 'one of fifty quotes at once'))
  },
)

test(
  'writes thousands of dates at the same time, and each one right',
  { meta: { id: 'many-dates', group: 'at-once', covers: [3, 5] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const carts = upTo(20).map((at) => newCart(random, { zone: zones[at % zones.length] as string, lines: 300 }))
    const answers = await together(stage, carts, upTo(20))
    answers.forEach((answer, at) => {
      expect(answer.status, 'status of a large quote').toBe(200)
      const { lines } = answer.json() as Quote
      const dates = quoteOf(carts[at] as Cart).lines.map(({ until }, i) => ({ until, got: lines[i]?.until }))
      const wrong = dates
        .filter(({ until, got }) => got !== until)
        .map(({ until, got }) => `${got} instead of ${until}`)
      expect(wrong.slice(0, 3), 'wrong dates in one of twenty large quotes').toEqual([])
    })
  },
)

test(
  'rehearses large carts while others are quoted',
  { meta: { id: 'rehearsals-meanwhile', group: 'rehearsal', covers: [5, 8] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const work = upTo(10).flatMap(() => {
      const carts = upTo(3).map(() => newCart(random, { zone: random.pick(zones) }))
      const quotes = carts.map(async (cart) =>
        expectQuote(await ask(stage, cart), quoteOf(cart), 'a quote while carts are rehearsed'),
      )
      const large = newCart(random, { zone: random.pick(zones), lines: 300 })
      return [...quotes, expectRehearsal(stage, large, 'one of ten rehearsals at once')]
    })
    for (const outcome of await Promise.allSettled(work)) if (outcome.status === 'rejected') throw outcome.reason
  },
)

// ---------------------------------------------------------------- what a cart may hold

test(
  'keeps the lines of a cart as they came, one sku on several of them too',
  { meta: { id: 'sku-twice', group: 'in-turn', covers: [1] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const [a, b] = [newLine(random), newLine(random)]
    const lists = [
      [a, b, { ...a, quantity: 4 }],
      [b, b, b],
      [a, b, a, b],
      [
        { ...b, quantity: 2 },
        { ...a, quantity: 1 },
      ],
    ]
    for (const lines of lists) {
      const cart = { ...newCart(random, { lines: 0 }), lines }
      expectQuote(await ask(stage, cart), quoteOf(cart), 'a quote with one sku on several lines')
    }
  },
)

test(
  'adds up sums that an int does not hold, and takes large vouchers off them',
  { meta: { id: 'large-sums', group: 'in-turn', covers: [1, 2] } },
  async ({ server, upstream, random, requirement }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const cart = newCart(random, { lines: 3 })
    for (const { sku } of cart.lines) desk.prices.set(sku, { ...priceOf(sku), cents: 3_000_000_000 })
    requirement(1)
    expectQuote(await ask(stage, cart), quoteOf(cart), 'a quote of a large sum')
    const thousands = { ...cart, lines: cart.lines.map((line) => ({ ...line, quantity: 100_000 })) }
    expectQuote(await ask(stage, thousands), quoteOf(thousands), 'a quote of a large sum')
    requirement(2)
    const reduced = { ...cart, voucher: 2_999_999_999 }
    expectQuote(await ask(stage, reduced), quoteOf(reduced), 'a quote with a large voucher')
  },
)

test(
  'takes a voucher off to the cent, down to 0',
  { meta: { id: 'voucher-at-limits', group: 'in-turn', covers: [2] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const cart = newCart(random, { lines: 2 })
    const sum = sumOf(cart)
    for (const voucher of [0, 1, sum - 1, sum, sum + 1, 1, 0]) {
      const reduced = { ...cart, voucher }
      expectQuote(await ask(stage, reduced), quoteOf(reduced), 'a quote with a voucher about its sum')
    }
    const answer = await server.request('POST', '/quotes', { json: { ...cart, voucher: null }, limitMs })
    expectQuote(answer, quoteOf(cart), 'a quote whose voucher is null')
  },
)

/** Zone, end of the price, and what the clocks there show. */
const clocks: [zone: string, until: string, shown: string][] = [
  ['UTC', '2026-01-02T03:04:00Z', '2026-01-02 03:04'],
  ['UTC', '2026-12-28T00:00:00Z', '2026-12-28 00:00'],
  ['UTC', '2026-12-31T23:59:00Z', '2026-12-31 23:59'],
  ['UTC', '2027-01-01T12:00:00Z', '2027-01-01 12:00'],
  ['UTC', '2028-02-29T13:30:00Z', '2028-02-29 13:30'],
  ['UTC', '2026-06-05T10:20:59Z', '2026-06-05 10:20'],
  ['UTC', '2026-06-05T10:20:59.999Z', '2026-06-05 10:20'],
  ['Asia/Tokyo', '2026-12-31T15:00:00Z', '2027-01-01 00:00'],
  ['America/Lima', '2027-01-01T04:59:00Z', '2026-12-31 23:59'],
  ['Asia/Kathmandu', '2026-05-06T18:20:00Z', '2026-05-07 00:05'],
  ['Europe/Berlin', '2026-03-29T00:59:00Z', '2026-03-29 01:59'],
  ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29 03:00'],
  ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25 02:30'],
  ['Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25 02:30'],
  ['America/New_York', '2026-07-01T16:05:00Z', '2026-07-01 12:05'],
  ['America/New_York', '2026-12-01T16:05:00Z', '2026-12-01 11:05'],
  ['Australia/Lord_Howe', '2026-01-01T01:00:00Z', '2026-01-01 12:00'],
]

test(
  'shows the end of a price as clocks do: summer time, year ends, midnight, seconds',
  { meta: { id: 'clocks', group: 'in-turn', covers: [3] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    for (const [zone, until, shown] of clocks) {
      const cart = newCart(random, { zone, lines: 1 })
      for (const { sku } of cart.lines) desk.prices.set(sku, { cents: 100, until })
      const answer = await ask(stage, cart)
      expect(answer.status, 'status of a quote').toBe(200)
      expect((answer.json() as Quote).lines[0]?.until, 'the end of the price').toBe(shown)
    }
  },
)

test(
  'asks for prices anew for each cart',
  { meta: { id: 'prices-anew', group: 'in-turn', covers: [1, 5] } },
  async ({ server, upstream, random, requirement }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const cart = newCart(random, { lines: 2 })
    requirement(1)
    expectQuote(await ask(stage, cart), quoteOf(cart), 'the quote')
    requirement(5)
    for (const cents of [77, 7_777, 77]) {
      for (const { sku } of cart.lines) desk.prices.set(sku, { cents, until: '2026-08-09T10:11:00Z' })
      expectQuote(await ask(stage, cart), quoteOf(cart), 'the quote of the same cart at another price')
    }
  },
)

test(
  'is itself again after each kind of failure, for the same cart too',
  { meta: { id: 'failures-of-all-kinds', group: 'in-turn', covers: [4, 5] } },
  async ({ server, upstream, random, requirement }) => {
    const stage = { server, upstream, random }
    await open(stage)
    for (const status of [400, 401, 404, 409, 429, 500, 502, 503, 504]) {
      const cart = newCart(random, { voucher: 60 })
      const first = cart.lines[0]?.sku ?? ''
      desk.failures.set(first, status)
      requirement(4)
      expect((await ask(stage, cart)).status, 'status of a quote without prices').toBe(502)
      desk.failures.delete(first)
      requirement(5)
      const again = { ...cart, voucher: undefined } as unknown as Cart
      expectQuote(await ask(stage, again), quoteOf(again), 'the quote of the same cart after the failure')
    }
  },
)

test(
  'keeps equal carts apart that are under way at the same time',
  { meta: { id: 'equal-carts', group: 'at-once', covers: [5] } },
  async ({ server, upstream, random, transcript }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const cart = newCart(random, { lines: 2, voucher: 10 })
    const [late, early] = await overtaken(stage, transcript, [cart, cart])
    expectQuote(early, quoteOf(cart), 'the second of two equal carts')
    expectQuote(late, quoteOf(cart), 'the first of two equal carts')
  },
)

test(
  'leaves a quote whole while another one fails',
  { meta: { id: 'failure-meanwhile', group: 'at-once', covers: [4, 5] } },
  async ({ server, upstream, random, requirement }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const cart = newCart(random, { lines: 2, voucher: 15 })
    const waiting = send(stage, cart)
    try {
      await allArrive([waiting])
      requirement(4)
      const failing = newCart(random, { voucher: 99 })
      desk.failures.set(failing.lines[0]?.sku ?? '', 500)
      expect((await ask(stage, failing)).status, 'status of a quote without prices').toBe(502)
    } finally {
      waiting.release()
    }
    requirement(5)
    expectQuote(await waiting.answer, quoteOf(cart), 'the quote that waited')
  },
)

test(
  'answers a cart while sixty others wait, of the same customer and the same zone too',
  { meta: { id: 'nobody-holds-up', group: 'queue', covers: [6] } },
  async ({ server, upstream, random }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const customer = `gus-${++customerCount}`
    const waiting = upTo(60).map(() => send(stage, newCart(random, { customer, lines: 1 })))
    try {
      const there = await allArrive(waiting)
      expect(there ? 'all' : 'not all', 'of sixty carts of one customer, those whose prices are asked for').toBe('all')
      const cart = newCart(random, { customer, lines: 1 })
      const free = ask(stage, cart)
      const answered = await inTime(free)
      expect(answered ? 'answered' : 'held up', 'one more cart, while sixty wait').toBe('answered')
      expectQuote(await free, quoteOf(cart), 'the quote of one more cart')
    } finally {
      for (const one of waiting) one.release()
      await Promise.allSettled(waiting.map((one) => one.answer))
    }
  },
)

test(
  'rehearses and quotes one and the same cart, each at its own prices',
  { meta: { id: 'same-cart-rehearsed', group: 'rehearsal', covers: [7, 8] } },
  async ({ server, upstream, random, requirement }) => {
    const stage = { server, upstream, random }
    await open(stage)
    const [a, b] = [newLine(random), newLine(random)]
    const cart = { ...newCart(random, { voucher: 30, lines: 0 }), lines: [a, b, a] }
    const rehearse = async (cents: number): Promise<void> => {
      const price = { cents, until: '2027-05-06T07:08:00Z' }
      const prices = { [b.sku]: price, 'NOT-ASKED-FOR': { cents: 1, until: '2027-01-01T00:00:00Z' }, [a.sku]: price }
      const answer = await server.request('POST', '/rehearsals', { json: { cart, prices }, limitMs })
      expectQuote(
        answer,
        quoteOf(cart, () => price),
        'the rehearsal of a cart that is quoted, too',
      )
    }
    requirement(7)
    await rehearse(50)
    expect(desk.asked.includes(a.sku), 'the price service was asked').toBe(false)
    for (const cents of [6_000, 0]) {
      requirement(8)
      expectQuote(await ask(stage, cart), quoteOf(cart), 'the quote of a cart that was rehearsed')
      requirement(7)
      await rehearse(cents)
    }
    requirement(8)
    expectQuote(await ask(stage, cart), quoteOf(cart), 'the quote of a cart that was rehearsed')
  },
)
