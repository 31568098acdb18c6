import { expect, test, type Fixtures, type HttpResponse, type UpstreamAnswer, type UpstreamRequest } from '#harness'

interface Charge {
  id: string
  reference: string
  amount: number
  card: string
}

type Behaviour = (charge: Charge) => UpstreamAnswer

/** The gateway as its client describes it: no idempotency, and a charge can be found as soon as it was received. */
const gateway = {
  url: '',
  charges: [] as Charge[],
  /** What happens to charges of a card; without an entry they are made and answered. */
  behaviours: new Map<string, Behaviour>(),
  /** Called when a charge of this card has come in. */
  arrivals: new Map<string, () => void>(),
  /** Requests to charge a card, made or not. */
  asked: [] as string[],
  /** What happens to the next ones that look for a charge; afterwards they are answered. */
  troubles: [] as UpstreamAnswer[],
  lookedUp: 0,
}

const made: Behaviour = (charge) => {
  gateway.charges.push(charge)
  return { status: 201, json: { id: charge.id, reference: charge.reference } }
}

function play({ method, path, body, number }: UpstreamRequest): UpstreamAnswer {
  const url = new URL(path, 'http://gateway')
  if (method === 'GET' && url.pathname === '/charges') {
    gateway.lookedUp += 1
    const trouble = gateway.troubles.shift()
    if (trouble) return trouble
    const reference = url.searchParams.get('reference')
    return {
      status: 200,
      json: gateway.charges.filter((c) => c.reference === reference).map(({ id }) => ({ id, reference })),
    }
  }
  if (method !== 'POST' || url.pathname !== '/charges') return { status: 404, json: { code: 'not_found' } }
  const { reference, amount, card } = JSON.parse(body) as Charge
  gateway.asked.push(card)
  const answer = (gateway.behaviours.get(card) ?? made)({
    id: `ch_${number}`,
    reference: String(reference),
    amount,
    card,
  })
  gateway.arrivals.get(card)?.()
  return answer
}

const chargesOf = (card: string): Charge[] => gateway.charges.filter((c) => c.card === card)

interface Payment {
  account: string
  key: string
  body: { amount: number; currency: string; card: string }
}

type Stage = Pick<Fixtures, 'server' | 'database' | 'upstream' | 'random' | 'requirement'>

const patient = { LEASE_MS: '60000', IDEMPOTENCY_TTL_S: '86400' }
const leaseMs = 600
const hurried = { LEASE_MS: String(leaseMs), IDEMPOTENCY_TTL_S: '86400' }
const rememberedMs = 2_000
const forgetful = { LEASE_MS: '60000', IDEMPOTENCY_TTL_S: String(rememberedMs / 1_000) }

let running = ''

/** One process for as many cases as possible: it starts anew only for other settings. */
async function open(stage: Stage, settings: Record<string, string> = patient): Promise<Payment> {
  const { server, database, upstream, random } = stage
  await database.migrate('migrations/000_payments.sql', 'migrations/001_idempotency.sql')
  if (gateway.url === '') gateway.url = (await upstream.start([play], { forAllCases: true })).url
  const env = { ...settings, GATEWAY_URL: gateway.url }
  const wanted = JSON.stringify(env)
  if (running === wanted) await server.start(env)
  else await server.restart(env)
  running = wanted
  return newPayment(random)
}

const digits = (random: Fixtures['random'], count: number): string =>
  Array.from({ length: count }, () => random.integer(0, 9)).join('')

const newPayment = (random: Fixtures['random']): Payment => ({
  account: `acc_${digits(random, 6)}`,
  key: `order-${digits(random, 8)}`,
  body: {
    amount: random.integer(100, 99_999),
    currency: random.pick(['EUR', 'USD', 'GBP']),
    card: `4${digits(random, 15)}`,
  },
})

function post(
  { server }: Pick<Stage, 'server'>,
  { account, key, body }: Payment,
  text?: string,
): Promise<HttpResponse> {
  const headers = { 'X-Account-Id': account, 'Idempotency-Key': key }
  return text === undefined
    ? server.request('POST', '/payments', { headers, json: body })
    : server.request('POST', '/payments', { headers: { ...headers, 'Content-Type': 'application/json' }, body: text })
}

const replayed = (answer: HttpResponse): string | undefined => answer.headers['idempotency-replayed']

/** An answer with a problem; `about` is the requirement that asks for its status. */
function expectProblem(
  { requirement }: Pick<Stage, 'requirement'>,
  about: number,
  answer: HttpResponse,
  status: number,
  what: string,
): void {
  requirement(about)
  expect(answer.status, `status of ${what}`).toBe(status)
  requirement(12)
  expect(answer.headers['content-type'], `Content-Type of ${what}`).toMatch(/^application\/problem\+json\b/)
  expect(answer.json(), `body of ${what}`).toMatchObject({ status })
  requirement(about)
}

