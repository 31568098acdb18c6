import { expect, test, type Fixtures, type Handle } from '#harness'

interface Line {
  sku: string
  cents: number
  quantity: number
}

const line = (sku: string, cents: number, quantity = 1): Line => ({ sku, cents, quantity })
const kit = [line('STICKERS', 0, 3), line('VOUCHER-5', 0)]

type Subject = Fixtures['subject']
const linesOf = (cart: Handle): Promise<unknown> => cart.get('lines')
const cartFor = (subject: Subject, customer: string): Promise<Handle> => subject.construct('Cart', [customer])

test(
  'keeps the carts of two customers apart',
  { meta: { id: 'two-carts', group: 'carts', gate: true, covers: [1] } },
  async ({ subject, random }) => {
    const [ada, bob] = [await cartFor(subject, 'ada'), await cartFor(subject, 'bob')]
    const cents = random.integer(300, 900)
    await ada.call('add', ['TEA', cents, 2])
    expect(await linesOf(bob), "bob's lines after ada.add").toEqual([])
    expect(await linesOf(ada), "ada's lines").toEqual([line('TEA', cents, 2)])
    expect(await linesOf(await cartFor(subject, 'cy')), 'the lines of a new cart').toEqual([])
  },
)

test(
  'gives every new customer the whole welcome kit, whatever the others did with theirs',
  { meta: { id: 'welcome-kit', group: 'carts', covers: [3] } },
  async ({ subject }) => {
    const first = await subject.create('welcomeCart', ['ada'])
    expect(await linesOf(first), 'the first welcome cart').toEqual(kit)
    await first.call('add', ['MUG', 1200, 1])
    const second = await subject.create('welcomeCart', ['bob'])
    expect(await linesOf(second), 'a second welcome cart, after the first got a MUG').toEqual(kit)
    await second.call('remove', ['STICKERS'])
    expect(
      await linesOf(await subject.create('welcomeCart', ['cy'])),
      'a third, after the second lost its STICKERS',
    ).toEqual(kit)
  },
)

test(
  'does not change a line that was handed in',
  { meta: { id: 'lines-handed-in', group: 'carts', covers: [3] } },
  async ({ subject, random, evidence }) => {
    const first = await subject.create('welcomeCart', ['ada'])
    await first.call('add', ['STICKERS', 0, random.integer(2, 40)])
    const lines = (await linesOf(await subject.create('welcomeCart', ['bob']))) as Line[]
    evidence(
      'kitGrew',
      lines.some((each) => each.sku === 'STICKERS' && each.quantity > 3),
    )
    expect(lines, 'a welcome cart after another one got more STICKERS').toEqual(kit)
  },
)

test(
  'finds an equal product that is another object',
  { meta: { id: 'equal-sku', group: 'equality', covers: [4] } },
  async ({ subject, random, evidence }) => {
    const cart = await cartFor(subject, 'dan')
    const sku = `HAT-${random.integer(100, 999)}`
    await cart.call('add', [sku, 200, 1])
    await cart.call('add', ['SCARF', 150, 1])
    await cart.call('add', [sku, 200, 2])
    const lines = (await linesOf(cart)) as Line[]
    evidence('linesSplit', lines.length > 2)
    expect(lines, 'the lines after HAT, SCARF and HAT again').toEqual([line(sku, 200, 3), line('SCARF', 150)])
    const gone = await cart.call('remove', [sku])
    evidence('notFound', gone === 0)
    expect(gone, 'the result of remove').toBe(1)
    expect(await linesOf(cart), 'the lines after remove').toEqual([line('SCARF', 150)])
    expect(await cart.call('remove', ['GLOVE']), 'the result of remove for what is not there').toBe(0)
  },
)

test(
  'compares prices by their value, also those above 256 cents',
  { meta: { id: 'equal-cents', group: 'equality', covers: [4] } },
  async ({ subject, random, evidence }) => {
    const cart = await cartFor(subject, 'eve')
    const cents = random.integer(257, 99_999)
    await cart.call('add', ['LAMP', cents, 1])
    await cart.call('add', ['LAMP', cents + 1, 1])
    await cart.call('add', ['LAMP', cents, 4])
    const lines = (await linesOf(cart)) as Line[]
    evidence('linesSplit', lines.length > 2)
    expect(lines, 'the lines after LAMP at one price, at another, and at the first again').toEqual([
      line('LAMP', cents, 5),
      line('LAMP', cents + 1),
    ])
    expect(await cart.call('remove', ['LAMP']), 'the result of remove').toBe(2)
  },
)

