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

const cartsOf = ({ db }: Stage, customer: number): Promise<number> =>
  db.collection<Cart>('carts').countDocuments({ customer })

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
  const late = Symbol('late')
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<typeof late>((resolve) => (timer = setTimeout(() => resolve(late), 1_500 * patience())))
  work.catch(() => {})
  const first = await Promise.race([work, limit]).finally(() => clearTimeout(timer))
  if (first === late) expect('it never ended', what).toBe('an end')
  return first as T
}

test(
  'buying takes what is there, refuses what is not, and knows what the shop does not have',
  { meta: { id: 'answers-for-a-purchase', group: 'stock', covers: [1] } },
  async ({ subject, mongo, random, transcript, evidence }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const sku = await itemWith(stage, 5)
    const { sold } = await itemOf(stage, sku)
    expect(nameOf(await buy(stage, sku, 3)), 'buying 3 of 5').toBe(true)
    expect(nameOf(await buy(stage, sku, 3)), 'buying 3 of 2').toBe(false)
    expect(nameOf(await buy(stage, sku, 2)), 'buying 2 of 2').toBe(true)
    expect(await itemOf(stage, sku), 'the item in the end').toEqual({ left: 0, sold: sold + 5 })
    expect(await itemOf(stage, `${sku}-OTHER`), 'another item').toEqual({ left: 50, sold: 0 })
    expect(nameOf(await buy(stage, sku, 1)), 'buying 1 of 0').toBe(false)
    expect(await itemOf(stage, sku), 'the item after it was sold out').toEqual({ left: 0, sold: sold + 5 })
    const items = await stage.db.collection<Item>('stock').countDocuments()
    for (const unknown of [`${sku}-NEW`, sku.toLowerCase(), sku.slice(0, -1), `${sku}-`, '']) {
      const outcome = await buy(stage, unknown, 1)
      evidence('unknown', String(nameOf(outcome)))
      expect(nameOf(outcome), 'buying what the shop does not have').toBe('error UnknownItem')
    }
    expect(await stage.db.collection<Item>('stock').countDocuments(), 'items in the shop').toBe(items)
    await close(stage)
  },
)

/** Commands that read. */
const looks = ['find', 'aggregate', 'count', 'distinct']

test(
  'the last piece is sold once, also when two customers look at it at the same moment',
  { meta: { id: 'last-piece-once', group: 'stock', gate: true, covers: [2] } },
  async ({ subject, mongo, random, transcript, evidence }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const sku = await itemWith(stage, 1)
    const { sold } = await itemOf(stage, sku)
    const held = mongo.wire.hold((command) => looks.includes(command.name))
    const first = buy(stage, sku, 1)
    if (await held.reached(first))
      transcript('meanwhile', 'the answer to the first customer is on its way, and the second one buys')
    const second = await soon(buy(stage, sku, 1), 'the purchase of the second customer')
    held.release()
    const ends = [endOf(await soon(first, 'the purchase of the first customer')), endOf(second)]
    const winners = ends.filter((end) => end === true).length
    evidence('winners', winners > 1 ? 'too many' : 'not more')
    expect(winners, 'customers who were told that they have the last piece').toBe(1)
    expect(
      ends.filter((end) => end !== true),
      'what the other one was told',
    ).toEqual([false])
    expect(await itemOf(stage, sku), 'the item in the end').toEqual({ left: 0, sold: sold + 1 })
    await close(stage)
  },
)

