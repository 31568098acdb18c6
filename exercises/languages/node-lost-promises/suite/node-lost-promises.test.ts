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
  /** Calls that began after that. */
  later: string[]
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
  const played: Omit<Played, 'outcome'> = { calls: [], stillOpen: [], later: [], rounds: [] }
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
  const begun = played.calls.length
  await finish(stage, open)
  played.later = played.calls.slice(begun).map((call) => call.text)
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
  async ({ subject, random, transcript, requirement }) => {
    const orders = someOrders(random, random.integer(2, 4))
    const played = await play({ subject, random, transcript }, 'notifyDelay', orders, fine)
    requirement(1)
    expect(played.stillOpen, openWords('notifyDelay')).toEqual([])
    requirement(2)
    expect(
      called(played, 'sendMail')
        .map((call) => call.args[0])
        .sort(),
      'addresses mailed',
    ).toEqual(orders.map((o) => o.email).sort())
    expect(returned(played), 'result of notifyDelay').toEqual({ sent: orders.length, failed: [] })
  },
)

test(
  'no mail waits for another',
  { meta: { id: 'mails-together', group: 'mails', covers: [3] } },
  async ({ subject, random, transcript, evidence }) => {
    const orders = someOrders(random, random.integer(3, 5))
    const played = await play({ subject, random, transcript }, 'notifyDelay', orders, fine)
    evidence(
      'oneAtATime',
      played.rounds.every((open) => open.length === 1),
    )
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
    expect(sortedReport(returned(played)), 'result of notifyDelay').toEqual({ sent: 3, failed: [...full].sort() })
  },
)

test(
  'a line that cannot be picked is reported, and so are the others',
  { meta: { id: 'failed-line-is-reported', group: 'packing', covers: [1, 4] } },
  async ({ subject, random, transcript, requirement }) => {
    const order = anOrder(random, 4)
    const missing = random.pick(order.lines).sku
    const answer = failing('pick', missing, new Error(`no ${missing} left`))
    const played = await play({ subject, random, transcript }, 'packOrder', order, answer, (open) =>
      open.find((call) => call.args[0] === missing),
    )
    requirement(4)
    expect(returned(played), 'result of packOrder').toEqual(
      order.lines.map(({ sku }) =>
        sku === missing ? { sku, ok: false, reason: `no ${sku} left` } : { sku, ok: true, shelf: `shelf of ${sku}` },
      ),
    )
    requirement(1)
    expect(played.stillOpen, openWords('packOrder')).toEqual([])
  },
)

test(
  'a paid order: each step begins when the one before it has ended',
  { meta: { id: 'steps-in-order', group: 'orders', covers: [5, 8] } },
  async ({ subject, random, transcript, evidence, requirement }) => {
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
    requirement(played.calls.some((call) => call.name === 'unlock' && call.besides.length > 0) ? 8 : 5)
    expect(overlaps, 'steps that overlap').toEqual([])
    expect(
      played.calls.map((call) => call.name),
      'steps',
    ).toEqual(['lock', ...order.lines.map(() => 'reserve'), 'charge', 'sendMail', 'unlock'])
    expect(called(played, 'charge')[0]?.args, 'arguments of charge').toEqual([order.id, order.cents])
    expect(returned(played), 'result of placeOrder').toEqual({
      status: 'paid',
      paymentId: `pay-${order.id}`,
      confirmed: true,
    })
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
    expect(returned(played), 'result of placeOrder').toEqual({ status: 'declined' })
    expect(
      called(played, 'sendMail').map((call) => call.text),
      'mails about an order that is not paid',
    ).toEqual([])
  },
)

