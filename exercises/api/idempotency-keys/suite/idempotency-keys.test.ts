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
}

const made: Behaviour = (charge) => {
  gateway.charges.push(charge)
  return { status: 201, json: { id: charge.id, reference: charge.reference } }
}

function play({ method, path, body, number }: UpstreamRequest): UpstreamAnswer {
  const url = new URL(path, 'http://gateway')
  if (method === 'GET' && url.pathname === '/charges') {
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

type Stage = Pick<Fixtures, 'server' | 'database' | 'upstream' | 'random'>

const patient = { LEASE_MS: '60000', IDEMPOTENCY_TTL_S: '86400' }
const leaseMs = 600
const hurried = { LEASE_MS: String(leaseMs), IDEMPOTENCY_TTL_S: '86400' }
const forgetful = { LEASE_MS: '60000', IDEMPOTENCY_TTL_S: '1' }

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

function expectProblem(answer: HttpResponse, status: number, what: string): void {
  expect(answer.status, `status of ${what}`).toBe(status)
  expect(answer.headers['content-type'], `Content-Type of ${what}`).toMatch(/^application\/problem\+json\b/)
  expect(answer.json(), `body of ${what}`).toMatchObject({ status })
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

async function expectOnePayment(stage: Stage, payment: Payment, answer: HttpResponse, after: string): Promise<void> {
  expect(answer.status, `status of the retry ${after}, ${leaseMs} ms and more later`).toBe(201)
  expectCharges(payment, 1, after)
  const [charge] = chargesOf(payment.body.card)
  expect(answer.json(), `the payment ${after}`).toMatchObject({ amount: payment.body.amount, chargeId: charge?.id })
  const rows = await (
    await stage.database.connect({ quiet: true })
  ).query('select charge_id from payments where account_id = $1', [payment.account])
  expect(rows, `rows in payments ${after}`).toEqual([{ charge_id: charge?.id }])
}

test(
  'a retry gets the first answer again, and the card is charged once',
  { meta: { id: 'retry-gets-the-first-answer', group: 'replay', gate: true, covers: [2] } },
  async ({ server, database, upstream, random }) => {
    const stage = { server, database, upstream, random }
    const payment = await open(stage)
    const first = await post(stage, payment)
    expect(first.status, 'status of the first request').toBe(201)
    const { id, ...rest } = first.json() as Record<string, unknown>
    expect(rest, 'the payment').toEqual({
      amount: payment.body.amount,
      currency: payment.body.currency,
      chargeId: chargesOf(payment.body.card)[0]?.id,
    })
    expect(replayed(first), 'Idempotency-Replayed of the first answer').toBe(undefined)
    const second = await post(stage, payment)
    expectCharges(payment, 1, 'after the retry')
    expectReplay(second, first, 'the retry')
    expectReplay(await post(stage, payment), first, 'one more retry')
    expect(
      (await server.request('GET', `/payments/${String(id)}`, { headers: { 'X-Account-Id': payment.account } })).status,
      'status of the payment, read',
    ).toBe(200)
  },
)

test(
  'the same JSON written in another way is the same request; another amount is not',
  { meta: { id: 'other-body-is-refused', group: 'replay', covers: [3] } },
  async ({ server, database, upstream, random, evidence }) => {
    const stage = { server, database, upstream, random }
    const payment = await open(stage)
    const { amount, currency, card } = payment.body
    const first = await post(stage, payment)
    expect(first.status, 'status of the first request').toBe(201)
    const other = await post(stage, { ...payment, body: { ...payment.body, amount: amount + 1 } })
    evidence('otherBody', other.status)
    expectProblem(other, 422, 'the same key with another amount')
    expectCharges(payment, 1, 'after the same key came with another amount')
    const rewritten = `{\n  "card" : "${card}",\n  "currency":"${currency}", "amount":   ${amount} }\n`
    const again = await post(stage, payment, rewritten)
    evidence('rewrittenBody', again.status)
    expectReplay(again, first, 'the same JSON with other spaces and another order')
  },
)

test(
  'a declined card stays declined under its key, and the gateway is not asked again',
  { meta: { id: 'declined-is-final', group: 'replay', covers: [6, 12] } },
  async ({ server, database, upstream, random }) => {
    const stage = { server, database, upstream, random }
    const payment = await open(stage)
    const { card } = payment.body
    gateway.behaviours.set(card, () => ({ status: 402, json: { code: 'card_declined' } }))
    const first = await post(stage, payment)
    expectProblem(first, 402, 'a declined card')
    gateway.behaviours.delete(card)
    const second = await post(stage, payment)
    expect(gateway.asked.filter((c) => c === card).length, 'requests to the gateway to charge this card').toBe(1)
    expectReplay(second, first, 'the retry')
    expectProblem(second, 402, 'the retry')
  },
)

test(
  'twenty requests with one key at once charge the card once',
  { meta: { id: 'twenty-at-once', group: 'concurrency', gate: true, covers: [4] } },
  async ({ server, database, upstream, random }) => {
    const stage = { server, database, upstream, random }
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
  async ({ server, database, upstream, random, evidence }) => {
    const stage = { server, database, upstream, random }
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
    const waits = Promise.race([database.wire.blocked(second), database.wire.stuck(second)]).then((stands) =>
      stands ? 'waits' : 'answered',
    )
    const outcome = await Promise.race([waits, secondArrived])
    evidence('secondRequest', outcome)
    answered.resolve()
    if (outcome === 'waits')
      throw new Error('The second request was not answered while the first one was at work: it waited for it.')
    expectCharges(payment, 1, 'while the first request was at work')
    const refused = await second
    expectProblem(refused, 409, 'the second request')
    const retryAfter = refused.headers['retry-after'] ?? ''
    const isTime = /^\d+$/.test(retryAfter) || Number.isFinite(Date.parse(retryAfter))
    expect(isTime, `Retry-After (${retryAfter || 'missing'}) is a number of seconds or a date`).toBe(true)
    const done = await first
    expect(done.status, 'status of the first request').toBe(201)
    expectReplay(await post(stage, payment), done, 'a retry after it was done')
  },
)

test(
  'a key that is missing or malformed is refused with 400, and a refused request uses up no key',
  { meta: { id: 'key-is-checked', group: 'contract', covers: [1, 12] } },
  async ({ server, database, upstream, random }) => {
    const stage = { server, database, upstream, random }
    const payment = await open(stage)
    const headers = { 'X-Account-Id': payment.account }
    expectProblem(
      await server.request('POST', '/payments', { headers, json: payment.body }),
      400,
      'a request without a key',
    )
    expectProblem(await post(stage, { ...payment, key: 'k'.repeat(256) }), 400, 'a key of 256 characters')
    expectProblem(await post(stage, { ...payment, key: 'order 12' }), 400, 'a key with a space in it')
    expectCharges(payment, 0, 'after requests without a good key')
    const longest = { ...payment, key: `~!"${'k'.repeat(252)}` }
    expectProblem(await post(stage, { ...longest, body: { ...payment.body, amount: 0 } }), 400, 'a body with amount 0')
    expect((await post(stage, longest)).status, 'status of a good body under the same key, of 255 characters').toBe(201)
  },
)

test(
  'when the gateway is down the answer is 502, and the next request charges',
  { meta: { id: 'gateway-down-is-not-final', group: 'contract', covers: [7, 12] } },
  async ({ server, database, upstream, random }) => {
    const stage = { server, database, upstream, random }
    const payment = await open(stage)
    gateway.behaviours.set(payment.body.card, () => ({ status: 503, json: { code: 'maintenance' } }))
    expectProblem(await post(stage, payment), 502, 'a request while the gateway is down')
    expectProblem(await post(stage, payment), 502, 'a second one')
    gateway.behaviours.delete(payment.body.card)
    const charged = await post(stage, payment)
    expect(charged.status, 'status when the gateway is back').toBe(201)
    expect(replayed(charged), 'Idempotency-Replayed of the answer that charged').toBe(undefined)
    expectCharges(payment, 1, 'in the end')
    expectReplay(await post(stage, payment), charged, 'a retry after that')
  },
)

test(
  'when the gateway has charged and its answer is lost, the retry finds the charge',
  { meta: { id: 'lost-answer-of-the-gateway', group: 'recovery', gate: true, covers: [7] } },
  async ({ server, database, upstream, random }) => {
    const stage = { server, database, upstream, random }
    const payment = await open(stage)
    gateway.behaviours.set(payment.body.card, (charge) => {
      made(charge)
      gateway.behaviours.delete(charge.card)
      return { reset: 'after-request' }
    })
    expectProblem(await post(stage, payment), 502, 'a request whose charge got no answer')
    const retry = await post(stage, payment)
    expect(retry.status, 'status of the retry').toBe(201)
    expectCharges(payment, 1, 'after the retry')
    expect(retry.json(), 'the payment').toMatchObject({ chargeId: chargesOf(payment.body.card)[0]?.id })
  },
)

test(
  'a key belongs to its account, and reading a payment has nothing to do with keys',
  { meta: { id: 'accounts-are-apart', group: 'scope', covers: [9] } },
  async ({ server, database, upstream, random }) => {
    const stage = { server, database, upstream, random }
    const mine = await open(stage)
    const theirs = { ...newPayment(random), key: mine.key }
    const [first, second] = [await post(stage, mine), await post(stage, theirs)]
    expect([first.status, second.status], 'status of one key in two accounts').toEqual([201, 201])
    expectCharges(theirs, 1, 'of the second account')
    const { id } = second.json() as { id: string }
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
  'the card number is in no table and in nothing that the program prints',
  { meta: { id: 'card-stays-secret', group: 'scope', covers: [11] } },
  async ({ server, database, upstream, random }) => {
    const stage = { server, database, upstream, random }
    const payment = await open(stage)
    const { card } = payment.body
    await post(stage, payment)
    await post(stage, { ...payment, body: { ...payment.body, amount: payment.body.amount + 1 } })
    const lost = newPayment(random)
    gateway.behaviours.set(lost.body.card, () => ({ status: 503, json: { code: 'maintenance' } }))
    await post(stage, lost)
    const books = await database.connect({ quiet: true })
    const tables = await books.query(
      `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    for (const number of [card, lost.body.card]) {
      for (const { name } of tables) {
        const [{ found } = { found: false }] = await books.query(
          `select exists (select from ${String(name)} as t where t::text like '%' || $1 || '%') as found`,
          [number],
        )
        expect(found, `the table ${String(name)} holds the card number`).toBe(false)
      }
      const printed = `${server.stdout()}${server.stderr()}`.split('\n').find((line) => line.includes(number))
      expect(printed ?? null, 'a line of the log with the card number').toBe(null)
    }
  },
)

test(
  'after its time a key is forgotten, and the next request with it is a first one',
  { meta: { id: 'keys-expire', group: 'scope', covers: [10] } },
  async ({ server, database, upstream, random }) => {
    const stage = { server, database, upstream, random }
    const payment = await open(stage, forgetful)
    const first = await post(stage, payment)
    expect(first.status, 'status of the first request').toBe(201)
    await pause(1_100)
    const other = { ...payment, body: { ...payment.body, amount: payment.body.amount + 7 } }
    const second = await post(stage, other)
    expect(second.status, 'status of another request under that key, more than IDEMPOTENCY_TTL_S later').toBe(201)
    expect(replayed(second), 'Idempotency-Replayed').toBe(undefined)
    expectCharges(payment, 2, 'in the end')
  },
)

test(
  'a process that dies before or after the charge leaves a payment that the next request completes, once',
  { meta: { id: 'crash-is-survived', group: 'recovery', gate: true, covers: [8] } },
  async ({ server, database, upstream, random, transcript, evidence }) => {
    const stage = { server, database, upstream, random }
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
  async ({ server, database, upstream, random, transcript }) => {
    const stage = { server, database, upstream, random }
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
