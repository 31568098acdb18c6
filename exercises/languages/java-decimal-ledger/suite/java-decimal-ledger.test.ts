import { expect, test, type Fixtures, type Handle } from '#harness'
import { agrees, array, constantFrom, integer, oneof, record, tuple, type Arbitrary } from '#harness/model'

type Subject = Fixtures['subject']

/** A ledger with these entries in euros. */
async function ledgerOf(subject: Subject, ...amounts: string[]): Promise<Handle> {
  const ledger = await subject.construct('Ledger')
  for (const amount of amounts) await ledger.call('post', ['EUR', amount])
  return ledger
}

const ask = (ledger: Handle, method: string, ...args: unknown[]): Promise<unknown> =>
  ledger.call(method, ['EUR', ...args])

/** The module runs on a machine set to German. What writes a comma there fails one case, not each that reads a sum. */
const withPoint = (answer: unknown): unknown =>
  typeof answer === 'string' && /^-?\d+,\d+$/.test(answer) ? answer.replace(',', '.') : answer

/** Asks for a figure of each list of entries. */
async function expectFigures(
  subject: Subject,
  method: Figure,
  words: string,
  asked: [entries: string[], expected: string][],
): Promise<void> {
  for (const [entries, expected] of asked) {
    expect(withPoint(await ask(await ledgerOf(subject, ...entries), method)), words).toBe(expected)
  }
}

type Figure = 'total' | 'fee' | 'average'

/** All numbers of the model are whole: so many of these make one. */
const digits = 80
const one = 10n ** BigInt(digits)

function unitsOf(amount: string): bigint {
  const [whole = '', fraction = ''] = amount.replace('-', '').split('.')
  const units = BigInt(whole + fraction.padEnd(digits, '0'))
  return amount.startsWith('-') ? -units : units
}

/** Looks at the cents from below, so that a negative tie needs no rule of its own. */
function roundedText(dividend: bigint, divisor: bigint): string {
  const [units, whole] = [dividend * 100n, divisor * one]
  const below = units / whole - (units % whole < 0n ? 1n : 0n)
  const rest = 2n * (units - below * whole)
  const isUp = rest > whole || (rest === whole && below % 2n !== 0n)
  const cents = isUp ? below + 1n : below
  const text = String(cents < 0n ? -cents : cents).padStart(3, '0')
  return `${cents < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`
}

const sumOf = (amounts: string[]): bigint => amounts.map(unitsOf).reduce((a, b) => a + b, 0n)

const figureOf: Record<Figure, (entries: string[]) => string> = {
  total: (entries) => roundedText(sumOf(entries), 1n),
  fee: (entries) => roundedText(sumOf(entries.filter((amount) => unitsOf(amount) > 0n)) * 29n, 1000n),
  average: (entries) => roundedText(sumOf(entries), BigInt(Math.max(entries.length, 1))),
}

/** A line is missing where as many lines of its amount stand before it as there are entries. */
function missingOf(entries: string[], statement: string[]): string[] {
  const count = (list: string[], line: string): number =>
    list.filter((other) => unitsOf(other) === unitsOf(line)).length
  return statement.filter((line, i) => count(statement.slice(0, i), line) >= count(entries, line))
}

/** The answer for each input, each from a ledger of its own; what is thrown is an answer, too. */
async function answersOf<I extends { entries: string[] }>(
  subject: Subject,
  inputs: readonly I[],
  question: (ledger: Handle, input: I) => Promise<unknown>,
): Promise<{ answers: unknown[] }> {
  const answers: unknown[] = []
  for (const input of inputs) {
    const ledger = await subject.construct('Ledger', [], { quiet: true })
    for (const amount of input.entries) await ledger.call('post', ['EUR', amount], { quiet: true })
    answers.push(await question(ledger, input).catch(thrown))
  }
  return { answers }
}

function thrown(error: unknown): string {
  if (error instanceof Error && error.message.startsWith('The call threw')) return error.message
  throw error
}