function expectReplay(answer: HttpResponse, first: HttpResponse, what: string): void {
  expect(answer.status, `status of ${what}`).toBe(first.status)
  expect(answer.json(), `body of ${what}`).toEqual(first.json())
  expect(replayed(answer), `Idempotency-Replayed of ${what}`).toBe('true')
}

function expectCharges({ body }: Payment, count: number, when: string): void {
  expect(chargesOf(body.card).length, `charges of the card at the gateway ${when}`).toBe(count)
}

/** The gateway has got a request to charge this card. */
const arrival = (card: string): Promise<void> => new Promise((resolve) => gateway.arrivals.set(card, resolve))

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const unfinished = [409, 500, 502, 503, 504]

/** Asks as a client does that wants its payment: again and again, and once more when the lease is over for sure. */
async function untilFinished(stage: Stage, payment: Payment): Promise<HttpResponse> {
  const until = performance.now() + leaseMs + 2_000
  for (;;) {
    const isLast = performance.now() > until
    const answer = await post(stage, payment)
    if (isLast || !unfinished.includes(answer.status)) return answer
    await pause(150)
  }
}

/** What the table holds for an account. The session is closed at once: the role has few of them. */
async function rowsOf({ database }: Pick<Stage, 'database'>, { account }: Payment): Promise<object[]> {
  const books = await database.connect({ quiet: true })
  const rows = await books.query(
    'select id::text, amount, currency, charge_id as "chargeId" from payments where account_id = $1',
    [account],
  )
  await books.close()
  return rows
}

async function expectOnePayment(stage: Stage, payment: Payment, answer: HttpResponse, after: string): Promise<void> {
  expect(answer.status, `status of the retry ${after}, ${leaseMs} ms and more later`).toBe(201)
  expectCharges(payment, 1, after)
  const [charge] = chargesOf(payment.body.card)
  expect(answer.json(), `the payment ${after}`).toMatchObject({ amount: payment.body.amount, chargeId: charge?.id })
  expect(await rowsOf(stage, payment), `rows in payments ${after}`).toEqual([answer.json()])
}