test(
  'any other error of charge or reserve reaches the caller',
  { meta: { id: 'other-errors-reach-the-caller', group: 'orders', covers: [7] } },
  async ({ subject, random, transcript, evidence }) => {
    const stage = { subject, random, transcript }
    const order = anOrder(random, 2)
    const down = Object.assign(new Error('payment service down'), { code: 'ECONNREFUSED' })
    const charged = await play(stage, 'placeOrder', order, failing('charge', order.id, down))
    evidence('saidDeclined', charged.outcome.ok && JSON.stringify(charged.outcome.value) === '{"status":"declined"}')
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
    expect(returned(played), 'result of placeOrder').toEqual({
      status: 'paid',
      paymentId: `pay-${order.id}`,
      confirmed: false,
    })
  },
)

test(
  'the lock is given back once, as the last step, also when the order fails',
  { meta: { id: 'unlock-once-on-failure', group: 'orders', gate: true, covers: [8] } },
  async ({ subject, random, transcript }) => {
    const order = anOrder(random, 1)
    const sku = order.lines[0]?.sku
    const answers: Answer[] = [
      failing('charge', order.id, declined()),
      failing('charge', order.id, new Error('down')),
      failing('reserve', sku, new Error(`no ${sku} left`)),
      failing('sendMail', order.email, new Error('mailbox full')),
    ]
    for (const answer of answers) {
      const played = await play({ subject, random, transcript }, 'placeOrder', order, answer)
      expect(
        called(played, 'unlock').map((call) => call.text),
        'unlocks after a failure',
      ).toEqual([`unlock(${order.id})`])
      expect(called(played, 'unlock')[0]?.besides, 'calls under way when unlock began').toEqual([])
      expect(played.calls.at(-1)?.name, 'last step after a failure').toBe('unlock')
    }
  },
)

test(
  'a line that cannot be reserved: the lock is kept until the other lines have ended',
  { meta: { id: 'failed-reservation-waits', group: 'orders', covers: [1, 8] } },
  async ({ subject, random, transcript, requirement }) => {
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
    requirement(8)
    expect(
      called(played, 'unlock').flatMap((call) => call.besides),
      'calls under way when unlock began',
    ).toEqual([])
    requirement(1)
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
    const down: Answer = (call) => (call.name === 'charge' ? new Error('down') : fine(call))
    const bad: [name: string, input: Order | Order[], answer: Answer][] = [
      ['notifyDelay', someOrders(random, 3), everyMail],
      ['packOrder', order, everyLine],
      ['placeOrder', order, everyLine],
      ['placeOrder', order, everyMail],
      ['placeOrder', order, down],
      ['placeOrder', order, failing('charge', order.id, declined())],
    ]
    for (const [name, input, answer] of bad) {
      await play(stage, name, input, answer)
      const unheard = (await subject.unhandled()).map((u) => u.error.message)
      expect(unheard, `rejections of ${name} that nobody handled`).toEqual([])
    }
  },
)

test(
  'sixty mails are under way together, some of them to one address, some of them in vain',
  { meta: { id: 'many-mails', group: 'mails', covers: [1, 2, 3] } },
  async ({ subject, random, transcript, requirement }) => {
    const stage = { subject, random, transcript }
    const orders = Array.from({ length: 60 }, (_, i) => ({
      ...anOrder(random, 1),
      email: `c${i === 1 ? 0 : i % 39}@example.com`,
    }))
    let answered = 0
    const everyThird: Answer = () => (answered++ % 3 === 0 ? new Error('mailbox full') : undefined)
    // The first mails are answered first, and the first of all fails.
    const played = await play(stage, 'notifyDelay', orders, everyThird, (open) => open[0])
    requirement(2)
    expect(
      called(played, 'sendMail')
        .map((call) => call.args[0])
        .sort(),
      'addresses mailed',
    ).toEqual(orders.map((o) => o.email).sort())
    requirement(3)
    expect(played.rounds[0]?.length, 'mails under way before the first was answered').toBe(60)
    requirement(2)
    const vain = called(played, 'sendMail').flatMap((call, i) => (i % 3 === 0 ? [call.args[0]] : []))
    expect(sortedReport(returned(played)), 'result of notifyDelay').toEqual({ sent: 40, failed: vain.sort() })
    requirement(1)
    expect([...played.stillOpen, ...played.later], openWords('notifyDelay')).toEqual([])
    requirement(2)
    const all = await play(stage, 'notifyDelay', orders.slice(0, 2), () => new Error('mailbox full'))
    expect(sortedReport(returned(all)), 'result where every mail fails').toEqual({
      sent: 0,
      failed: ['c0@example.com', 'c0@example.com'],
    })
    const none = await play(stage, 'notifyDelay', [], fine)
    expect([returned(none), none.calls], 'result and calls without orders').toEqual([{ sent: 0, failed: [] }, []])
  },
)