const signs = constantFrom('', '', '-')
const wholes = oneof(
  constantFrom('0', '2', '7', '40', '007', '1200', '98765432109876543210'),
  integer({ min: 0, max: 999 }),
)
const fractions = constantFrom('', '.0', '.00', '.5', '.50', '.500', '.005', '.125', '.333', `.${'0'.repeat(40)}1`)
const amounts: Arbitrary<string> = tuple(signs, wholes, fractions).map((parts) => parts.join(''))

/** Halfway between two cents, or as near as nobody has digits for. */
const nearTies = tuple(
  integer({ min: -60, max: 60 }),
  constantFrom(0n, 1n, -1n, one / 10n ** 12n, -one / 10n ** 12n, one / 10n ** 4n, -one / 10n ** 4n),
)

function textOf(units: bigint): string {
  const text = String(units < 0n ? -units : units).padStart(digits + 1, '0')
  const fraction = text.slice(-digits).replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${text.slice(0, -digits)}${fraction === '' ? '' : `.${fraction}`}`
}

/** Entries whose figure is a near tie: so many of one amount as are needed, and zeros. */
const tiesOf: Record<Figure, Arbitrary<string[]>> = {
  total: nearTies.map(([cents, more]) => [textOf((BigInt(2 * cents + 1) * one) / 200n + more)]),
  // 2.9 percent of 5 are 0.145.
  fee: nearTies.map(([odd, more]) => [textOf(BigInt(10 * Math.abs(odd) + 5) * one + more), '-3', '0']),
  average: tuple(nearTies, integer({ min: 1, max: 12 })).map(([[cents, more], count]) => [
    textOf((BigInt((2 * cents + 1) * count) * one) / 200n + more),
    ...Array.from({ length: count - 1 }, () => '0.00'),
  ]),
}

test(
  'adds 0.10 and 0.20 to exactly 0.30',
  { meta: { id: 'tenths', group: 'value', gate: true, covers: [1, 3] } },
  async ({ subject }) => {
    const ledger = await ledgerOf(subject, '0.10', '0.20')
    expect(await ask(ledger, 'balances', '0.30'), 'whether the entries balance with 0.30').toBe(true)
    expect(await ask(ledger, 'balances', '0.31'), 'whether the entries balance with 0.31').toBe(false)
  },
)

test('keeps two ledgers apart', { meta: { id: 'two-ledgers', group: 'value', covers: [1] } }, async ({ subject }) => {
  const [shop, stall] = [await ledgerOf(subject, '3.00'), await ledgerOf(subject, '4.00')]
  await ask(shop, 'post', '2')
  expect(await ask(shop, 'balances', '5'), 'whether the first ledger balances with its own entries').toBe(true)
  expect(await ask(stall, 'balances', '4'), 'whether the second ledger balances with its own entries').toBe(true)
  expect(await ask(stall, 'missing', ['2', '4']), 'the lines without an entry in the second').toEqual(['2'])
})

test(
  'takes 7, 7.0 and 7.00 for the same amount when it balances',
  { meta: { id: 'same-sum', group: 'value', covers: [2, 3] } },
  async ({ subject, random, requirement }) => {
    const whole = random.integer(2, 900)
    const ledger = await ledgerOf(subject, `${whole}.0`, '2.50')
    requirement(3)
    expect(await ask(ledger, 'balances', `${whole + 2}.50`), 'whether they balance with as many digits').toBe(true)
    requirement(2)
    for (const amount of [`${whole + 2}.5`, `${whole + 2}.500`]) {
      expect(await ask(ledger, 'balances', amount), 'whether they balance with other digits').toBe(true)
    }
    requirement(3)
    expect(await ask(ledger, 'balances', `${whole + 2}.501`), 'whether they balance with a thousandth more').toBe(false)
    expect(await ask(ledger, 'balances', `-${whole + 2}.50`), 'whether they balance with the sign turned').toBe(false)
    const empty = await ledgerOf(subject)
    expect(await ask(empty, 'balances', '0.00'), 'whether an empty ledger balances with 0.00').toBe(true)
    expect(await ask(empty, 'balances', '0.01'), 'whether an empty ledger balances with 0.01').toBe(false)
  },
)

test(
  'finds the entry of a statement line that is written with other digits',
  { meta: { id: 'missing-entry', group: 'value', covers: [2, 4] } },
  async ({ subject, random, requirement }) => {
    const cents = random.integer(1, 9)
    const fresh = (): Promise<Handle> => ledgerOf(subject, `40.${cents}`, '1200', '-3.00')
    requirement(4)
    expect(
      await ask(await fresh(), 'missing', [`40.${cents}`, '9.90', '1200', '-3.00']),
      'the lines without an entry, all in the writing of the ledger',
    ).toEqual(['9.90'])
    requirement(2)
    const statement = [`40.${cents}0`, '1200.00', '-3', '9.90']
    expect(await ask(await fresh(), 'missing', statement), 'the lines without an entry').toEqual(['9.90'])
  },
)

test(
  'lets each entry stand for one line of the statement only',
  { meta: { id: 'repeated-lines', group: 'value', covers: [4] } },
  async ({ subject }) => {
    const ledger = await ledgerOf(subject, '5.00', '5.0', '0.10')
    expect(
      await ask(ledger, 'missing', ['5', '8.00', '5.0', '5.00', '0.1', '0.10']),
      'the lines without an entry',
    ).toEqual(['8.00', '5.00', '0.10'])
    expect(await ask(ledger, 'missing', ['5.00', '5.00']), 'the lines without an entry of a second statement').toEqual(
      [],
    )
    expect(await ask(ledger, 'missing', ['9', '5', '9.0', '9']), 'the lines that nobody knows, each time').toEqual([
      '9',
      '9.0',
      '9',
    ])
  },
)

test(
  'keeps currencies apart',
  { meta: { id: 'currencies', group: 'value', covers: [1, 5] } },
  async ({ subject, random, requirement }) => {
    const [euros, dollars] = [random.integer(10, 99), random.integer(100, 999)]
    const ledger = await ledgerOf(subject, `${euros}.10`)
    await ledger.call('post', ['USD', `${dollars}.20`])
    await ledger.call('post', ['EUR', '0.20'])
    const answers = [
      await ask(ledger, 'total'),
      await ledger.call('total', ['USD']),
      await ledger.call('total', ['GBP']),
    ]
    requirement(5)
    expect(answers.map(withPoint), 'the totals in EUR, USD and GBP').toEqual([`${euros}.30`, `${dollars}.20`, '0.00'])
    requirement(1)
    expect(await ask(ledger, 'balances', `${euros}.3`), 'whether EUR balances').toBe(true)
    expect(
      await ledger.call('missing', ['USD', [`${euros}.1`, `${dollars}.2`]]),
      'the lines without an entry in USD',
    ).toEqual([`${euros}.1`])
    expect(await ledger.call('missing', ['GBP', ['0', '7.50']]), 'the lines without an entry in GBP').toEqual([
      '0',
      '7.50',
    ])
    const figures = [await ledger.call('fee', ['USD']), await ledger.call('average', ['USD'])]
    expect(figures.map(withPoint), 'fee and average in USD').toEqual([figureOf.fee([`${dollars}.20`]), `${dollars}.20`])
  },
)

test(
  'answers the same when asked again, and counts what came later',
  { meta: { id: 'asked-again', group: 'value', covers: [3, 4, 5, 6, 7] } },
  async ({ subject, requirement }) => {
    const ledger = await ledgerOf(subject, '10.00', '-4.00', '10.00', '0')
    const expectAll = async (total: string, fee: string, average: string, missing: string[]): Promise<void> => {
      requirement(4)
      expect(await ask(ledger, 'missing', ['10', '-4', '10', '6']), 'the lines without an entry').toEqual(missing)
      requirement(5)
      expect(withPoint(await ask(ledger, 'total')), 'the total').toBe(total)
      requirement(6)
      expect(withPoint(await ask(ledger, 'fee')), 'the fee').toBe(fee)
      requirement(7)
      expect(withPoint(await ask(ledger, 'average')), 'the average').toBe(average)
      requirement(3)
      expect(await ask(ledger, 'balances', total), 'whether the entries balance with their total').toBe(true)
    }
    await expectAll('16.00', '0.58', '4.00', ['6'])
    await expectAll('16.00', '0.58', '4.00', ['6'])
    await ask(ledger, 'post', '6.0')
    await expectAll('22.00', '0.75', '4.40', [])
  },
)

test(
  'balances with the exact sum only, however far behind the point it differs',
  { meta: { id: 'exact-sum', group: 'value', covers: [1, 3] } },
  async ({ subject, requirement }) => {
    const sums: [entries: string[], equal: string, other: string][] = [
      [['40.004', '2.371'], '42.375', '42.38'],
      [['0.004'], '0.0040', '0'],
      [['0.005', '0.005'], '0.01', '0.02'],
      [['12345678901234567.10', '0.05'], '12345678901234567.15', '12345678901234567.16'],
      [
        ['98765432109876543210987654321098765432.1', '0.01'],
        '98765432109876543210987654321098765432.11',
        '98765432109876543210987654321098765432.1',
      ],
      [[`1.${'0'.repeat(45)}1`], `1.${'0'.repeat(45)}10`, '1'],
    ]
    for (const [entries, equal, other] of sums) {
      const ledger = await ledgerOf(subject, ...entries)
      requirement(1)
      expect(await ask(ledger, 'balances', equal), 'whether they balance with the exact sum').toBe(true)
      requirement(3)
      expect(await ask(ledger, 'balances', other), 'whether they balance with another sum').toBe(false)
    }
  },
)

test(
  'tells lines apart that differ far behind the point or by their sign',
  { meta: { id: 'exact-lines', group: 'value', covers: [2, 4] } },
  async ({ subject, requirement }) => {
    const long = `7.${'0'.repeat(45)}`
    const ledger = await ledgerOf(subject, '0.125', '-3', '12345678901234567.10', `${long}1`)
    requirement(2)
    const others = ['0.12', '0.13', '3', '12345678901234567.11', '7', `${long}2`]
    expect(await ask(ledger, 'missing', others), 'lines that are near an entry').toEqual(others)
    requirement(4)
    const own = ['0.1250', '-3.0', '12345678901234567.1', `${long}10`]
    expect(await ask(ledger, 'missing', own), 'lines that are the entries').toEqual([])
  },
)

test(
  'reads zeros in front and a zero with a sign, and gives lines back as they were written',
  { meta: { id: 'odd-writings', group: 'value', covers: [2, 4] } },
  async ({ subject, requirement }) => {
    const ledger = await ledgerOf(subject, '007.50', '-0.00', '100')
    requirement(2)
    expect(await ask(ledger, 'missing', ['7.5', '0', '0100.0']), 'lines that are the entries').toEqual([])
    expect(await ask(ledger, 'balances', '0107.5'), 'whether they balance with zeros in front').toBe(true)
    requirement(4)
    const unknown = ['-007.500', '0012', '1', '0.000', '12.0', '-0', '1000.00']
    expect(await ask(ledger, 'missing', unknown), 'the lines without an entry, as they were written').toEqual(
      unknown.filter((line) => line !== '0.000'),
    )
    expect(await ask(ledger, 'missing', []), 'the lines of an empty statement').toEqual([])
  },
)

test(
  'writes large, small and whole amounts in full',
  { meta: { id: 'plain-text', group: 'text', covers: [1, 9] } },
  async ({ subject, random, requirement }) => {
    requirement(9)
    await expectFigures(subject, 'total', 'a total of whole units', [
      [['1000', '2000'], '3000.00'],
      [['100000000000000000000'], '100000000000000000000.00'],
      [['-1234567'], '-1234567.00'],
      [['0.5'], '0.50'],
      [['0.01'], '0.01'],
      [['-0.10'], '-0.10'],
      [['0.0000000001'], '0.00'],
    ])
    await expectFigures(subject, 'fee', 'a fee of whole units', [[['100000'], '2900.00']])
    await expectFigures(subject, 'average', 'an average of whole units', [[['3000', '1000'], '2000.00']])
    requirement(1)
    const large = `12345678901234${random.integer(100, 999)}`
    await expectFigures(subject, 'total', 'the total of a large amount', [
      [[`${large}.10`, '0.05'], `${large}.15`],
      [['98765432109876543210987654321098765432.11', '0.01'], '98765432109876543210987654321098765432.12'],
    ])
  },
)

test(
  'rounds what is halfway between two cents to the even one',
  { meta: { id: 'half-to-even', group: 'rounding', covers: [5, 8] } },
  async ({ subject, random, requirement }) => {
    requirement(5)
    await expectFigures(subject, 'total', 'the total of whole cents', [
      [['0.12', '0.01'], '0.13'],
      [['-7', '0.5'], '-6.50'],
    ])
    requirement(8)
    // 0.xy5: the thousandth is always a 5.
    for (const cents of [12, 13, random.integer(14, 99), random.integer(100, 9999)]) {
      const exact = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}5`
      const even = cents % 2 === 0 ? cents : cents + 1
      const rounded = `${Math.floor(even / 100)}.${String(even % 100).padStart(2, '0')}`
      await expectFigures(subject, 'total', 'the total halfway between two cents', [
        [[exact], rounded],
        [[`-${exact}`], `-${rounded}`],
      ])
    }
    await expectFigures(subject, 'total', 'the total nearer to one of two cents', [
      [['0.124'], '0.12'],
      [['0.126'], '0.13'],
      [['-0.124'], '-0.12'],
      [['-0.126'], '-0.13'],
    ])
  },
)