test(
  'gives each of five codes its own discount',
  { meta: { id: 'five-codes', group: 'prices', covers: [5] } },
  async ({ subject, random, evidence }) => {
    const percents = { WELCOME: 5, NONE: 0, SPRING: 10, CLUB: 15, STAFF: 30 }
    const prices = await subject.construct('Prices', [percents])
    const cents = random.integer(1001, 9999)
    for (const [code, percent] of random.shuffle(Object.entries(percents))) {
      const price = await prices.call('price', [code, cents])
      evidence('likeTheLast', percent !== 30 && price === cents - Math.floor((cents * 30) / 100))
      expect(price, 'the price with a code').toBe(cents - Math.floor((cents * percent) / 100))
    }
  },
)

test(
  'keeps the codes of two price lists apart',
  { meta: { id: 'two-price-lists', group: 'prices', covers: [5] } },
  async ({ subject }) => {
    const shop = await subject.construct('Prices', [{ SUMMER: 20 }])
    const outlet = await subject.construct('Prices', [{ SUMMER: 60, LAST: 80 }])
    expect(await shop.call('price', ['SUMMER', 1000]), 'SUMMER in the shop, after the outlet got another one').toBe(800)
    expect(await shop.call('price', ['LAST', 1000]), 'LAST, which only the outlet has, in the shop').toBe(1000)
    expect(await outlet.call('price', ['SUMMER', 1000]), 'SUMMER in the outlet').toBe(400)
  },
)

test(
  'counts for each tally alone: of one class, of two, and of their parent',
  { meta: { id: 'own-counts', group: 'tallies', covers: [6] } },
  async ({ subject, random, evidence }) => {
    const makes = ['SalesTally', 'ReturnsTally', 'SalesTally', 'Tally', 'ReturnsTally', 'Tally']
    const tallies: Handle[] = []
    for (const name of makes) tallies.push(await subject.construct(name))
    const times = makes.map(() => random.integer(1, 4))
    for (const [i, tally] of tallies.entries())
      for (let n = 0; n < (times[i] ?? 0); n++) await tally.call('note', ['TEA'])
    for (const [i, tally] of tallies.entries()) {
      const counts = (await tally.get('counts')) as Record<string, number> | null
      evidence('countsOfMore', (counts?.['TEA'] ?? 0) > (times[i] ?? 0))
      expect(counts, 'the counts of a tally').toEqual({ TEA: times[i] })
    }
  },
)

const order = {
  customer: 'ada',
  lines: [
    { sku: 'TEA', quantity: 1, options: ['gift wrap'] },
    { sku: 'MUG', quantity: 2, options: [] },
  ],
}

/** The order with one thing done to it, as the book should show it. */
function changed(change: (copy: typeof order) => void): typeof order {
  const copy = structuredClone(order)
  change(copy)
  return copy
}

test(
  'leaves the original alone when a copied order changes, down to the lists inside',
  { meta: { id: 'copy-changes', group: 'copies', covers: [7] } },
  async ({ subject, random }) => {
    const book = await subject.construct('OrderBook')
    const quantity = random.integer(3, 99)
    await book.call('place', ['A-1', order])
    await book.call('duplicate', ['A-1', 'A-2'])
    await book.call('change', ['A-2', 'customer', 'bob'])
    await book.call('changeLine', ['A-2', 1, 'quantity', quantity])
    expect(await book.call('order', ['A-1']), 'the original after change and change_line of the copy').toEqual(order)
    await book.call('addOption', ['A-2', 0, 'express'])
    expect(await book.call('order', ['A-1']), 'the original after add_option of the copy').toEqual(order)
    expect(await book.call('order', ['A-2']), 'the copy').toEqual(
      changed((copy) => {
        copy.customer = 'bob'
        copy.lines[1] = { sku: 'MUG', quantity, options: [] }
        copy.lines[0]?.options.push('express')
      }),
    )
  },
)

