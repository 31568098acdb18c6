import { expect, test, type Fixtures, type Outcome, type Random } from '#harness'

/**
 * No clock and no sleep: every call to the shop stays open until nothing moves any more, then one is answered.
 */

/** One call that the learner's code made to the shop. */
interface Call {
  name: string
  text: string
  args: unknown[]
  open: boolean
  /** Calls that had not ended when this one began. */
  besides: string[]
  settle: () => void
}

interface Played {
  outcome: Outcome
  calls: Call[]
  /** Calls that had not ended when the function's promise settled. */
  stillOpen: string[]
  /** The calls that were under way together, each time everything stood still. */
  rounds: string[][]
}

interface Line {
  sku: string
  quantity: number
}

interface Order {
  id: string
  email: string
  cents: number
  lines: Line[]
}

const names = ['lock', 'unlock', 'reserve', 'charge', 'sendMail', 'pick'] as const
type Stage = Pick<Fixtures, 'subject' | 'random' | 'transcript'>

/** What a call is answered with; an Error is a rejection. */
type Answer = (call: Call) => unknown

/**
 * Calls a function of the learner's with a shop whose every call stays open until nothing moves any more; then one
 * of the open calls is answered. So what overlaps and what waits is seen without any clock.
 * @param first chooses which open call is answered; otherwise any
 */
async function play(
  stage: Stage,
  name: string,
  input: Order | Order[],
  answer: Answer,
  first?: (open: Call[]) => Call | undefined,
): Promise<Played> {
  const { subject, random, transcript } = stage
  const played: Omit<Played, 'outcome'> = { calls: [], stillOpen: [], rounds: [] }
  let arrived = Promise.withResolvers<void>()
  const open = (): Call[] => played.calls.filter((call) => call.open)
  const begin = (callName: string, args: unknown[]): Promise<unknown> => {
    const besides = open().map((call) => call.text)
    const reply = Promise.withResolvers<unknown>()
    const call: Call = {
      name: callName,
      args,
      text: `${callName}(${args[0]})`,
      open: true,
      besides,
      settle: () => end(call, reply),
    }
    played.calls.push(call)
    arrived.resolve()
    arrived = Promise.withResolvers()
    return reply.promise
  }
  const end = (call: Call, reply: PromiseWithResolvers<unknown>): void => {
    call.open = false
    const value = answer(call)
    if (value instanceof Error) return reply.reject(value)
    transcript('answered', call.text)
    reply.resolve(value)
  }
  const shop = Object.fromEntries(names.map((n) => [n, { [n]: (...args: unknown[]) => begin(n, args) }[n]]))

  let outcome: Outcome | null = null
  const work = subject.attempt(name, [input, shop])
  const noteEnd = work.then((ended) => (outcome = ended))
  noteEnd.catch(() => {})
  for (;;) {
    await atRest(subject)
    const now = open()
    if (now.length > 0) played.rounds.push(now.map((call) => call.text))
    if (outcome) break
    if (now.length === 0) await Promise.race([noteEnd, arrived.promise])
    else (first?.(now) ?? random.pick(now)).settle()
  }
  played.stillOpen = open().map((call) => call.text)
  await finish(stage, open)
  return { ...played, outcome: await work }
}

async function atRest(subject: Stage['subject']): Promise<void> {
  await subject.settle()
  await new Promise((resolve) => setImmediate(resolve))
}

/** Lets what is left run to its end, so that nothing of it reaches the next case. */
async function finish({ subject }: Stage, open: () => Call[]): Promise<void> {
  for (let left = open(); left.length > 0; left = open()) {
    for (const call of left) call.settle()
    await atRest(subject)
  }
}

const skus = ['TEAPOT', 'LID', 'MUG', 'SPOON', 'TRAY', 'SIEVE', 'JUG', 'BOWL']
const people = ['ida', 'omar', 'lin', 'kofi', 'ana', 'piet', 'mei', 'raj']

function anOrder(random: Random, lines = 3): Order {
  const picked = random.shuffle(skus).slice(0, lines)
  return {
    id: `${random.pick(['A', 'B', 'C'])}-${random.integer(1000, 9999)}`,
    email: `${random.pick(people)}@example.com`,
    cents: random.integer(500, 90_000),
    lines: picked.map((sku) => ({ sku, quantity: random.integer(1, 4) })),
  }
}

const someOrders = (random: Random, count: number): Order[] =>
  random
    .shuffle(people)
    .slice(0, count)
    .map((name) => ({ ...anOrder(random, 1), email: `${name}@example.com` }))

/** Every call succeeds: payments have an id, lines come from a shelf. */
const fine: Answer = (call) =>
  call.name === 'charge' ? `pay-${call.args[0]}` : call.name === 'pick' ? `shelf of ${call.args[0]}` : undefined

const failing =
  (name: string, firstArgument: unknown, error: Error): Answer =>
  (call) =>
    call.name === name && call.args[0] === firstArgument ? error : fine(call)