test(
  'computes the fee from exactly 2.9 percent',
  { meta: { id: 'exact-rate', group: 'rounding', covers: [6, 8] } },
  async ({ subject, requirement, evidence }) => {
    requirement(6)
    await expectFigures(subject, 'fee', 'the fee for 100', [[['100'], '2.90']])
    const large = withPoint(await ask(await ledgerOf(subject, '1000000000000000000'), 'fee'))
    evidence('fee', String(large))
    expect(large, 'the fee for a large sale').toBe('29000000000000000.00')
    requirement(8)
    await expectFigures(subject, 'fee', 'the fee halfway between two cents', [
      [['5.00'], '0.14'],
      [['15.00'], '0.44'],
      [['205'], '5.94'],
    ])
  },
)

test(
  'takes the fee of all entries above zero, and of no others',
  { meta: { id: 'fee-of-sales', group: 'rounding', covers: [6] } },
  async ({ subject }) => {
    await expectFigures(subject, 'fee', 'the fee with refunds', [
      [['100', '-40'], '2.90'],
      [['-40', '100', '0', '-0.00', '-300'], '2.90'],
      [['0.50', '0.25', '99.25'], '2.90'],
      [['0.9', '0.1', '99'], '2.90'],
    ])
    await expectFigures(subject, 'fee', 'the fee without sales', [
      [[], '0.00'],
      [['-100', '0'], '0.00'],
    ])
  },
)