test(
  'a retry gets the first answer again, and the card is charged once',
  { meta: { id: 'retry-gets-the-first-answer', group: 'replay', gate: true, covers: [2] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    const first = await post(stage, payment)
    expect(first.status, 'status of the first request').toBe(201)
    const { id } = first.json() as { id: string }
    expect(first.json(), 'the payment').toEqual({
      id,
      amount: payment.body.amount,
      currency: payment.body.currency,
      chargeId: chargesOf(payment.body.card)[0]?.id,
    })
    expect(replayed(first), 'Idempotency-Replayed of the first answer').toBe(undefined)
    const second = await post(stage, payment)
    expectCharges(payment, 1, 'after the retry')
    expectReplay(second, first, 'the retry')
    expectReplay(await post(stage, payment), first, 'one more retry')
    expect(await rowsOf(stage, payment), 'rows in payments').toEqual([first.json()])
  },
)

test(
  'the same JSON written in another way is the same request; another amount is not',
  { meta: { id: 'other-body-is-refused', group: 'replay', covers: [3, 12] } },
  async ({ server, database, upstream, random, requirement, evidence }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    const { amount, currency, card } = payment.body
    const first = await post(stage, payment)
    expect(first.status, 'status of the first request').toBe(201)
    const other = await post(stage, { ...payment, body: { ...payment.body, amount: amount + 1 } })
    evidence('otherBody', other.status)
    expectProblem(stage, 3, other, 422, 'the same key with another amount')
    expectCharges(payment, 1, 'after the same key came with another amount')
    const rewritten = `{\n  "card" : "${card}",\n  "currency":"${currency}", "amount":   ${amount} }\n`
    const again = await post(stage, payment, rewritten)
    evidence('rewrittenBody', again.status)
    expectReplay(again, first, 'the same JSON with other spaces and another order')
  },
)

test(
  'every part of the body counts, and no part of how it is written',
  { meta: { id: 'same-json', group: 'replay', covers: [3, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const one = await open(stage)
    const body = { ...one.body, order: { id: 7, gift: true }, items: ['bike', 'lock'] }
    const { amount, currency, card } = one.body
    const texts = {
      same: [
        [
          'nested members in another order',
          JSON.stringify({ items: body.items, order: { gift: true, id: 7 }, ...one.body }),
        ],
        [
          'a letter written as an escape',
          JSON.stringify(body).replace(
            `"${currency}"`,
            `"\\u00${currency.charCodeAt(0).toString(16)}${currency.slice(1)}"`,
          ),
        ],
      ],
      other: [
        ['another card', JSON.stringify({ ...body, card: `5${card.slice(1)}` })],
        ['another currency', JSON.stringify({ ...body, currency: 'CHF' })],
        ['a member more', JSON.stringify({ ...body, note: '' })],
        ['another nested member', JSON.stringify({ ...body, order: { id: 8, gift: true } })],
        ['a list in another order', JSON.stringify({ ...body, items: ['lock', 'bike'] })],
        ['amount and currency alone', JSON.stringify({ amount, currency, card })],
      ],
    } as const
    const first = await post(stage, one, JSON.stringify(body))
    expect(first.status, 'status of the first request').toBe(201)
    for (const [what, text] of texts.same) expectReplay(await post(stage, one, text), first, what)
    for (const [what, text] of texts.other) expectProblem(stage, 3, await post(stage, one, text), 422, what)
    expectCharges(one, 1, 'in the end')
    expect(chargesOf(`5${card.slice(1)}`).length, 'charges of the other card').toBe(0)
    expectReplay(await post(stage, one, JSON.stringify(body)), first, 'the first body again')
  },
)

test(
  'a declined card stays declined under its key, and the gateway is not asked again',
  { meta: { id: 'declined-is-final', group: 'replay', covers: [6, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    const { card } = payment.body
    gateway.behaviours.set(card, () => ({ status: 402, json: { code: 'card_declined' } }))
    const first = await post(stage, payment)
    expectProblem(stage, 6, first, 402, 'a declined card')
    gateway.behaviours.delete(card)
    const second = await post(stage, payment)
    expect(gateway.asked.filter((c) => c === card).length, 'requests to the gateway to charge this card').toBe(1)
    expectReplay(second, first, 'the retry')
    expectProblem(stage, 6, second, 402, 'the retry')
  },
)

test(
  'twenty requests with one key at once charge the card once',
  { meta: { id: 'twenty-at-once', group: 'concurrency', gate: true, covers: [4] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(stage, payment)))
    expectCharges(payment, 1, 'after twenty requests at once')
    const statuses = [...new Set(answers.map((a) => a.status))].sort()
    expect(
      statuses.filter((status) => status !== 201 && status !== 409),
      'statuses other than 201 and 409',
    ).toEqual([])
    const created = answers.filter((a) => a.status === 201).map((a) => a.json())
    expect(created.length, 'answers with 201').toBeGreaterThan(0)
    const later = await post(stage, payment)
    expect(later.status, 'status of a later retry').toBe(201)
    expect(replayed(later), 'Idempotency-Replayed of a later retry').toBe('true')
    for (const body of created) expect(body, 'the payment in each 201').toEqual(later.json())
  },
)

test(
  'while a request is at work, another one with its key gets 409 at once',
  { meta: { id: 'at-work-is-409', group: 'concurrency', covers: [5, 12] } },
  async ({ server, database, upstream, random, requirement, evidence }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    const answered = Promise.withResolvers<void>()
    gateway.behaviours.set(payment.body.card, (charge) => ({ ...made(charge), after: answered.promise }))
    const arrived = arrival(payment.body.card)
    const first = post(stage, payment)
    first.catch(() => {})
    await Promise.race([arrived, first])
    const second = post(stage, payment)
    second.catch(() => {})
    const secondArrived = arrival(payment.body.card).then(() => 'charged')
    const blocked = database.wire.blocked(second).then((stands) => (stands ? 'blocked' : 'answered'))
    const stuck = database.wire.stuck(second).then((stands) => (stands ? 'waits' : 'answered'))
    const outcome = await Promise.race([blocked, stuck, secondArrived])
    evidence('secondRequest', outcome)
    answered.resolve()
    if (outcome === 'blocked' || outcome === 'waits')
      throw new Error('The second request was not answered while the first one was at work: it waited for it.')
    expectCharges(payment, 1, 'while the first request was at work')
    const refused = await second
    expectProblem(stage, 5, refused, 409, 'the second request')
    const retryAfter = refused.headers['retry-after'] ?? ''
    const isTime = /^\d+$/.test(retryAfter) || Number.isFinite(Date.parse(retryAfter))
    expect(isTime, `Retry-After (${retryAfter || 'missing'}) is a number of seconds or a date`).toBe(true)
    const done = await first
    expect(done.status, 'status of the first request').toBe(201)
    expectReplay(await post(stage, payment), done, 'a retry after it was done')
  },
)

test(
  'it is at work for as long as it takes',
  { meta: { id: 'at-work-for-long', group: 'concurrency', covers: [5, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    const answered = Promise.withResolvers<void>()
    gateway.behaviours.set(payment.body.card, (charge) => ({ ...made(charge), after: answered.promise }))
    const arrived = arrival(payment.body.card)
    const first = post(stage, payment)
    first.catch(() => {})
    await Promise.race([arrived, first])
    gateway.behaviours.delete(payment.body.card)
    await pause(700)
    const second = await post(stage, payment).finally(() => answered.resolve())
    expectCharges(payment, 1, 'while the first request was at work for 0.7 s')
    expectProblem(stage, 5, second, 409, 'a request in the middle of the work')
    const done = await first
    expect(done.status, 'status of the first request').toBe(201)
    expectReplay(await post(stage, payment), done, 'a retry after it was done')
  },
)

test(
  'another account is served while that key is at work in the first one',
  { meta: { id: 'at-work-elsewhere', group: 'scope', covers: [9] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const mine = await open(stage)
    const theirs = { ...newPayment(random), key: mine.key }
    const answered = Promise.withResolvers<void>()
    gateway.behaviours.set(mine.body.card, (charge) => ({ ...made(charge), after: answered.promise }))
    const arrived = arrival(mine.body.card)
    const first = post(stage, mine)
    first.catch(() => {})
    await Promise.race([arrived, first])
    const other = await post(stage, theirs).finally(() => answered.resolve())
    expect(other.status, 'status of the same key in another account').toBe(201)
    expectCharges(theirs, 1, 'of the other account')
    expect((await first).status, 'status of the first request').toBe(201)
  },
)

test(
  "thirty customers at once do not stand in each other's way",
  { meta: { id: 'thirty-customers', group: 'concurrency', covers: [2] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    await open(stage)
    const all = Array.from({ length: 30 }, () => newPayment(random))
    const answers = await Promise.all(all.map((payment) => post(stage, payment)))
    expect([...new Set(answers.map(({ status }) => status))], 'status of thirty payments at once').toEqual([201])
    for (const payment of all) expectCharges(payment, 1, 'of each customer')
    const again = await Promise.all(all.map((payment) => post(stage, payment)))
    for (const [i, answer] of again.entries()) expectReplay(answer, answers[i]!, 'a retry of one of them')
  },
)

test(
  'twenty retries at once after a 502 charge the card once',
  { meta: { id: 'retries-at-once', group: 'concurrency', covers: [4, 7] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    gateway.behaviours.set(payment.body.card, () => ({ status: 503, json: { code: 'maintenance' } }))
    requirement(7)
    expect((await post(stage, payment)).status, 'status while the gateway is down').toBe(502)
    gateway.behaviours.delete(payment.body.card)
    requirement(4)
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(stage, payment)))
    expectCharges(payment, 1, 'after twenty retries at once')
    const others = answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 409)
    expect(others, 'statuses other than 201 and 409').toEqual([])
    expect((await post(stage, payment)).status, 'status of a later retry').toBe(201)
  },
)

test(
  'a key that is missing or malformed is refused with 400, and a refused request uses up no key',
  { meta: { id: 'key-is-checked', group: 'contract', covers: [1, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    const headers = { 'X-Account-Id': payment.account }
    expectProblem(
      stage,
      1,
      await server.request('POST', '/payments', { headers, json: payment.body }),
      400,
      'a request without a key',
    )
    expectProblem(stage, 1, await post(stage, { ...payment, key: 'k'.repeat(256) }), 400, 'a key of 256 characters')
    expectProblem(stage, 1, await post(stage, { ...payment, key: 'order 12' }), 400, 'a key with a space in it')
    expectCharges(payment, 0, 'after requests without a good key')
    const longest = { ...payment, key: `~!"${'k'.repeat(252)}` }
    expectProblem(
      stage,
      1,
      await post(stage, { ...longest, body: { ...payment.body, amount: 0 } }),
      400,
      'a body with amount 0',
    )
    expect((await post(stage, longest)).status, 'status of a good body under the same key, of 255 characters').toBe(201)
  },
)

test(
  'a key may be one character or all visible ones, and nothing else; a 400 or 401 uses up no key',
  { meta: { id: 'key-borders', group: 'contract', covers: [1, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    const visible = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('')
    for (const [what, key] of [
      ['an empty key', ''],
      ['a key with a tab in it', 'order\t12'],
      ['a key with a letter beyond ASCII', 'caf\u00e9-12'],
      ['a key of 257 characters', 'k'.repeat(257)],
    ] as const)
      expectProblem(stage, 1, await post(stage, { ...payment, key }), 400, what)
    expectCharges(payment, 0, 'after requests without a good key')
    for (const [what, key] of [
      ['a key of one character', '!'],
      ['a key of all visible characters', visible],
      ['a key that looks like a number', '007'],
    ] as const)
      expect((await post(stage, { ...newPayment(random), key })).status, `status of ${what}`).toBe(201)
    const headers = { 'Idempotency-Key': payment.key }
    const nobody = await server.request('POST', '/payments', { headers, json: { ...payment.body, amount: 1 } })
    expect(nobody.status, 'status without an account').toBe(401)
    expectProblem(stage, 1, await post(stage, payment, '{"amount": 12'), 400, 'a body that is no JSON')
    expectProblem(
      stage,
      1,
      await post(stage, { ...payment, body: { ...payment.body, card: '12' } }),
      400,
      'a card of two digits',
    )
    const good = await post(stage, payment)
    expect(
      [good.status, replayed(good)],
      'status and Idempotency-Replayed under a key that was refused before',
    ).toEqual([201, undefined])
  },
)

test(
  'when the gateway is down the answer is 502, and the next request charges',
  { meta: { id: 'gateway-down-is-not-final', group: 'contract', covers: [7, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    gateway.behaviours.set(payment.body.card, () => ({ status: 503, json: { code: 'maintenance' } }))
    expectProblem(stage, 7, await post(stage, payment), 502, 'a request while the gateway is down')
    expectProblem(stage, 7, await post(stage, payment), 502, 'a second one')
    gateway.behaviours.delete(payment.body.card)
    const charged = await post(stage, payment)
    expect(charged.status, 'status when the gateway is back').toBe(201)
    expect(replayed(charged), 'Idempotency-Replayed of the answer that charged').toBe(undefined)
    expectCharges(payment, 1, 'in the end')
    expectReplay(await post(stage, payment), charged, 'a retry after that')
  },
)

test(
  'another body stays refused after a 502, and a card that is declined in the end stays so',
  { meta: { id: 'after-a-502', group: 'contract', covers: [3, 6, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    gateway.behaviours.set(payment.body.card, () => ({ status: 503, json: { code: 'maintenance' } }))
    expectProblem(stage, 3, await post(stage, payment), 502, 'a request while the gateway is down')
    const other = await post(stage, { ...payment, body: { ...payment.body, amount: payment.body.amount + 1 } })
    expectProblem(stage, 3, other, 422, 'another amount after a 502')
    gateway.behaviours.set(payment.body.card, () => ({ status: 402, json: { code: 'card_declined' } }))
    const declined = await post(stage, payment)
    expectProblem(stage, 6, declined, 402, 'a retry that is declined')
    gateway.behaviours.delete(payment.body.card)
    expectReplay(await post(stage, payment), declined, 'a retry after that')
    expectCharges(payment, 0, 'of the declined card')
    const changed = await post(stage, { ...payment, body: { ...payment.body, amount: payment.body.amount + 1 } })
    expectProblem(stage, 3, changed, 422, 'another amount after a 402')
  },
)

test(
  'when the gateway has charged and its answer is lost, the retry finds the charge',
  { meta: { id: 'lost-answer-of-the-gateway', group: 'recovery', gate: true, covers: [7, 12] } },
  async ({ server, database, upstream, random, requirement, evidence }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    gateway.behaviours.set(payment.body.card, (charge) => {
      made(charge)
      gateway.behaviours.delete(charge.card)
      return { reset: 'after-request' }
    })
    expectProblem(stage, 7, await post(stage, payment), 502, 'a request whose charge got no answer')
    const before = gateway.lookedUp
    const retry = await post(stage, payment)
    evidence('lookedUp', gateway.lookedUp > before)
    expect(retry.status, 'status of the retry').toBe(201)
    expectCharges(payment, 1, 'after the retry')
    expect(retry.json(), 'the payment').toMatchObject({ chargeId: chargesOf(payment.body.card)[0]?.id })
  },
)

test(
  'a gateway that cannot even say whether it has charged is asked once more later',
  { meta: { id: 'lookup-fails', group: 'recovery', covers: [7, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    gateway.behaviours.set(payment.body.card, (charge) => {
      made(charge)
      return { reset: 'after-request' }
    })
    expectProblem(stage, 7, await post(stage, payment), 502, 'a request whose charge got no answer')
    for (const trouble of [
      { status: 503, json: { code: 'maintenance' } },
      { reset: 'after-request' },
    ] as UpstreamAnswer[]) {
      gateway.troubles.push(trouble)
      const retry = await post(stage, payment)
      gateway.troubles.length = 0
      expectCharges(payment, 1, 'after a retry that could not look for the charge')
      expectProblem(stage, 7, retry, 502, 'a retry that could not look for the charge')
    }
    gateway.behaviours.delete(payment.body.card)
    const last = await post(stage, payment)
    expect(last.status, 'status when the gateway can be asked again').toBe(201)
    expectCharges(payment, 1, 'in the end')
  },
)

test(
  'a key belongs to its account, and reading a payment has nothing to do with keys',
  { meta: { id: 'accounts-are-apart', group: 'scope', covers: [9] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const mine = await open(stage)
    const theirs = { ...newPayment(random), key: mine.key }
    const [first, second] = [await post(stage, mine), await post(stage, theirs)]
    expect([first.status, second.status], 'status of one key in two accounts').toEqual([201, 201])
    expectCharges(theirs, 1, 'of the second account')
    const { id } = second.json() as { id: string }
    const plain = await server.request('GET', `/payments/${id}`, { headers: { 'X-Account-Id': theirs.account } })
    expect([plain.status, plain.json()], 'status and body of GET without a key').toEqual([200, second.json()])
    const fresh = newPayment(random)
    const headers = { 'X-Account-Id': theirs.account, 'Idempotency-Key': fresh.key }
    const read = await server.request('GET', `/payments/${id}`, { headers })
    expect([read.status, replayed(read)], 'status and Idempotency-Replayed of GET with a key').toEqual([200, undefined])
    expect(
      (await post(stage, { ...fresh, account: theirs.account })).status,
      'status of a payment under that key',
    ).toBe(201)
  },
)

test(
  'account and key do not run together into one name',
  { meta: { id: 'names-stay-apart', group: 'scope', covers: [9] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    await open(stage)
    for (const between of ['', ':', '/', '-', '_', '|', '.']) {
      const base = `acc_${digits(random, 6)}`
      const names = [
        [base, `12${between}34`],
        [`${base}${between}12`, '34'],
        [`34${between}${base}`, '12'],
      ] as const
      for (const [account, key] of names) {
        const payment = { ...newPayment(random), account, key }
        expect(
          (await post(stage, payment)).status,
          'status of another account whose name goes on where the key begins',
        ).toBe(201)
        expectCharges(payment, 1, 'of each account')
      }
    }
  },
)

/** What a text looks like as hex, and as a part of base64: what can be read back is not hidden. */
function formsOf(card: string): string[] {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.from(`${'x'.repeat(before)}${card}`).toString('base64')
    return text.slice([0, 2, 3][before], Math.floor((before + card.length) / 3) * 4)
  })
  return [card, Buffer.from(card).toString('hex'), ...base64]
}

async function expectSecret({ server, database }: Pick<Stage, 'server' | 'database'>, cards: string[]): Promise<void> {
  const books = await database.connect({ quiet: true })
  const tables = await books.query(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  for (const form of cards.flatMap(formsOf)) {
    for (const { name } of tables) {
      const [{ found } = { found: false }] = await books.query(
        `select exists (select from ${String(name)} as t where t::text like '%' || $1 || '%') as found`,
        [form],
      )
      expect(found, `the table ${String(name)} holds the card number`).toBe(false)
    }
    const printed = `${server.stdout()}${server.stderr()}`.split('\n').find((line) => line.includes(form))
    expect(printed ?? null, 'a line of the log with the card number').toBe(null)
  }
}

test(
  'the card number is in no table and in nothing that the program prints',
  { meta: { id: 'card-stays-secret', group: 'scope', covers: [11] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage)
    const { card } = payment.body
    await post(stage, payment)
    await post(stage, { ...payment, body: { ...payment.body, amount: payment.body.amount + 1 } })
    const lost = newPayment(random)
    gateway.behaviours.set(lost.body.card, () => ({ status: 503, json: { code: 'maintenance' } }))
    await post(stage, lost)
    await expectSecret(stage, [card, lost.body.card])
  },
)

test(
  'the card number stays secret when something goes wrong',
  { meta: { id: 'card-stays-secret-in-trouble', group: 'scope', covers: [11] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const declined = await open(stage)
    const [refused, unreadable, cut, broken] = Array.from({ length: 4 }, () => newPayment(random)) as [
      Payment,
      Payment,
      Payment,
      Payment,
    ]
    gateway.behaviours.set(declined.body.card, () => ({ status: 402, json: { code: 'card_declined' } }))
    gateway.behaviours.set(cut.body.card, () => ({ reset: 'after-request' }))
    gateway.behaviours.set(broken.body.card, (charge) => {
      database.wire.cut(() => true, { when: 'before' })
      return made(charge)
    })
    await post(stage, declined)
    await post(stage, { ...refused, body: { ...refused.body, amount: 0 } })
    const groups = refused.body.card.match(/.{4}/g) ?? []
    const grouped = [groups.join(' '), groups.join('-')]
    for (const card of grouped) await post(stage, { ...refused, body: { ...refused.body, card } })
    await post(stage, unreadable, `{"card":"${unreadable.body.card}"`)
    await post(stage, cut)
    await post(stage, broken).catch(() => null)
    await expectSecret(stage, [
      ...[declined, refused, unreadable, cut, broken].map(({ body }) => body.card),
      ...grouped,
    ])
  },
)

test(
  'after its time a key is forgotten, and the next request with it is a first one',
  { meta: { id: 'keys-expire', group: 'scope', covers: [10] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage, forgetful)
    const first = await post(stage, payment)
    const over = performance.now() + rememberedMs + 150
    expect(first.status, 'status of the first request').toBe(201)
    const early = await post(stage, payment)
    if (performance.now() < over - 500) expectReplay(early, first, 'a retry before that')
    await pause(Math.max(0, over - performance.now()))
    const other = { ...payment, body: { ...payment.body, amount: payment.body.amount + 7 } }
    const second = await post(stage, other)
    expect(second.status, 'status of another request under that key, more than IDEMPOTENCY_TTL_S later').toBe(201)
    expect(replayed(second), 'Idempotency-Replayed').toBe(undefined)
    expectCharges(payment, 2, 'in the end')
  },
)

test(
  'its time counts from the first request, and twenty who come then are charged once more',
  { meta: { id: 'expires-once', group: 'scope', covers: [4, 10] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage, forgetful)
    expect((await post(stage, payment)).status, 'status of the first request').toBe(201)
    const over = performance.now() + rememberedMs + 150
    const late = newPayment(random)
    gateway.behaviours.set(late.body.card, () => ({ status: 503, json: { code: 'maintenance' } }))
    expect((await post(stage, late)).status, 'status while the gateway is down').toBe(502)
    gateway.behaviours.delete(late.body.card)
    const lateOver = performance.now() + rememberedMs + 150
    await pause(rememberedMs / 2)
    await post(stage, payment)
    await post(stage, late)
    await pause(Math.max(0, over - performance.now()))
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(stage, payment)))
    requirement(10)
    expect(chargesOf(payment.body.card).length, 'charges of the card when the key was forgotten').toBeGreaterThan(1)
    requirement(4)
    expectCharges(payment, 2, 'after twenty requests at once under a forgotten key')
    const others = answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 409)
    expect(others, 'statuses other than 201 and 409').toEqual([])
    await pause(Math.max(0, lateOver - performance.now()))
    requirement(10)
    const fresh = await post(stage, late)
    expect(
      [fresh.status, replayed(fresh)],
      'status and Idempotency-Replayed when the first try is as long ago',
    ).toEqual([201, undefined])
  },
)

test(
  'a process that dies before or after the charge leaves a payment that the next request completes, once',
  { meta: { id: 'crash-is-survived', group: 'recovery', gate: true, covers: [8] } },
  async ({ server, database, upstream, random, requirement, transcript, evidence }) => {
    const stage = { server, database, upstream, random, requirement }
    const charged = await open(stage, hurried)
    const notCharged = newPayment(random)
    const never = new Promise<void>(() => {})
    const killed = (answer: UpstreamAnswer): UpstreamAnswer => {
      server.signal('SIGKILL')
      return answer
    }
    gateway.behaviours.set(charged.body.card, (charge) => killed({ ...made(charge), after: never }))
    gateway.behaviours.set(notCharged.body.card, () => killed({ status: 503, after: never }))
    for (const payment of [charged, notCharged]) {
      const arrived = arrival(payment.body.card)
      const request = post(stage, payment)
      request.catch(() => {})
      await Promise.race([arrived, request])
      gateway.behaviours.delete(payment.body.card)
      transcript('then', 'the process is killed, and started again')
      await server.restart()
    }
    for (const [payment, when] of [
      [charged, 'behind'],
      [notCharged, 'before'],
    ] as const) {
      const completed = await untilFinished(stage, payment)
      evidence('afterCrash', completed.status)
      await expectOnePayment(stage, payment, completed, `after a crash ${when} the charge`)
    }
  },
)

test(
  'a database that breaks off after the charge leaves a payment that the next request completes, once',
  { meta: { id: 'broken-database-is-survived', group: 'recovery', covers: [8] } },
  async ({ server, database, upstream, random, requirement, transcript }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage, hurried)
    for (const [which, when] of [
      ['statement', 'before'],
      ['commit', 'after'],
    ] as const) {
      const next = which === 'statement' ? payment : newPayment(random)
      gateway.behaviours.set(next.body.card, (charge) => {
        database.wire.cut((statement) => which === 'statement' || statement.kind === 'commit', { when })
        gateway.behaviours.delete(charge.card)
        return made(charge)
      })
      transcript('next', `the connection to the database breaks ${when} the first ${which} that follows the charge`)
      await post(stage, next)
      await expectOnePayment(
        stage,
        next,
        await untilFinished(stage, next),
        `after the connection broke ${when} the first ${which}`,
      )
    }
  },
)

test(
  'final answers outlive the lease and the process',
  { meta: { id: 'answers-outlive', group: 'replay', covers: [2, 6, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const paid = await open(stage, hurried)
    const declined = newPayment(random)
    gateway.behaviours.set(declined.body.card, () => ({ status: 402, json: { code: 'card_declined' } }))
    const first = await post(stage, paid)
    expect(first.status, 'status of the first request').toBe(201)
    const no = await post(stage, declined)
    expectProblem(stage, 6, no, 402, 'a declined card')
    gateway.behaviours.delete(declined.body.card)
    await pause(leaseMs + 100)
    requirement(2)
    expectReplay(await post(stage, paid), first, 'a retry after LEASE_MS')
    requirement(6)
    expectReplay(await post(stage, declined), no, 'a retry of a declined card after LEASE_MS')
    await server.restart()
    requirement(2)
    expectReplay(await post(stage, paid), first, 'a retry after a restart')
    requirement(6)
    expectReplay(await post(stage, declined), no, 'a retry of a declined card after a restart')
    expect(await rowsOf(stage, paid), 'rows in payments').toEqual([first.json()])
    expectCharges(paid, 1, 'in the end')
  },
)

/** The next answer that is no 502: on a busy machine the gateway's answer may come too late for so short a lease. */
async function nextAnswer(stage: Stage, payment: Payment): Promise<HttpResponse> {
  for (let tries = 1; ; tries++) {
    const answer = await post(stage, payment)
    if (answer.status !== 502 || tries === 6) return answer
  }
}

test(
  'in whatever way the answer of the gateway gets lost, the next request finds the charge',
  { meta: { id: 'lost-in-every-way', group: 'recovery', covers: [7, 12] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    await open(stage, hurried)
    const ways: [string, UpstreamAnswer][] = [
      ['a 500', { status: 500, json: { code: 'internal' } }],
      ['a 504', { status: 504, body: '<html>' }],
      ['an answer that is cut off', { status: 201, json: { id: 'ch_0', reference: 'cut off' }, cutAfter: 7 }],
      ['an answer that is no JSON', { status: 201, body: '<html>' }],
      ['silence', { silentMs: 1_000 }],
    ]
    for (const [what, way] of ways) {
      const payment = newPayment(random)
      gateway.behaviours.set(payment.body.card, (charge) => {
        made(charge)
        gateway.behaviours.delete(charge.card)
        return way
      })
      expectProblem(stage, 7, await post(stage, payment), 502, `a request whose charge got ${what}`)
      const next = await nextAnswer(stage, payment)
      expectCharges(payment, 1, `after ${what}`)
      expect(next.status, `status of the request after ${what}`).toBe(201)
      expect(next.json(), `the payment after ${what}`).toMatchObject({ chargeId: chargesOf(payment.body.card)[0]?.id })
    }
  },
)

test(
  'wherever the connection to the database breaks, the payment is completed when the lease is over',
  { meta: { id: 'broken-anywhere', group: 'recovery', covers: [8] } },
  async ({ server, database, upstream, random, requirement, transcript }) => {
    const stage = { server, database, upstream, random, requirement }
    await open(stage, hurried)
    const cutOff: { payment: Payment; where: string }[] = []
    for (const when of ['before', 'after'] as const)
      for (let nth = 1; nth <= 10; nth++) {
        const payment = newPayment(random)
        const cut = database.wire.cut(() => true, { when, nth })
        await post(stage, payment).catch(() => null)
        cut.release()
        if (!cut.happened()) break
        cutOff.push({ payment, where: `${when} statement ${nth}` })
      }
    await pause(leaseMs + 250)
    const answers = await Promise.all(cutOff.map(({ payment }) => nextAnswer(stage, payment)))
    for (const [i, { payment, where }] of cutOff.entries()) {
      transcript('broken', where)
      await expectOnePayment(stage, payment, answers[i]!, 'after the connection broke somewhere')
    }
  },
)

test(
  'a payment that is cut off twice is completed, once',
  { meta: { id: 'broken-twice', group: 'recovery', covers: [8] } },
  async ({ server, database, upstream, random, requirement }) => {
    const stage = { server, database, upstream, random, requirement }
    const payment = await open(stage, hurried)
    database.wire.cut(() => true, { when: 'after' })
    await post(stage, payment).catch(() => null)
    await pause(leaseMs + 100)
    gateway.behaviours.set(payment.body.card, (charge) => {
      database.wire.cut(() => true, { when: 'before' })
      gateway.behaviours.delete(charge.card)
      return made(charge)
    })
    await post(stage, payment).catch(() => null)
    await expectOnePayment(stage, payment, await untilFinished(stage, payment), 'after it was cut off twice')
  },
)