test(
  'leaves the copy alone when the original changes',
  { meta: { id: 'original-changes', group: 'copies', covers: [7] } },
  async ({ subject }) => {
    const book = await subject.construct('OrderBook')
    await book.call('place', ['B-1', order])
    await book.call('duplicate', ['B-1', 'B-2'])
    await book.call('changeLine', ['B-1', 0, 'quantity', 40])
    await book.call('addOption', ['B-1', 1, 'blue'])
    expect(await book.call('order', ['B-2']), 'the copy after change_line and add_option of the original').toEqual(
      order,
    )
  },
)

let lists = 0

/** A list of wishes, kept by the shop; carts are made from it. */
async function wishListOf(subject: Subject, lines: Line[]): Promise<string> {
  lists += 1
  const name = `list-${lists}`
  await subject.call('wish', [name, lines])
  return name
}

test(
  'takes the lines of a given list and leaves the list to its owner',
  { meta: { id: 'given-list', group: 'carts', covers: [2] } },
  async ({ subject, random }) => {
    const wanted = [line('TEA', random.integer(300, 900), 2), line('MUG', 1200), line('TEA', 100)]
    const name = await wishListOf(subject, wanted)
    const given = (): Promise<unknown> => subject.call('wishes', [name])
    const cart = await subject.create('cartOfWishes', ['ada', name])
    expect(await linesOf(cart), 'the cart made from a list').toEqual(wanted)
    await cart.call('add', ['HAT', 700, 1])
    expect(await given(), 'the given list, after a new line').toEqual(wanted)
    await cart.call('add', ['MUG', 1200, random.integer(2, 9)])
    expect(await given(), 'the given list, after more of a line').toEqual(wanted)
    await cart.call('remove', ['TEA'])
    expect(await given(), 'the given list, after remove').toEqual(wanted)

    const other = await subject.create('cartOfWishes', ['bob', name])
    expect(await linesOf(other), 'a second cart of the same list').toEqual(wanted)
    await subject.call('wish', [name, [line('LAMP', 2400)]])
    expect(await linesOf(other), 'the cart, after its list grew').toEqual(wanted)
    await subject.call('forget', [name])
    await subject.call('forget', [name])
    expect(await linesOf(other), 'the cart, after its list got shorter').toEqual(wanted)
    expect(await given(), 'the given list, at the end').toEqual(wanted.slice(0, 2))
  },
)

test(
  'begins with an empty list that was given, and leaves it empty',
  { meta: { id: 'empty-list', group: 'carts', covers: [1, 2] } },
  async ({ subject, requirement }) => {
    const name = await wishListOf(subject, [])
    const carts = [
      await subject.create('cartOfWishes', ['ada', name]),
      await subject.create('cartOfWishes', ['bob', name]),
    ]
    await carts[0]?.call('add', ['TEA', 450, 1])
    requirement(2)
    expect(await subject.call('wishes', [name]), 'the empty list that was given').toEqual([])
    requirement(1)
    for (const cart of [...carts.slice(1), await cartFor(subject, 'cy')])
      expect(await linesOf(cart), 'the lines of another cart').toEqual([])
    requirement(2)
    await subject.call('wish', [name, [line('MUG', 1200)]])
    for (const cart of carts.slice(1))
      expect(await linesOf(cart), 'the cart, after its empty list got a line').toEqual([])
  },
)

test(
  'keeps many carts apart, whatever is done to each of them',
  { meta: { id: 'many-carts', group: 'carts', covers: [1, 3] } },
  async ({ subject, random, requirement }) => {
    const wanted = [line('TEA', 450, 2), line('MUG', 1200)]
    const name = await wishListOf(subject, wanted)
    const carts: { cart: Handle; lines: Line[]; number: number }[] = []
    const make = async (i: number): Promise<void> => {
      if (i % 3 === 0) carts.push({ cart: await cartFor(subject, 'ada'), lines: [], number: 1 })
      if (i % 3 === 1)
        carts.push({ cart: await subject.create('welcomeCart', ['ada']), lines: structuredClone(kit), number: 3 })
      if (i % 3 === 2)
        carts.push({
          cart: await subject.create('cartOfWishes', ['ada', name]),
          lines: structuredClone(wanted),
          number: 1,
        })
    }
    for (let i = 0; i < 9; i++) {
      await make(i)
      const chosen = random.pick(carts)
      const [sku, cents] = random.pick([['TEA', 450] as const, ['STICKERS', 0] as const, ['MUG', 1200] as const])
      if (random.integer(0, 3) === 0) {
        await chosen.cart.call('remove', [sku])
        chosen.lines = chosen.lines.filter((each) => each.sku !== sku)
      } else {
        const quantity = random.integer(1, 5)
        await chosen.cart.call('add', [sku, cents, quantity])
        const known = chosen.lines.find((each) => each.sku === sku && each.cents === cents)
        if (known) known.quantity += quantity
        else chosen.lines.push(line(sku, cents, quantity))
      }
      for (const { cart, lines, number } of carts) {
        requirement(number)
        expect(await linesOf(cart), 'the lines of every cart, after each step').toEqual(lines)
      }
    }
  },
)