test(
  'rounds the fee of many sales once, not sale by sale',
  { meta: { id: 'fee-rounded-once', group: 'rounding', covers: [6, 8] } },
  async ({ subject, random, requirement }) => {
    // 0.0145 each: sale by sale it would be 0.01.
    const sales = Array.from({ length: random.integer(8, 20) * 2 }, () => '0.50')
    requirement(8)
    await expectFigures(subject, 'fee', 'the fee for many sales of 0.50', [[sales, figureOf.fee(sales)]])
    await expectFigures(subject, 'fee', 'the fee of sales with more digits than cents', [
      [['5.0001'], '0.15'],
      [['4.9999'], '0.14'],
      [['14.9999'], '0.43'],
      [Array.from({ length: 20 }, () => '0.004'), '0.00'],
      [Array.from({ length: 60 }, () => '0.004'), '0.01'],
    ])
  },
)

test(
  'gives an average also where the division has no end',
  { meta: { id: 'endless-division', group: 'rounding', covers: [7, 8] } },
  async ({ subject, requirement }) => {
    requirement(7)
    await expectFigures(subject, 'average', 'an average that ends', [
      [['4.00', '3.00'], '3.50'],
      [['1.00'], '1.00'],
    ])
    await expectFigures(subject, 'average', 'an average without an end', [
      [['4.00', '3.00', '3.00'], '3.33'],
      [['-20', '0', '0'], '-6.67'],
      [['1', '0', '0', '0', '0', '0', '0'], '0.14'],
    ])
  },
)