const declined = (): Error => Object.assign(new Error('card declined'), { code: 'DECLINED' })
const returned = ({ outcome }: Played): unknown => (outcome.ok ? outcome.value : `(rejected: ${outcome.error.message})`)
const called = ({ calls }: Played, name: string): Call[] => calls.filter((call) => call.name === name)
const openWords = (name: string): string => `calls still under way when ${name} settled`

/** The addresses that failed may be reported in any order. */
function sortedReport(value: unknown): unknown {
  const { failed } = (value ?? {}) as { failed?: unknown }
  return Array.isArray(failed) ? { ...(value as object), failed: [...failed].sort() } : value
}

test(
  'every mail has been sent when notifyDelay resolves',
  { meta: { id: 'mails-before-resolve', group: 'mails', covers: [1, 2] } },
  async ({ subject, random, transcript }) => {
    const orders = someOrders(random, random.integer(2, 4))
    const played = await play({ subject, random, transcript }, 'notifyDelay', orders, fine)
    expect(played.stillOpen, openWords('notifyDelay')).toEqual([])
    expect(
      called(played, 'sendMail')
        .map((call) => call.args[0])
        .sort(),
      'addresses mailed',
    ).toEqual(orders.map((o) => o.email).sort())
    expect(returned(played)).toEqual({ sent: orders.length, failed: [] })
  },
)

test(
  'no mail waits for another',
  { meta: { id: 'mails-together', group: 'mails', covers: [3] } },
  async ({ subject, random, transcript }) => {
    const orders = someOrders(random, random.integer(3, 5))
    const played = await play({ subject, random, transcript }, 'notifyDelay', orders, fine)
    expect(Math.max(0, ...played.rounds.map((open) => open.length)), 'most mails under way together').toBe(
      orders.length,
    )
  },
)

test(
  'a mail that fails is reported, and the others are sent',
  { meta: { id: 'mail-failure-is-reported', group: 'mails', covers: [2] } },
  async ({ subject, random, transcript }) => {
    const orders = someOrders(random, 5)
    const full = random.shuffle(orders.map((order) => order.email)).slice(0, 2)
    const answer: Answer = (call) => (full.includes(String(call.args[0])) ? new Error('mailbox full') : undefined)
    const played = await play({ subject, random, transcript }, 'notifyDelay', orders, answer)
    expect(sortedReport(returned(played))).toEqual({ sent: 3, failed: [...full].sort() })
  },
)

test(
  'a line that cannot be picked is reported, and so are the others',
  { meta: { id: 'failed-line-is-reported', group: 'packing', covers: [1, 4] } },
  async ({ subject, random, transcript }) => {
    const order = anOrder(random, 4)
    const missing = random.pick(order.lines).sku
    const answer = failing('pick', missing, new Error(`no ${missing} left`))
    const played = await play({ subject, random, transcript }, 'packOrder', order, answer, (open) =>
      open.find((call) => call.args[0] === missing),
    )
    expect(returned(played)).toEqual(
      order.lines.map(({ sku }) =>
        sku === missing ? { sku, ok: false, reason: `no ${sku} left` } : { sku, ok: true, shelf: `shelf of ${sku}` },
      ),
    )
    expect(played.stillOpen, openWords('packOrder')).toEqual([])
  },
)

test(
  'a paid order: each step begins when the one before it has ended',
  { meta: { id: 'steps-in-order', group: 'orders', covers: [5, 8] } },
  async ({ subject, random, transcript, evidence }) => {
    const order = anOrder(random)
    const played = await play({ subject, random, transcript }, 'placeOrder', order, fine)
    evidence(
      'unlockedDuringCharge',
      called(played, 'unlock').some((call) => call.besides.some((other) => other.startsWith('charge'))),
    )
    // Lines may be reserved together or one by one; nothing else may overlap.
    const overlaps = played.calls.flatMap((call) =>
      call.besides
        .filter((other) => !(call.name === 'reserve' && other.startsWith('reserve')))
        .map((other) => `${call.text} began during ${other}`),
    )
    expect(overlaps, 'steps that overlap').toEqual([])
    expect(
      played.calls.map((call) => call.name),
      'steps',
    ).toEqual(['lock', ...order.lines.map(() => 'reserve'), 'charge', 'sendMail', 'unlock'])
    expect(called(played, 'charge')[0]?.args, 'arguments of charge').toEqual([order.id, order.cents])
    expect(returned(played)).toEqual({ status: 'paid', paymentId: `pay-${order.id}`, confirmed: true })
  },
)

test(
  'placeOrder settles when all that it began has ended',
  { meta: { id: 'order-waits-for-all', group: 'orders', covers: [1] } },
  async ({ subject, random, transcript }) => {
    // The newest call is answered first: one that nobody waits for stays open to the end.
    const played = await play({ subject, random, transcript }, 'placeOrder', anOrder(random, 2), fine, (open) =>
      open.at(-1),
    )
    expect(played.stillOpen, openWords('placeOrder')).toEqual([])
  },
)

