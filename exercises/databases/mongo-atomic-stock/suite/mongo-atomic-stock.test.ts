import { expect, patience, test, type Fixtures, type Handle, type Outcome } from '#harness'

interface Item {
  _id: string
  left: number
  sold: number
}

interface Line {
  sku: string
  size: string
  quantity: number
}

interface Cart {
  customer: number
  lines: Line[]
}

type Db = Awaited<ReturnType<Fixtures['mongo']['db']>>

interface Stage extends Pick<Fixtures, 'mongo' | 'random' | 'transcript'> {
  shop: Handle
  db: Db
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The shop on an empty database; what an earlier case has left ends with its process. */
async function open({
  subject,
  ...rest
}: Pick<Fixtures, 'subject' | 'mongo' | 'random' | 'transcript'>): Promise<Stage> {
  if (rest.mongo.wire.connections() > 0) await subject.restart()
  await rest.mongo.reset()
  return { ...rest, shop: await subject.create('openShop'), db: await rest.mongo.db() }
}

async function close({ shop, mongo }: Stage): Promise<void> {
  await shop.call('close')
  for (let tries = 0; tries < 100 && mongo.wire.connections() > 0; tries++) await sleep(5)
}

async function itemWith({ db, random, transcript }: Stage, left: number): Promise<string> {
  const sku = `${random.pick(['MUG', 'TEAPOT', 'TRAY', 'BOWL'])}-${random.integer(100, 999)}`
  const sold = random.integer(1, 30)
  await db.collection<Item>('stock').insertMany([
    { _id: sku, left, sold },
    { _id: `${sku}-OTHER`, left: 50, sold: 0 },
  ])
  transcript('in the shop', `${left} of ${sku} left, ${sold} sold`)
  return sku
}

/** What is left and sold of an item since the case began. */
async function itemOf({ db }: Stage, sku: string): Promise<{ left: number; sold: number }> {
  const item = await db.collection<Item>('stock').findOne({ _id: sku })
  return { left: item?.left ?? NaN, sold: item?.sold ?? NaN }
}

async function cartWith({ db, random, transcript }: Stage, ...lines: Line[]): Promise<number> {
  const customer = random.integer(1000, 9999)
  await db.collection<Cart>('carts').insertMany(
    [
      { customer, lines },
      { customer: customer + 1, lines },
    ].map((cart) => structuredClone(cart)),
  )
  transcript('in the cart', lines.map((line) => `${line.quantity} × ${line.sku} ${line.size}`).join(', '))
  return customer
}

async function linesOf({ db }: Stage, customer: number): Promise<string[]> {
  const cart = await db.collection<Cart>('carts').findOne({ customer })
  return (cart?.lines ?? []).map((line) => `${line.quantity} × ${line.sku} ${line.size}`)
}

const buy = ({ shop }: Stage, sku: string, quantity: number): Promise<Outcome> =>
  shop.attempt('buy', [{ sku, quantity }])
const setQuantity = ({ shop }: Stage, customer: number, line: Line): Promise<Outcome> =>
  shop.attempt('setQuantity', [{ customer, ...line }])

/** The answer, or the error by its name. */
const endOf = (outcome: Outcome): unknown =>
  outcome.ok ? outcome.value : `error ${outcome.error.name}: ${outcome.error.message}`
const nameOf = (outcome: Outcome): unknown => (outcome.ok ? outcome.value : `error ${outcome.error.name}`)

/** Waits for what has to end; a case whose wait is in vain ends, and the others go on. */
async function soon<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>(
    (_, reject) => (timer = setTimeout(() => reject(new Error(`${what} never ended.`)), 1_500 * patience())),
  )
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

test(
  'buying takes what is there, refuses what is not, and knows what the shop does not have',
  { meta: { id: 'answers-for-a-purchase', group: 'stock', covers: [1] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const sku = await itemWith(stage, 5)
    const { sold } = await itemOf(stage, sku)
    expect(nameOf(await buy(stage, sku, 3)), 'buying 3 of 5').toBe(true)
    expect(nameOf(await buy(stage, sku, 3)), 'buying 3 of 2').toBe(false)
    expect(nameOf(await buy(stage, sku, 2)), 'buying 2 of 2').toBe(true)
    expect(await itemOf(stage, sku), 'the item in the end').toEqual({ left: 0, sold: sold + 5 })
    expect(await itemOf(stage, `${sku}-OTHER`), 'another item').toEqual({ left: 50, sold: 0 })
    expect(nameOf(await buy(stage, `${sku}-NEW`, 1)), 'buying what the shop does not have').toBe('error UnknownItem')
    await close(stage)
  },
)

test(
  'the last piece is sold once, also when two customers look at it at the same moment',
  { meta: { id: 'last-piece-once', group: 'stock', gate: true, covers: [2] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const sku = await itemWith(stage, 1)
    const { sold } = await itemOf(stage, sku)
    const held = mongo.wire.hold((command) => ['find', 'aggregate', 'count'].includes(command.name))
    const first = buy(stage, sku, 1)
    if (await held.reached(first))
      transcript('meanwhile', 'the answer to the first customer is on its way, and the second one buys')
    const second = await soon(buy(stage, sku, 1), 'The purchase of the second customer')
    held.release()
    const ends = [endOf(await soon(first, 'The purchase of the first customer')), endOf(second)]
    expect(ends.filter((end) => end === true).length, 'customers who were told that they have the last piece').toBe(1)
    expect(
      ends.filter((end) => end !== true),
      'what the other one was told',
    ).toEqual([false])
    expect(await itemOf(stage, sku), 'the item in the end').toEqual({ left: 0, sold: sold + 1 })
    await close(stage)
  },
)

test(
  'sixty customers at once and ten pieces: ten get one',
  { meta: { id: 'ten-of-sixty', group: 'stock', gate: true, covers: [2] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const sku = await itemWith(stage, 10)
    const { sold } = await itemOf(stage, sku)
    const answers = (await soon(
      stage.shop.call('buyAtOnce', [60, { sku, quantity: 1 }]),
      'Sixty purchases',
    )) as boolean[]
    expect(answers.filter((answer) => answer).length, 'customers who got one').toBe(10)
    expect(await itemOf(stage, sku), 'the item in the end').toEqual({ left: 0, sold: sold + 10 })
    await close(stage)
  },
)

const writes = ['update', 'findAndModify', 'insert']

test(
  'what is left and what is sold change together, also when the connection breaks after a write',
  { meta: { id: 'counters-move-together', group: 'stock', covers: [3] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const sku = await itemWith(stage, 20)
    const before = await itemOf(stage, sku)
    mongo.wire.cut((command) => writes.includes(command.name))
    const outcome = await soon(buy(stage, sku, 4), 'The purchase')
    transcript('meanwhile', 'the connection broke after the first write')
    const { left, sold } = await itemOf(stage, sku)
    const sum = before.left + before.sold
    expect(left + sold, `left and sold together, ${sum} before the purchase (it ended with ${endOf(outcome)})`).toBe(
      sum,
    )
    await stage.shop.call('close')
  },
)

test(
  'the quantity of one line changes, and of no other line',
  { meta: { id: 'only-the-line', group: 'carts', covers: [4] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const [tee, scarf] = random.shuffle(['TEE', 'SCARF', 'SOCKS', 'HAT']) as [string, string]
    const customer = await cartWith(
      stage,
      { sku: tee, size: 'M', quantity: 1 },
      { sku: scarf, size: 'L', quantity: 1 },
      { sku: tee, size: 'L', quantity: 1 },
      { sku: scarf, size: 'M', quantity: 1 },
    )
    expect(
      endOf(await setQuantity(stage, customer, { sku: tee, size: 'L', quantity: 7 })),
      `setting ${tee} L to 7`,
    ).toBe(true)
    expect(
      endOf(await setQuantity(stage, customer, { sku: scarf, size: 'M', quantity: 3 })),
      `setting ${scarf} M to 3`,
    ).toBe(true)
    expect(await linesOf(stage, customer), 'the cart').toEqual([
      `1 × ${tee} M`,
      `1 × ${scarf} L`,
      `7 × ${tee} L`,
      `3 × ${scarf} M`,
    ])
    expect(await linesOf(stage, customer + 1), 'the cart of somebody else').toEqual([
      `1 × ${tee} M`,
      `1 × ${scarf} L`,
      `1 × ${tee} L`,
      `1 × ${scarf} M`,
    ])
    await close(stage)
  },
)

test(
  'item and size have to be on the same line; otherwise there is no such line',
  { meta: { id: 'both-on-one-line', group: 'carts', covers: [4] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const [tee, scarf] = random.shuffle(['TEE', 'SCARF', 'SOCKS', 'HAT']) as [string, string]
    const customer = await cartWith(stage, { sku: tee, size: 'M', quantity: 2 }, { sku: scarf, size: 'S', quantity: 2 })
    expect(
      endOf(await setQuantity(stage, customer, { sku: tee, size: 'S', quantity: 9 })),
      `setting ${tee} S, which is not in the cart`,
    ).toBe(false)
    expect(
      endOf(await setQuantity(stage, customer, { sku: 'GLOVES', size: 'S', quantity: 9 })),
      'setting GLOVES S, which are not in the cart',
    ).toBe(false)
    expect(
      endOf(await setQuantity(stage, customer + 7, { sku: tee, size: 'M', quantity: 9 })),
      'for a customer without a cart',
    ).toBe(false)
    expect(await linesOf(stage, customer), 'the cart').toEqual([`2 × ${tee} M`, `2 × ${scarf} S`])
    await close(stage)
  },
)

test(
  'a line that has the quantity already is found as well',
  { meta: { id: 'same-quantity-is-found', group: 'carts', covers: [4] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const customer = await cartWith(
      stage,
      { sku: 'TEE', size: 'S', quantity: 4 },
      { sku: 'TEE', size: 'M', quantity: 2 },
    )
    expect(
      endOf(await setQuantity(stage, customer, { sku: 'TEE', size: 'M', quantity: 2 })),
      'setting TEE M to 2, which it has',
    ).toBe(true)
    expect(await linesOf(stage, customer), 'the cart').toEqual(['4 × TEE S', '2 × TEE M'])
    await close(stage)
  },
)

const cartsOf = ({ db }: Stage, customer: number): Promise<number> =>
  db.collection<Cart>('carts').countDocuments({ customer })

test(
  'a cart is made once and then found, with its lines',
  { meta: { id: 'cart-is-found-again', group: 'one cart', covers: [5] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const customer = random.integer(1000, 9999)
    expect(endOf(await stage.shop.attempt('cartOf', [customer])), 'the new cart').toEqual({ customer, lines: [] })
    await stage.db
      .collection<Cart>('carts')
      .updateOne({ customer }, { $push: { lines: { sku: 'TEE', size: 'M', quantity: 2 } } })
    const calls = Array.from({ length: 5 }, () => stage.shop.attempt('cartOf', [customer]))
    for (const call of calls)
      expect(endOf(await call), 'the cart, when a line is in it').toEqual({
        customer,
        lines: [{ sku: 'TEE', size: 'M', quantity: 2 }],
      })
    expect(await cartsOf(stage, customer), 'carts of the customer').toBe(1)
    expect(endOf(await stage.shop.attempt('cartOf', [customer + 1])), 'the cart of somebody else').toEqual({
      customer: customer + 1,
      lines: [],
    })
    await close(stage)
  },
)

test(
  'the database refuses a second cart of a customer, whoever inserts it',
  { meta: { id: 'second-cart-refused', group: 'one cart', gate: true, covers: [6] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const customer = random.integer(1000, 9999)
    await stage.shop.attempt('cartOf', [customer])
    const insert = stage.db.collection<Cart>('carts').insertOne({ customer, lines: [] })
    const code = await insert.then(
      () => 'accepted',
      (error: { code?: unknown }) => error.code,
    )
    transcript(
      'another program',
      `inserts a cart for customer ${customer}: ${code === 'accepted' ? 'accepted' : `refused (${code})`}`,
    )
    expect(code, 'a second cart of the customer, inserted by another program').toBe(11000)
    await close(stage)
  },
)

test(
  'two processes make a cart at the same moment: both get it, and nobody an error',
  { meta: { id: 'both-get-the-cart', group: 'one cart', covers: [7] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const customer = random.integer(1000, 9999)
    const theirs: Cart = { customer, lines: [{ sku: 'HAT', size: 'L', quantity: 1 }] }
    // Whoever looks first has seen nothing; whoever writes first is told what mongod tells when two upserts meet.
    const look = mongo.wire.hold((command) => ['find', 'aggregate', 'count'].includes(command.name))
    const write = mongo.wire.hold((command) => writes.includes(command.name), { when: 'before' })
    const call = stage.shop.attempt('cartOf', [customer])
    await Promise.race([look.reached(call), write.reached(call)])
    await stage.db.collection<Cart>('carts').insertOne({ ...theirs })
    transcript('meanwhile', 'another process has made the cart')
    look.release()
    if (await write.reached(call))
      mongo.wire
        .commands()
        .findLast((command) => writes.includes(command.name) && !command.answered)
        ?.refuse(
          11000,
          `E11000 duplicate key error collection: carts index: customer_1 dup key: { customer: ${customer} }`,
        )
    write.release()
    expect(endOf(await soon(call, 'The call of cartOf')), 'what the second process got').toEqual(theirs)
    expect(await cartsOf(stage, customer), 'carts of the customer').toBe(1)
    await close(stage)
  },
)