test(
  'divides by the number of all entries',
  { meta: { id: 'average-of-all', group: 'rounding', covers: [7] } },
  async ({ subject }) => {
    await expectFigures(subject, 'average', 'the average with refunds, zeros and repeated amounts', [
      [['10', '-4'], '3.00'],
      [['6', '0', '0.00'], '2.00'],
      [['5', '5.0', '2'], '4.00'],
      [['7', '-7'], '0.00'],
      [['-1', '-2'], '-1.50'],
      [['5', '5', '-4'], '2.00'],
    ])
    await expectFigures(subject, 'average', 'the average of nothing', [[[], '0.00']])
  },
)

test(
  'rounds an average halfway between two cents to the even one',
  { meta: { id: 'average-ties', group: 'rounding', covers: [7, 8] } },
  async ({ subject, requirement }) => {
    requirement(8)
    await expectFigures(subject, 'average', 'the average halfway between two cents', [
      [['0.25', '0'], '0.12'],
      [['0.27', '0'], '0.14'],
      [['-0.25', '0'], '-0.12'],
      [['-0.27', '0'], '-0.14'],
      [['1.35', '0', '0', '0', '0', '0', '0', '0', '0', '0'], '0.14'],
    ])
  },
)

test(
  'does not round on the way to the average',
  { meta: { id: 'average-rounded-once', group: 'rounding', covers: [7, 8] } },
  async ({ subject, random, requirement }) => {
    requirement(8)
    await expectFigures(subject, 'average', 'an average of entries with more digits than cents', [
      [['0.015', '0', '0'], '0.00'],
      [['0.045', '0', '0'], '0.02'],
      [['0.025', '0.0049'], '0.01'],
    ])
    // 0.2949… rounds to 0.29; by way of 0.295 it would be 0.30.
    const whole = random.integer(1, 400) * 7
    await expectFigures(subject, 'average', 'an average that is near a tie', [
      [[`${whole}`, '2.0644', '0', '0', '0', '0', '0'], `${whole / 7}.29`],
      [['0.0150000000001', '0', '0'], '0.01'],
      [['0.0449999999999', '0', '0'], '0.01'],
      [['-0.0449999999999', '0', '0'], '-0.01'],
      [[`0.015${'0'.repeat(50)}1`, '0', '0'], '0.01'],
      [[`1000000000000000000.015${'0'.repeat(40)}1`, '2000000000000000000', '0'], '1000000000000000000.01'],
      [[`0.04${'4'}${'9'.repeat(50)}`, '0', '0'], '0.01'],
    ])
  },
)