test(
  'a declined card is an answer, not an error',
  { meta: { id: 'decline-is-an-answer', group: 'orders', covers: [6] } },
  async ({ subject, random, transcript }) => {
    const order = anOrder(random, 2)
    const played = await play(
      { subject, random, transcript },
      'placeOrder',
      order,
      failing('charge', order.id, declined()),
    )
    expect(returned(played)).toEqual({ status: 'declined' })
    expect(
      called(played, 'sendMail').map((call) => call.text),
      'mails about an order that is not paid',
    ).toEqual([])
  },
)

test(
  'any other error of charge or reserve reaches the caller',
  { meta: { id: 'other-errors-reach-the-caller', group: 'orders', covers: [7] } },
  async ({ subject, random, transcript }) => {
    const stage = { subject, random, transcript }
    const order = anOrder(random, 2)
    const down = Object.assign(new Error('payment service down'), { code: 'ECONNREFUSED' })
    const charged = await play(stage, 'placeOrder', order, failing('charge', order.id, down))
    expect(charged.outcome, 'outcome when charge fails').toMatchObject({
      ok: false,
      error: { message: 'payment service down', code: 'ECONNREFUSED' },
    })
    const sku = order.lines[0]?.sku
    const reserved = await play(stage, 'placeOrder', order, failing('reserve', sku, new Error(`no ${sku} left`)))
    expect(reserved.outcome, 'outcome when reserve fails').toMatchObject({
      ok: false,
      error: { message: `no ${sku} left` },
    })
    expect(
      called(reserved, 'charge').map((call) => call.text),
      'payments for an order that could not be reserved',
    ).toEqual([])
  },
)

test(
  'a confirmation that cannot be sent does not undo the payment',
  { meta: { id: 'failed-mail-keeps-the-payment', group: 'orders', covers: [5] } },
  async ({ subject, random, transcript }) => {
    const order = anOrder(random, 1)
    const played = await play(
      { subject, random, transcript },
      'placeOrder',
      order,
      failing('sendMail', order.email, new Error('mailbox full')),
    )
    expect(returned(played)).toEqual({ status: 'paid', paymentId: `pay-${order.id}`, confirmed: false })
  },
)

test(
  'the lock is given back once, as the last step, also when the order fails',
  { meta: { id: 'unlock-once-on-failure', group: 'orders', gate: true, covers: [8] } },
  async ({ subject, random, transcript }) => {
    const order = anOrder(random, 1)
    const sku = order.lines[0]?.sku
    const ways: [string, Answer][] = [
      ['a declined card', failing('charge', order.id, declined())],
      ['a payment service that is down', failing('charge', order.id, new Error('down'))],
      ['a line that cannot be reserved', failing('reserve', sku, new Error(`no ${sku} left`))],
      ['a mail that fails', failing('sendMail', order.email, new Error('mailbox full'))],
    ]
    for (const [way, answer] of ways) {
      const played = await play({ subject, random, transcript }, 'placeOrder', order, answer)
      expect(
        called(played, 'unlock').map((call) => call.text),
        `unlocks after ${way}`,
      ).toEqual([`unlock(${order.id})`])
      expect(called(played, 'unlock')[0]?.besides, `calls under way when unlock began, after ${way}`).toEqual([])
      expect(played.calls.at(-1)?.name, `last step after ${way}`).toBe('unlock')
    }
  },
)

test(
  'a line that cannot be reserved: the lock is kept until the other lines have ended',
  { meta: { id: 'failed-reservation-waits', group: 'orders', covers: [1, 8] } },
  async ({ subject, random, transcript }) => {
    const order = anOrder(random, 3)
    const missing = random.pick(order.lines).sku
    const answer = failing('reserve', missing, new Error(`no ${missing} left`))
    const played = await play(
      { subject, random, transcript },
      'placeOrder',
      order,
      answer,
      (open) => open.find((call) => call.args[0] === missing) ?? open.find((call) => call.name === 'unlock'),
    )
    expect(
      called(played, 'unlock').flatMap((call) => call.besides),
      'calls under way when unlock began',
    ).toEqual([])
    expect(played.stillOpen, openWords('placeOrder')).toEqual([])
  },
)

test(
  'no rejection is left without a handler',
  { meta: { id: 'nothing-unhandled', group: 'orders', gate: true, covers: [9] } },
  async ({ subject, random, transcript }) => {
    const stage = { subject, random, transcript }
    const order = anOrder(random, 3)
    const everyMail: Answer = (call) =>
      call.name === 'sendMail' ? new Error(`mailbox of ${call.args[0]} full`) : fine(call)
    const everyLine: Answer = (call) =>
      call.name === 'pick' || call.name === 'reserve' ? new Error(`no ${call.args[0]} left`) : fine(call)
    await play(stage, 'notifyDelay', someOrders(random, 3), everyMail)
    await play(stage, 'packOrder', order, everyLine)
    await play(stage, 'placeOrder', order, everyLine)
    await play(stage, 'placeOrder', order, everyMail)
    expect(
      (await subject.unhandled()).map((u) => u.error.message),
      'rejections that nobody handled',
    ).toEqual([])
  },
)