test(
  'looks at sku and cents, both whole, wherever the line stands',
  { meta: { id: 'which-line', group: 'equality', covers: [4] } },
  async ({ subject, random }) => {
    const cart = await cartFor(subject, 'flo')
    let lines: Line[] = []
    const skus = ['HAT', 'HAT-1', 'hat', ' HAT', 'H', '', 'M\u00dcTZE', `X-${random.integer(100, 999)}`]
    const all = skus.flatMap((sku) => [0, 1, 256, 257, 100_000, 9_000_000_000].map((cents) => ({ sku, cents })))
    for (const { sku, cents } of [...all, ...random.shuffle(all), ...random.shuffle(all)]) {
      const quantity = random.integer(1, 300)
      await cart.call('add', [sku, cents, quantity])
      const known = lines.find((each) => each.sku === sku && each.cents === cents)
      if (known) known.quantity += quantity
      else lines.push(line(sku, cents, quantity))
    }
    expect(await linesOf(cart), 'the lines after many adds').toEqual(lines)
    for (const sku of ['HAT', 'cap', '', 'HAT', 'HAT-1', 'M\u00dcTZE']) {
      const left = lines.filter((each) => each.sku !== sku)
      expect(await cart.call('remove', [sku]), 'the number of removed lines').toBe(lines.length - left.length)
      lines = left
      expect(await linesOf(cart), 'the lines after each remove').toEqual(lines)
    }
    await cart.call('add', ['HAT', 257, 7])
    await cart.call('add', ['NEW', 257])
    lines.push(line('HAT', 257, 7), line('NEW', 257))
    expect(await linesOf(cart), 'the lines after a removed one came back').toEqual(lines)
    await cart.call('add', ['HAT', 257])
    const last = lines.map((each) => (each.sku === 'HAT' ? line('HAT', 257, 8) : each))
    expect(await linesOf(cart), 'the lines after an add without quantity').toEqual(last)
  },
)

/** A whole number as it comes out of the child. */
const whole = (value: bigint): number | bigint => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value)

test(
  'works the discount out as the brief does, for each percentage and for small and large sums',
  { meta: { id: 'exact-discount', group: 'prices', covers: [5] } },
  async ({ subject }) => {
    const percents = Object.fromEntries(
      [0, 1, 3, 7, 15, 33, 50, 66, 99, 100].map((percent) => [`P${percent}`, percent]),
    )
    const prices = await subject.construct('Prices', [percents])
    const none = await subject.construct('Prices', [{}])
    for (let round = 0; round < 2; round++) {
      for (const cents of [
        0,
        1,
        2,
        49,
        50,
        99,
        101,
        333,
        1999,
        9_007_199_254_740_991,
        123_456_789_012_345_678n,
        10n ** 40n + 33n,
      ]) {
        for (const [code, percent] of Object.entries(percents)) {
          const price = BigInt(cents) - (BigInt(cents) * BigInt(percent)) / 100n
          expect(await prices.call('price', [code, cents]), 'the exact price').toBe(whole(price))
        }
        for (const code of ['P', 'P2', 'p1', 'P1 ', '', 'price'])
          expect(await prices.call('price', [code, cents]), 'the price with an unknown code').toBe(whole(BigInt(cents)))
        expect(await none.call('price', ['P50', cents]), 'the price where no code is known').toBe(whole(BigInt(cents)))
      }
    }
  },
)