test(
  'two who look at the same moment both get their pieces when there are enough, and one when there are not',
  { meta: { id: 'enough-for-both', group: 'stock', covers: [1, 2] } },
  async ({ subject, mongo, random, transcript, evidence }) => {
    const stage = await open({ subject, mongo, random, transcript })
    for (const [left, mine, theirs, wanted] of [
      [5, 2, 3, true],
      [5, 3, 3, false],
      [9, 1, 1, true],
    ] as const) {
      const sku = await itemWith(stage, left)
      const { sold } = await itemOf(stage, sku)
      const held = mongo.wire.hold((command) => looks.includes(command.name))
      const first = buy(stage, sku, mine)
      if (await held.reached(first))
        transcript('meanwhile', 'the answer to the first customer is on its way, and the second one buys')
      else expect(endOf(await first), 'what the first customer was told').toBe(true)
      const second = endOf(await soon(buy(stage, sku, theirs), 'the purchase of the second customer'))
      held.release()
      const ends = [endOf(await soon(first, 'the purchase of the first customer')), second]
      evidence('told', String(ends[0]))
      const what = `what two customers were told who want ${mine} and ${theirs} of ${left}`
      expect(ends.filter((end) => end === true).length, what).toBe(wanted ? 2 : 1)
      expect(
        ends.filter((end) => end !== true),
        `what the other one was told, of ${mine} and ${theirs} of ${left}`,
      ).toEqual(wanted ? [] : [false])
      const taken = ends[0] === true ? mine + (ends[1] === true ? theirs : 0) : theirs
      expect(await itemOf(stage, sku), 'the item in the end').toEqual({ left: left - taken, sold: sold + taken })
      await stage.mongo.reset()
    }
    await close(stage)
  },
)

test(
  'thirty customers at once and ten pieces: ten get one',
  { meta: { id: 'ten-of-thirty', group: 'stock', gate: true, covers: [2] } },
  async ({ subject, mongo, random, transcript, evidence }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const sku = await itemWith(stage, 10)
    const { sold } = await itemOf(stage, sku)
    const answers = (await soon(
      stage.shop.call('buyAtOnce', [30, { sku, quantity: 1 }]),
      'thirty purchases',
    )) as boolean[]
    const got = answers.filter((answer) => answer).length
    evidence('sold', got > 10 ? 'too many' : 'not more')
    expect(got, 'customers who got one').toBe(10)
    expect(await itemOf(stage, sku), 'the item in the end').toEqual({ left: 0, sold: sold + 10 })
    await close(stage)
  },
)

test(
  'customers who want different numbers get exactly what was there',
  { meta: { id: 'mixed-crowd', group: 'stock', covers: [1, 2, 3] } },
  async ({ subject, mongo, random, transcript, requirement }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const sku = await itemWith(stage, 31)
    const before = await itemOf(stage, sku)
    const wishes = random.shuffle(Array.from({ length: 30 }, (_, i) => 1 + (i % 3)))
    const ends = await soon(Promise.all(wishes.map((quantity) => buy(stage, sku, quantity))), 'thirty purchases')
    const told = ends.map(endOf)
    requirement(1)
    expect(
      told.filter((end) => typeof end !== 'boolean'),
      'answers that are neither true nor false',
    ).toEqual([])
    const sum = wishes.reduce((total, quantity, i) => total + (told[i] === true ? quantity : 0), 0)
    requirement(2)
    const { left, sold } = await itemOf(stage, sku)
    expect({ left, sold }, 'the item in the end').toEqual({ left: 31 - sum, sold: before.sold + sum })
    const refused = wishes.filter((_, i) => told[i] === false)
    expect(refused.filter((quantity) => quantity <= left).length, 'customers who were refused what is left').toBe(0)
    await close(stage)
  },
)