test(
  'packs equal lines, failing lines and none, in their order and with their quantities',
  { meta: { id: 'every-line-packed', group: 'packing', covers: [1, 4] } },
  async ({ subject, random, transcript, requirement }) => {
    const stage = { subject, random, transcript }
    const order = anOrder(random, 4)
    const [first, second] = order.lines
    if (!first || !second) throw new Error('The case has no lines.')
    const lines = [...order.lines, { ...first }, { ...second, quantity: 9 }]
    for (const chosen of [(open: Call[]) => open[0], (open: Call[]) => open.at(-1)]) {
      const answer: Answer = (call) => (call.name === 'pick' && call.args[1] === 9 ? new Error('') : fine(call))
      const played = await play(stage, 'packOrder', { ...order, lines }, answer, chosen)
      requirement(4)
      const picks = called(played, 'pick').map((call) => JSON.stringify(call.args))
      expect(picks.sort(), 'sku and quantity of each pick').toEqual(
        lines.map((line) => JSON.stringify([line.sku, line.quantity])).sort(),
      )
      expect(returned(played), 'result of packOrder').toEqual(
        lines.map(({ sku, quantity }) =>
          quantity === 9 ? { sku, ok: false, reason: '' } : { sku, ok: true, shelf: `shelf of ${sku}` },
        ),
      )
      requirement(1)
      expect([...played.stillOpen, ...played.later], openWords('packOrder')).toEqual([])
    }
    requirement(4)
    const noneThere = await play(stage, 'packOrder', order, (call) => new Error(`no ${call.args[0]} left`))
    expect(returned(noneThere), 'result where every line fails').toEqual(
      order.lines.map(({ sku }) => ({ sku, ok: false, reason: `no ${sku} left` })),
    )
    const empty = await play(stage, 'packOrder', { ...order, lines: [] }, fine)
    expect(returned(empty), 'result of an order without lines').toEqual([])
  },
)

test(
  'reserves each line, charges once and mails once, with the arguments of the order',
  { meta: { id: 'each-call-once', group: 'orders', covers: [5] } },
  async ({ subject, random, transcript }) => {
    const order = anOrder(random, 3)
    const [first] = order.lines
    if (!first) throw new Error('The case has no lines.')
    const lines = [...order.lines, { ...first }, { ...first, quantity: 7 }]
    for (const chosen of [(open: Call[]) => open[0], (open: Call[]) => open.at(-1)]) {
      const played = await play({ subject, random, transcript }, 'placeOrder', { ...order, lines }, fine, chosen)
      const args = (name: string): string[] =>
        called(played, name)
          .map((call) => JSON.stringify(call.args))
          .sort()
      expect(args('reserve'), 'arguments of reserve').toEqual(
        lines.map((line) => JSON.stringify([line.sku, line.quantity])).sort(),
      )
      expect(args('lock'), 'arguments of lock').toEqual([JSON.stringify([order.id])])
      expect(args('charge'), 'arguments of charge').toEqual([JSON.stringify([order.id, order.cents])])
      expect(
        called(played, 'sendMail').map((call) => call.args[0]),
        'address of the confirmation',
      ).toEqual([order.email])
      const charge = played.calls.findIndex((call) => call.name === 'charge')
      expect(played.calls[charge]?.besides, 'calls under way when charge began').toEqual([])
      expect(returned(played), 'result of placeOrder').toEqual({
        status: 'paid',
        paymentId: `pay-${order.id}`,
        confirmed: true,
      })
    }
  },
)