test(
  'looks at all digits before it rounds a total or a fee',
  { meta: { id: 'all-digits', group: 'rounding', covers: [5, 6, 8] } },
  async ({ subject, requirement }) => {
    requirement(8)
    await expectFigures(subject, 'total', 'the total beside a tie', [
      [['0.1249'], '0.12'],
      [['0.1349999'], '0.13'],
      [['0.1250001'], '0.13'],
      [['0.125', `0.${'0'.repeat(50)}1`], '0.13'],
      [['0.125', `-0.${'0'.repeat(50)}1`], '0.12'],
      [['-0.135', `0.${'0'.repeat(50)}1`], '-0.13'],
      [['0.005', '0.005', '0.005'], '0.02'],
      [['0.004', '0.004', '0.004'], '0.01'],
    ])
    await expectFigures(subject, 'fee', 'the fee beside a tie', [
      [['5', `0.${'0'.repeat(50)}1`], '0.15'],
      [[`14.${'9'.repeat(50)}`], '0.43'],
      [['1000000000000000005', `0.${'0'.repeat(30)}1`], '29000000000000000.15'],
    ])
  },
)

test(
  'writes a result that rounds to zero without a sign',
  { meta: { id: 'no-minus-zero', group: 'text', covers: [9] } },
  async ({ subject }) => {
    await expectFigures(subject, 'total', 'a total that rounds to zero', [
      [['-0.004'], '0.00'],
      [['-0.00'], '0.00'],
      [['-7', '7.0'], '0.00'],
    ])
    await expectFigures(subject, 'average', 'an average that rounds to zero', [
      [['-0.01', '0', '0', '0'], '0.00'],
      [['-0.001'], '0.00'],
    ])
  },
)