test(
  'a customer who is overtaken time and again gets the pieces that are left',
  { meta: { id: 'overtaken-again', group: 'stock', covers: [2] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const sku = await itemWith(stage, 40)
    const before = await itemOf(stage, sku)
    const call = buy(stage, sku, 5)
    let others = 0
    while (others < 30) {
      const held = mongo.wire.hold((command) => looks.includes(command.name))
      if (!(await held.reached(call))) break
      await stage.db.collection<Item>('stock').updateOne({ _id: sku }, { $inc: { left: -1, sold: 1 } })
      others++
      held.release()
    }
    transcript('meanwhile', `${others} times somebody else has bought one piece after this customer had looked`)
    expect(endOf(await soon(call, 'the purchase')), 'buying 5 while others buy one each, and 10 are left').toBe(true)
    expect(await itemOf(stage, sku), 'the item in the end').toEqual({
      left: before.left - others - 5,
      sold: before.sold + others + 5,
    })
    await close(stage)
  },
)

const writes = ['update', 'findAndModify', 'insert']

test(
  'what is left and what is sold change together, whatever breaks after any command',
  { meta: { id: 'counters-move-together', group: 'stock', covers: [3] } },
  async ({ subject, mongo, random, transcript }) => {
    for (const quantity of [4, 30])
      for (let nth = 1; nth <= 5; nth++) {
        const stage = await open({ subject, mongo, random, transcript })
        const sku = await itemWith(stage, 20)
        const before = await itemOf(stage, sku)
        const cut = mongo.wire.cut((command) => [...writes, ...looks].includes(command.name), { nth })
        await soon(buy(stage, sku, quantity), 'the purchase')
        const met = cut.happened()
        cut.release()
        if (met) transcript('meanwhile', `the connection broke after command ${nth} of the purchase of ${quantity}`)
        const { left, sold } = await itemOf(stage, sku)
        const sum = before.left + before.sold
        expect(left + sold - sum, 'how far left and sold together have moved, when the connection broke').toBe(0)
        await close(stage)
        if (!met) break
      }
  },
)

test(
  'after each command of a purchase the numbers are true: none is below zero, and their sum is the same',
  { meta: { id: 'true-at-every-moment', group: 'stock', covers: [2, 3] } },
  async ({ subject, mongo, random, transcript, requirement }) => {
    const stage = await open({ subject, mongo, random, transcript })
    for (const [quantity, left] of [
      [3, 1],
      [3, 8],
    ] as const) {
      const sku = await itemWith(stage, left)
      const before = await itemOf(stage, sku)
      const call = buy(stage, sku, quantity)
      for (let commands = 0; commands < 6; commands++) {
        const held = mongo.wire.hold((command) => [...writes, ...looks].includes(command.name))
        if (!(await held.reached(call))) break
        const now = await itemOf(stage, sku)
        requirement(2)
        expect(now.left < 0 ? `${now.left}` : 'not below zero', 'pieces left between two commands').toBe(
          'not below zero',
        )
        expect(
          now.left === before.left || now.left === before.left - quantity ? 'none, or all that were wanted' : now.left,
          'pieces that are taken between two commands',
        ).toBe('none, or all that were wanted')
        if (quantity > left)
          expect(now, 'the item with too few pieces, between two commands of the purchase').toEqual(before)
        requirement(3)
        expect(now.left + now.sold, 'left and sold together, between two commands').toBe(before.left + before.sold)
        held.release()
      }
      expect(endOf(await soon(call, 'the purchase')), `buying ${quantity} of ${left}`).toBe(quantity <= left)
      await mongo.reset()
    }
    await close(stage)
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
      'setting the third line',
    ).toBe(true)
    expect(
      endOf(await setQuantity(stage, customer, { sku: scarf, size: 'M', quantity: 3 })),
      'setting the fourth line',
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
      'setting an item and a size that are on two lines',
    ).toBe(false)
    expect(
      endOf(await setQuantity(stage, customer, { sku: 'GLOVES', size: 'S', quantity: 9 })),
      'setting an item that is not in the cart',
    ).toBe(false)
    expect(
      endOf(await setQuantity(stage, customer + 7, { sku: tee, size: 'M', quantity: 9 })),
      'for a customer without a cart',
    ).toBe(false)
    expect(await cartsOf(stage, customer + 7), 'carts of the customer who had none').toBe(0)
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

test(
  'each line of a large cart can be set, and lines that look alike are different lines',
  { meta: { id: 'lines-that-look-alike', group: 'carts', covers: [4] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const lines = ['TEE', 'TEE-LONG', 'tee', 'TE', 'T.E'].flatMap((sku) =>
      ['L', 'XL', 'l', ''].map((size) => ({ sku, size, quantity: 1 })),
    )
    const customer = await cartWith(stage, ...lines)
    for (const [i, line] of random.shuffle([...lines]).entries()) {
      const wanted = { ...line, quantity: i === 3 ? 100_000 : i + 2 }
      expect(endOf(await setQuantity(stage, customer, wanted)), 'setting a line of the cart').toBe(true)
      Object.assign(line, wanted)
      const cart = await stage.db.collection<Cart>('carts').findOne({ customer })
      expect(cart?.lines, 'the lines of the cart').toEqual(lines)
    }
    for (const [sku, size] of [
      ['TEE', 'X'],
      ['T', 'L'],
      ['TEE-', 'L'],
      ['tee', 'xl'],
      ['SCARF', 'L'],
    ] as const)
      expect(
        endOf(await setQuantity(stage, customer, { sku, size, quantity: 9 })),
        'setting a line that is not there',
      ).toBe(false)
    await close(stage)
  },
)

test(
  'other lines that another request changes, adds or takes out meanwhile stay as that one left them',
  { meta: { id: 'lines-change-meanwhile', group: 'carts', covers: [4] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const carts = stage.db.collection<Cart>('carts')
    const line = (sku: string, quantity: number): Line => ({ sku, size: 'M', quantity })
    for (const [what, change, wanted] of [
      [
        'changed another line',
        (customer: number) => carts.updateOne({ customer, 'lines.sku': 'HAT' }, { $set: { 'lines.$.quantity': 5 } }),
        ['5 × HAT M', '1 × SOCKS M', '9 × TEE M'],
      ],
      [
        'put a new line before the others',
        (customer: number) =>
          carts.updateOne({ customer }, { $push: { lines: { $each: [line('BELT', 2)], $position: 0 } } }),
        ['2 × BELT M', '1 × HAT M', '1 × SOCKS M', '9 × TEE M'],
      ],
      [
        'took out the first line',
        (customer: number) => carts.updateOne({ customer }, { $pull: { lines: { sku: 'HAT' } } }),
        ['1 × SOCKS M', '9 × TEE M'],
      ],
    ] as const) {
      for (let nth = 1; nth <= 4; nth++) {
        const customer = await cartWith(stage, line('HAT', 1), line('SOCKS', 1), line('TEE', 1))
        const held = mongo.wire.hold((command) => [...writes, ...looks].includes(command.name), { nth })
        const call = setQuantity(stage, customer, line('TEE', 9))
        const met = await held.reached(call)
        await change(customer)
        if (met) transcript('meanwhile', `another request ${what}`)
        held.release()
        expect(endOf(await soon(call, 'the change of a line')), `the answer, when another request ${what}`).toBe(true)
        expect(await linesOf(stage, customer), `the cart, when another request ${what}`).toEqual(wanted)
        await mongo.reset()
        if (!met) break
      }
    }
    await close(stage)
  },
)

test(
  'a cart is made once and then found, with its lines',
  { meta: { id: 'cart-is-found-again', group: 'one cart', covers: [5] } },
  async ({ subject, mongo, random, transcript, evidence }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const customer = random.integer(1000, 9999)
    expect(endOf(await stage.shop.attempt('cartOf', [customer])), 'the new cart').toEqual({ customer, lines: [] })
    const stored = await stage.db.collection<Cart>('carts').findOne({ customer }, { projection: { _id: 0 } })
    expect(stored, 'the new cart in the database').toEqual({ customer, lines: [] })
    await stage.db
      .collection<Cart>('carts')
      .updateOne({ customer }, { $push: { lines: { sku: 'TEE', size: 'M', quantity: 2 } } })
    const calls = Array.from({ length: 5 }, () => stage.shop.attempt('cartOf', [customer]))
    const carts = (await Promise.all(calls)).map(endOf) as Partial<Cart>[]
    evidence('lines', carts.some((cart) => cart.lines?.length === 0) ? 'none' : 'some')
    for (const cart of carts)
      expect(cart, 'the cart, when a line is in it').toEqual({
        customer,
        lines: [{ sku: 'TEE', size: 'M', quantity: 2 }],
      })
    expect(await cartsOf(stage, customer), 'carts of the customer').toBe(1)
    expect(endOf(await stage.shop.attempt('cartOf', [customer + 1])), 'the cart of somebody else').toEqual({
      customer: customer + 1,
      lines: [],
    })
    expect(endOf(await stage.shop.attempt('cartOf', [0])), 'the cart of customer 0').toEqual({ customer: 0, lines: [] })
    const full = [...'SML'].map((size) => ({ sku: 'SOCKS', size, quantity: 3 }))
    await stage.db.collection<Cart>('carts').updateOne({ customer }, { $set: { lines: full } })
    expect(endOf(await stage.shop.attempt('cartOf', [customer])), 'the cart, after it was changed').toEqual({
      customer,
      lines: full,
    })
    await close(stage)
  },
)

/** What an insert or an update by another program ends with. */
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'accepted',
    (error: { code?: unknown }) => error.code,
  )

test(
  'the database refuses a second cart of a customer, whoever inserts it',
  { meta: { id: 'second-cart-refused', group: 'one cart', gate: true, covers: [6] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const carts = stage.db.collection<Cart>('carts')
    const customer = random.integer(1000, 9999)
    const hat = { sku: 'HAT', size: 'L', quantity: 1 }
    await stage.shop.attempt('cartOf', [customer])
    const code = await codeOf(carts.insertOne({ customer, lines: [] }))
    transcript(
      'another program',
      `inserts a cart for customer ${customer}: ${code === 'accepted' ? 'accepted' : `refused (${code})`}`,
    )
    expect(code, 'a second cart of the customer, inserted by another program').toBe(11000)
    const full = await codeOf(carts.insertOne({ customer, lines: [hat] }))
    expect(full, 'a second cart of the customer that has a line').toBe(11000)
    expect(await codeOf(carts.insertOne({ customer: customer + 1, lines: [] })), 'a cart of another customer').toBe(
      'accepted',
    )
    expect(
      await codeOf(carts.insertOne({ customer: customer + 1, lines: [hat] })),
      'a second cart of a customer whose first one another program has inserted, too',
    ).toBe(11000)
    expect(
      await codeOf(carts.updateOne({ customer: customer + 1 }, { $set: { customer } })),
      'a cart that is given to a customer who has one',
    ).toBe(11000)
    await close(stage)
  },
)

test(
  'the next process can start as well, and neither removes anything nor starts before the database is prepared',
  { meta: { id: 'next-process', group: 'one cart', covers: [6] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const carts = stage.db.collection<Cart>('carts')
    const customer = await cartWith(stage, { sku: 'TEE', size: 'M', quantity: 2 })
    const sku = await itemWith(stage, 3)
    const again = await subject.create('openShop')
    transcript('then', 'the next process has started')
    expect(await linesOf(stage, customer), 'the cart, after the next process has started').toEqual(['2 × TEE M'])
    expect((await itemOf(stage, sku)).left, 'pieces left, after the next process has started').toBe(3)
    const code = await codeOf(carts.insertOne({ customer, lines: [] }))
    expect(code, 'a second cart, after the next process has started').toBe(11000)
    await again.call('close')
    for (let nth = 1; nth <= 4; nth++) {
      const step = mongo.wire.hold(() => true, { nth })
      const further = subject.create('openShop')
      const met = await step.reached(further)
      const between = await codeOf(carts.insertOne({ customer, lines: [] }))
      step.release()
      await (await further).call('close')
      expect(between, 'a second cart, while a further process starts').toBe(11000)
      if (!met) break
    }
    await mongo.reset()
    const held = mongo.wire.hold((command) => command.name === 'createIndexes', { when: 'before' })
    let ready = false
    const opening = subject.create('openShop').finally(() => (ready = true))
    if (await held.reached(opening)) {
      // Answers of a process come in order: one that did not wait has said so before this one.
      await stage.shop.attempt('buy', [{ sku: 'NOTHING', quantity: 1 }])
      const early = ready
      held.release()
      await (await opening).call('close')
      expect(early ? 'ready' : 'not ready', 'the process, before the database has made the index').toBe('not ready')
    } else await (await opening).call('close')
    await close(stage)
  },
)

test(
  'two processes make a cart at the same moment: both get it, and nobody an error',
  { meta: { id: 'both-get-the-cart', group: 'one cart', covers: [7] } },
  async ({ subject, mongo, random, transcript, evidence }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const customer = random.integer(1000, 9999)
    const theirs: Cart = { customer, lines: [{ sku: 'HAT', size: 'L', quantity: 1 }] }
    // Whoever looks first has seen nothing; whoever writes first is told what mongod tells when two upserts meet.
    const look = mongo.wire.hold((command) => looks.includes(command.name))
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
    const end = endOf(await soon(call, 'the call of cartOf'))
    evidence('second', String(end).includes('11000') ? '11000' : 'other')
    expect(end, 'what the second process got').toEqual(theirs)
    expect(await cartsOf(stage, customer), 'carts of the customer').toBe(1)
    await close(stage)
  },
)

test(
  'many requests of one customer in two processes get one cart, and nobody an error',
  { meta: { id: 'one-cart-for-a-crowd', group: 'one cart', covers: [5, 7] } },
  async ({ subject, mongo, random, transcript }) => {
    const stage = await open({ subject, mongo, random, transcript })
    const other = await subject.peer().create('openShop')
    for (let round = 1; round <= 5; round++) {
      const customer = random.integer(1000, 9999) + 10_000 * round
      const shops = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? stage.shop : other))
      const calls = await soon(Promise.all(shops.map((shop) => shop.attempt('cartOf', [customer]))), 'twelve requests')
      expect(calls.map(endOf), 'what twelve requests of a new customer got').toEqual(
        Array.from({ length: 12 }, () => ({ customer, lines: [] })),
      )
      expect(await cartsOf(stage, customer), 'carts of the customer').toBe(1)
    }
    await other.call('close')
    await close(stage)
  },
)

test(
  'a cart that another process makes in the middle of a call is left as that one made it',
  { meta: { id: 'cart-comes-meanwhile', group: 'one cart', covers: [5, 7] } },
  async ({ subject, mongo, random, transcript, requirement }) => {
    const stage = await open({ subject, mongo, random, transcript })
    for (const when of ['after', 'before'] as const)
      for (let nth = 1; nth <= 4; nth++) {
        const customer = random.integer(1000, 9999) + 10_000 * nth + (when === 'after' ? 0 : 100_000)
        const theirs: Cart = { customer, lines: [{ sku: 'HAT', size: 'L', quantity: 1 }] }
        const carts = stage.db.collection<Cart>('carts')
        const held = mongo.wire.hold((command) => [...writes, ...looks].includes(command.name), { when, nth })
        const call = stage.shop.attempt('cartOf', [customer])
        if (!(await held.reached(call))) break
        // Where this call has made the cart already, the other process finds that one and fills it.
        await carts.updateOne({ customer }, { $set: { lines: theirs.lines } }, { upsert: true })
        transcript('meanwhile', 'another process has made the cart, and put something into it')
        held.release()
        const end = await soon(call, 'the call of cartOf')
        requirement(7)
        expect(end.ok ? 'a cart' : endOf(end), 'what a caller got, when the cart came meanwhile').toBe('a cart')
        requirement(5)
        const stored = await carts.find({ customer }, { projection: { _id: 0 } }).toArray()
        expect(stored, 'the carts of the customer, when the cart came meanwhile').toEqual([theirs])
      }
    await close(stage)
  },
)
