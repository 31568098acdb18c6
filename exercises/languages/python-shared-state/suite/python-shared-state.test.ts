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
  { meta: { id: 'welcome-kit', group: 'carts', covers: [2, 3] } },
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
  { meta: { id: 'lines-handed-in', group: 'carts', covers: [2, 3] } },
  async ({ subject, random }) => {
    const first = await subject.create('welcomeCart', ['ada'])
    await first.call('add', ['STICKERS', 0, random.integer(2, 40)])
    expect(
      await linesOf(await subject.create('welcomeCart', ['bob'])),
      'a welcome cart after another one got more STICKERS',
    ).toEqual(kit)
  },
)

test(
  'finds an equal product that is another object',
  { meta: { id: 'equal-sku', group: 'equality', covers: [4] } },
  async ({ subject, random }) => {
    const cart = await cartFor(subject, 'dan')
    const sku = `HAT-${random.integer(100, 999)}`
    await cart.call('add', [sku, 200, 1])
    await cart.call('add', ['SCARF', 150, 1])
    await cart.call('add', [sku, 200, 2])
    expect(await linesOf(cart), 'the lines after HAT, SCARF and HAT again').toEqual([
      line(sku, 200, 3),
      line('SCARF', 150),
    ])
    expect(await cart.call('remove', [sku]), 'the result of remove').toBe(1)
    expect(await linesOf(cart), 'the lines after remove').toEqual([line('SCARF', 150)])
    expect(await cart.call('remove', ['GLOVE']), 'the result of remove for what is not there').toBe(0)
  },
)

test(
  'compares prices by their value, also those above 256 cents',
  { meta: { id: 'equal-cents', group: 'equality', covers: [4] } },
  async ({ subject, random }) => {
    const cart = await cartFor(subject, 'eve')
    const cents = random.integer(257, 99_999)
    await cart.call('add', ['LAMP', cents, 1])
    await cart.call('add', ['LAMP', cents + 1, 1])
    await cart.call('add', ['LAMP', cents, 4])
    expect(await linesOf(cart), `the lines after LAMP for ${cents}, ${cents + 1} and ${cents} again`).toEqual([
      line('LAMP', cents, 5),
      line('LAMP', cents + 1),
    ])
    expect(await cart.call('remove', ['LAMP']), 'the result of remove').toBe(2)
  },
)

test(
  'gives each of five codes its own discount',
  { meta: { id: 'five-codes', group: 'prices', covers: [5] } },
  async ({ subject, random }) => {
    const percents = { WELCOME: 5, SPRING: 10, CLUB: 15, STAFF: 30, NONE: 0 }
    const prices = await subject.construct('Prices', [percents])
    const cents = random.integer(1001, 9999)
    for (const [code, percent] of random.shuffle(Object.entries(percents))) {
      expect(await prices.call('price', [code, cents]), `the price of ${cents} with ${code}`).toBe(
        cents - Math.floor((cents * percent) / 100),
      )
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
  async ({ subject, random }) => {
    const makes = ['SalesTally', 'ReturnsTally', 'SalesTally', 'Tally']
    const tallies: Handle[] = []
    for (const name of makes) tallies.push(await subject.construct(name))
    const times = makes.map(() => random.integer(1, 4))
    for (const [i, tally] of tallies.entries())
      for (let n = 0; n < (times[i] ?? 0); n++) await tally.call('note', ['TEA'])
    for (const [i, tally] of tallies.entries()) {
      expect(await tally.get('counts'), `the counts of tally ${i + 1}, a ${makes[i]}`).toEqual({ TEA: times[i] })
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