test(
  'only charge can decline: the same code from another step, and other codes from charge, are something else',
  { meta: { id: 'which-step-declined', group: 'orders', covers: [5, 6, 7] } },
  async ({ subject, random, transcript, requirement }) => {
    const stage = { subject, random, transcript }
    const order = anOrder(random, 2)
    requirement(7)
    for (const line of order.lines) {
      const refused = Object.assign(new Error('no stock for this card'), { code: 'DECLINED' })
      const played = await play(stage, 'placeOrder', order, failing('reserve', line.sku, refused))
      expect(returned(played), 'outcome when reserve fails with the code DECLINED').toBe(
        '(rejected: no stock for this card)',
      )
      expect(called(played, 'charge').length + called(played, 'sendMail').length, 'charges and mails after it').toBe(0)
    }
    for (const error of [
      new Error('DECLINED'),
      Object.assign(new Error('card'), { code: 'declined' }),
      Object.assign(new Error('card'), { code: 'DECLINED_BY_US' }),
      Object.assign(new Error('card'), { status: 'DECLINED' }),
    ]) {
      const played = await play(stage, 'placeOrder', order, failing('charge', order.id, error))
      expect(returned(played), 'outcome when charge fails with another code').toBe(`(rejected: ${error.message})`)
      expect(called(played, 'charge').length, 'number of charges').toBe(1)
      expect(called(played, 'sendMail').length, 'mails about an order that is not paid').toBe(0)
    }
    requirement(5)
    const mail = Object.assign(new Error('mail'), { code: 'DECLINED' })
    const played = await play(stage, 'placeOrder', order, failing('sendMail', order.email, mail))
    expect(returned(played), 'result when the mail fails with the code DECLINED').toEqual({
      status: 'paid',
      paymentId: `pay-${order.id}`,
      confirmed: false,
    })
    requirement(6)
    const coded = Object.assign(new TypeError('no'), { code: 'DECLINED', reason: 'limit' })
    const no = await play(stage, 'placeOrder', order, failing('charge', order.id, coded))
    expect(returned(no), 'result when any error of charge has the code DECLINED').toEqual({ status: 'declined' })
  },
)

test(
  'an order that fails has ended all it began, and begins nothing more',
  { meta: { id: 'failed-order-is-over', group: 'orders', covers: [1, 7, 8] } },
  async ({ subject, random, transcript, requirement }) => {
    const order = anOrder(random, 3)
    const missing = new Set(order.lines.slice(0, 2).map((line) => line.sku))
    const answers: Answer[] = [
      failing('charge', order.id, declined()),
      failing('charge', order.id, new Error('down')),
      failing('sendMail', order.email, new Error('mailbox full')),
      (call) => (missing.has(String(call.args[0])) ? new Error(`no ${call.args[0]} left`) : fine(call)),
      (call) => (call.name === 'reserve' ? new Error(`no ${call.args[0]} left`) : fine(call)),
    ]
    for (const [i, answer] of answers.entries()) {
      // The newest call is answered first: an unlock that nobody waits for then stays open.
      for (const chosen of [
        (open: Call[]) => open[0],
        (open: Call[]) => open.findLast((call) => call.name !== 'unlock'),
      ]) {
        const played = await play({ subject, random, transcript }, 'placeOrder', order, answer, chosen)
        requirement(1)
        expect([...played.stillOpen, ...played.later], openWords('placeOrder')).toEqual([])
        requirement(8)
        expect(
          called(played, 'unlock').map((call) => call.besides),
          'calls under way at each unlock',
        ).toEqual([[]])
        expect(played.calls.at(-1)?.name, 'last step').toBe('unlock')
        requirement(7)
        if (i >= 3) expect(returned(played), 'outcome when several lines fail').toMatch(/^\(rejected: no \w+ left\)$/)
        if (i >= 3) expect(called(played, 'charge').length, 'charges of an order that could not be reserved').toBe(0)
      }
    }
  },
)