test(
  'keeps several price lists apart, whichever was made first and asked last',
  { meta: { id: 'many-price-lists', group: 'prices', covers: [5] } },
  async ({ subject, random }) => {
    const lists = [{ A: 10, B: 20 }, { A: 30 }, {}, { B: 50, A: 0 }, { C: 100 }] as Record<string, number>[]
    const made: { prices: Handle; percents: Record<string, number> }[] = []
    for (const percents of lists) {
      made.push({ prices: await subject.construct('Prices', [percents]), percents })
      for (const { prices, percents: own } of random.shuffle(made)) {
        for (const code of ['A', 'B', 'C'])
          expect(await prices.call('price', [code, 1000]), 'the price of each list').toBe(1000 - (own[code] ?? 0) * 10)
      }
    }
  },
)

test(
  'counts each key alone, from nothing, in tallies that are made in between',
  { meta: { id: 'keys-and-new-tallies', group: 'tallies', covers: [6] } },
  async ({ subject, random }) => {
    const tallies: { tally: Handle; counts: Record<string, number> }[] = []
    for (const name of ['Tally', 'SalesTally', 'SalesTally', 'ReturnsTally', 'Tally', 'ReturnsTally']) {
      const tally = await subject.construct(name)
      expect(await tally.get('counts'), 'the counts of a new tally').toEqual({})
      tallies.push({ tally, counts: {} })
      for (let i = 0; i < 6; i++) {
        const { tally: one, counts } = random.pick(tallies)
        const key = random.pick(['TEA', 'tea', 'TEA ', '', `X-${random.integer(1, 3)}`])
        await one.call('note', [key])
        counts[key] = (counts[key] ?? 0) + 1
      }
      for (const each of tallies)
        expect(await each.tally.get('counts'), 'the counts of every tally, after each step').toEqual(each.counts)
    }
  },
)

test(
  'keeps copies of copies apart, whichever is changed and however deep',
  { meta: { id: 'copies-of-copies', group: 'copies', covers: [7] } },
  async ({ subject, random }) => {
    const book = await subject.construct('OrderBook')
    const other = await subject.construct('OrderBook')
    const numbers = ['C-1', 'C-2', 'C-3', 'C-4']
    await book.call('place', ['C-1', order])
    await other.call('place', ['C-1', order])
    await book.call('duplicate', ['C-1', 'C-2'])
    await book.call('duplicate', ['C-2', 'C-3'])
    await book.call('duplicate', ['C-1', 'C-4'])
    const orders = new Map(numbers.map((number) => [number, structuredClone(order)]))
    const changes: ((number: string, copy: typeof order) => Promise<unknown>)[] = [
      (number, copy) => book.call('change', [number, 'customer', (copy.customer = `c-${random.integer(1, 99)}`)]),
      (number, copy) => {
        const lines = [{ sku: 'HAT', quantity: 1, options: ['red'] }, ...structuredClone(copy.lines)]
        copy.lines = structuredClone(lines)
        return book.call('change', [number, 'lines', lines])
      },
      (number, copy) => {
        const quantity = random.integer(3, 99)
        copy.lines[1] = { sku: 'MUG', options: [], ...copy.lines[1], quantity }
        return book.call('changeLine', [number, 1, 'quantity', quantity])
      },
      (number, copy) => {
        copy.lines[0] = { sku: 'TEA', quantity: 1, ...copy.lines[0], options: ['blue', 'soft'] }
        return book.call('changeLine', [number, 0, 'options', ['blue', 'soft']])
      },
      (number, copy) => {
        copy.lines[1]?.options.push('express')
        return book.call('addOption', [number, 1, 'express'])
      },
    ]
    for (const number of random.shuffle(numbers)) {
      for (const change of changes) {
        const copy = orders.get(number)
        if (!copy) throw new Error('The case has lost an order.')
        await change(number, copy)
        const shown = new Map<string, unknown>()
        for (const each of numbers) shown.set(each, await book.call('order', [each]))
        expect(Object.fromEntries(shown), 'every order, after one was changed').toEqual(Object.fromEntries(orders))
      }
    }
    await book.call('duplicate', ['C-1', 'C-5'])
    expect(await book.call('order', ['C-5']), 'a copy of a changed order').toEqual(orders.get('C-1'))
    expect(await other.call('order', ['C-1']), 'the same number in another book').toEqual(order)
  },
)