test(
  'writes a point on a machine that is set to German, too',
  { meta: { id: 'any-machine', group: 'text', covers: [9] } },
  async ({ subject }) => {
    for (const [method, expected] of [
      ['total', '1234567.50'],
      ['fee', '35802.46'],
      ['average', '1234567.50'],
    ] as const) {
      const answer = await ask(await ledgerOf(subject, '1234567.50'), method)
      expect(answer, 'a figure on a German machine').toBe(expected)
    }
  },
)

test(
  'agrees with a model about total, fee and average of any entries',
  { meta: { id: 'any-figures', group: 'rounding', covers: [5, 6, 7, 8] } },
  async ({ subject, random, transcript, requirement }) => {
    const numberOf: [Figure, number][] = [
      ['total', 5],
      ['fee', 6],
      ['average', 7],
    ]
    for (const [figure, number] of numberOf) {
      requirement(number)
      await agrees({
        random,
        transcript,
        inputs: record({ entries: oneof(tiesOf[figure], array(amounts, { maxLength: 6, size: 'max' })) }),
        runs: 100,
        model: ({ entries }) => figureOf[figure](entries),
        answers: (inputs) =>
          answersOf(subject, inputs, async (ledger) => withPoint(await ledger.call(figure, ['EUR'], { quiet: true }))),
        at: `the ${figure}`,
      })
    }
  },
)

test(
  'agrees with a model about any statement',
  { meta: { id: 'any-statement', group: 'value', covers: [2, 3, 4] } },
  async ({ subject, random, transcript, requirement }) => {
    const lists = array(amounts, { maxLength: 6, size: 'max' })
    requirement(4)
    await agrees({
      random,
      transcript,
      inputs: record({ entries: lists, statement: lists }),
      runs: 100,
      model: ({ entries, statement }) => missingOf(entries, statement),
      answers: (inputs) =>
        answersOf(subject, inputs, (ledger, { statement }) =>
          ledger.call('missing', ['EUR', statement], { quiet: true }),
        ),
      at: 'the lines without an entry',
    })
    requirement(3)
    await agrees({
      random,
      transcript,
      inputs: tuple(lists, constantFrom(0n, 1n, -one / 1000n, one)).map(([entries, more]) => ({
        entries,
        amount: textOf(sumOf(entries) + more),
      })),
      runs: 60,
      model: ({ entries, amount }) => sumOf(entries) === unitsOf(amount),
      answers: (inputs) =>
        answersOf(subject, inputs, (ledger, { amount }) => ledger.call('balances', ['EUR', amount], { quiet: true })),
      at: 'whether they balance',
    })
  },
)
