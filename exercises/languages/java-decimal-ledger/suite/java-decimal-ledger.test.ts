import { expect, test, type Fixtures, type Handle } from '#harness'

type Subject = Fixtures['subject']

/** A ledger with these entries in euros. */
async function ledgerOf(subject: Subject, ...amounts: string[]): Promise<Handle> {
  const ledger = await subject.construct('Ledger')
  for (const amount of amounts) await ledger.call('post', ['EUR', amount])
  return ledger
}

const ask = (ledger: Handle, method: string, ...args: unknown[]): Promise<unknown> =>
  ledger.call(method, ['EUR', ...args])

test(
  'adds 0.10 and 0.20 to exactly 0.30',
  { meta: { id: 'tenths', group: 'value', gate: true, covers: [1, 3] } },
  async ({ subject }) => {
    const ledger = await ledgerOf(subject, '0.10', '0.20')
    expect(await ask(ledger, 'balances', '0.30'), 'whether the entries balance with 0.30').toBe(true)
    expect(await ask(ledger, 'balances', '0.31'), 'whether the entries balance with 0.31').toBe(false)
  },
)

test(
  'takes 7, 7.0 and 7.00 for the same amount when it balances',
  { meta: { id: 'same-sum', group: 'value', covers: [2, 3] } },
  async ({ subject, random }) => {
    const whole = random.integer(2, 900)
    const ledger = await ledgerOf(subject, `${whole}.0`, '2.50')
    for (const amount of [`${whole + 2}.5`, `${whole + 2}.50`, `${whole + 2}.500`]) {
      expect(await ask(ledger, 'balances', amount), `whether ${whole}.0 and 2.50 balance with ${amount}`).toBe(true)
    }
    expect(await ask(ledger, 'balances', `${whole + 2}.501`), 'whether they balance with a thousandth more').toBe(false)
    const empty = await ledgerOf(subject)
    expect(await ask(empty, 'balances', '0.00'), 'whether an empty ledger balances with 0.00').toBe(true)
  },
)

test(
  'finds the entry of a statement line that is written with other digits',
  { meta: { id: 'missing-entry', group: 'value', covers: [2, 4] } },
  async ({ subject, random }) => {
    const cents = random.integer(1, 9)
    const ledger = await ledgerOf(subject, `40.${cents}`, '1200', '-3.00')
    const statement = [`40.${cents}0`, '1200.00', '-3', '9.90']
    expect(await ask(ledger, 'missing', statement), 'the lines without an entry').toEqual(['9.90'])
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
  },
)

test(
  'keeps currencies apart',
  { meta: { id: 'currencies', group: 'value', covers: [1, 5] } },
  async ({ subject, random }) => {
    const [euros, dollars] = [random.integer(10, 99), random.integer(100, 999)]
    const ledger = await ledgerOf(subject, `${euros}.10`)
    await ledger.call('post', ['USD', `${dollars}.20`])
    await ledger.call('post', ['EUR', '0.20'])
    const answers = [
      await ask(ledger, 'total'),
      await ledger.call('total', ['USD']),
      await ledger.call('total', ['GBP']),
    ]
    expect(answers, 'the totals in EUR, USD and GBP').toEqual([`${euros}.30`, `${dollars}.20`, '0.00'])
    expect(await ask(ledger, 'balances', `${euros}.3`), 'whether EUR balances').toBe(true)
    expect(
      await ledger.call('missing', ['USD', [`${euros}.1`, `${dollars}.2`]]),
      'the lines without an entry in USD',
    ).toEqual([`${euros}.1`])
  },
)

test(
  'rounds what is halfway between two cents to the even one',
  { meta: { id: 'half-to-even', group: 'rounding', covers: [5, 8] } },
  async ({ subject, random }) => {
    // 0.xy5: the thousandth is always a 5.
    for (const cents of [12, 13, random.integer(14, 99), random.integer(100, 9999)]) {
      const exact = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}5`
      const even = cents % 2 === 0 ? cents : cents + 1
      const rounded = `${Math.floor(even / 100)}.${String(even % 100).padStart(2, '0')}`
      expect(await ask(await ledgerOf(subject, exact), 'total'), `the total of ${exact}`).toBe(rounded)
      expect(await ask(await ledgerOf(subject, `-${exact}`), 'total'), `the total of -${exact}`).toBe(`-${rounded}`)
    }
  },
)

test(
  'computes the fee from exactly 2.9 percent',
  { meta: { id: 'exact-rate', group: 'rounding', covers: [6, 8] } },
  async ({ subject }) => {
    expect(await ask(await ledgerOf(subject, '5.00'), 'fee'), 'the fee for 5.00, from 0.145').toBe('0.14')
    expect(
      await ask(await ledgerOf(subject, '15.00', '-8.00'), 'fee'),
      'the fee for 15.00 and a refund, from 0.435',
    ).toBe('0.44')
    expect(await ask(await ledgerOf(subject, '205'), 'fee'), 'the fee for 205, from 5.945').toBe('5.94')
  },
)

test(
  'rounds the fee of many sales once, not sale by sale',
  { meta: { id: 'fee-rounded-once', group: 'rounding', covers: [6, 8] } },
  async ({ subject, random }) => {
    // 0.0145 each: sale by sale it would be 0.01.
    const sales = random.integer(8, 20) * 2
    const ledger = await ledgerOf(subject, ...Array.from({ length: sales }, () => '0.50'))
    // In ten-thousandths of a unit, halves to even.
    const exact = sales * 145
    const rest = exact % 100
    const cents = Math.floor(exact / 100)
    const rounded = rest > 50 || (rest === 50 && cents % 2 === 1) ? cents + 1 : cents
    expect(await ask(ledger, 'fee'), `the fee for ${sales} sales of 0.50, from ${exact / 10_000}`).toBe(
      (rounded / 100).toFixed(2),
    )
  },
)

test(
  'gives an average also where the division has no end',
  { meta: { id: 'endless-division', group: 'rounding', covers: [7, 8] } },
  async ({ subject }) => {
    expect(
      await ask(await ledgerOf(subject, '4.00', '3.00', '3.00'), 'average'),
      'the average of 10.00 over three',
    ).toBe('3.33')
    expect(await ask(await ledgerOf(subject, '-20', '0', '0'), 'average'), 'the average of -20 over three').toBe(
      '-6.67',
    )
    expect(
      await ask(await ledgerOf(subject, '1', '0', '0', '0', '0', '0', '0'), 'average'),
      'the average of 1 over seven',
    ).toBe('0.14')
    expect(await ask(await ledgerOf(subject), 'average'), 'the average of nothing').toBe('0.00')
  },
)

test(
  'does not round on the way to the average',
  { meta: { id: 'average-rounded-once', group: 'rounding', covers: [7, 8] } },
  async ({ subject, random }) => {
    expect(
      await ask(await ledgerOf(subject, '0.015', '0', '0'), 'average'),
      'the average of 0.015 over three, from 0.005',
    ).toBe('0.00')
    // 0.2949… rounds to 0.29; by way of 0.295 it would be 0.30.
    const whole = random.integer(1, 400) * 7
    expect(
      await ask(await ledgerOf(subject, `${whole}`, '2.0644', '0', '0', '0', '0', '0'), 'average'),
      `the average of ${whole + 2.0644} over seven`,
    ).toBe(`${whole / 7}.29`)
  },
)

test(
  'writes a result that rounds to zero without a sign',
  { meta: { id: 'no-minus-zero', group: 'text', covers: [9] } },
  async ({ subject }) => {
    expect(await ask(await ledgerOf(subject, '-0.004'), 'total'), 'the total of -0.004').toBe('0.00')
    expect(
      await ask(await ledgerOf(subject, '-0.01', '0', '0', '0'), 'average'),
      'the average of -0.01 over four',
    ).toBe('0.00')
  },
)

test(
  'writes large and whole amounts in full',
  { meta: { id: 'plain-text', group: 'text', covers: [1, 9] } },
  async ({ subject, random }) => {
    const digits = `12345678901234${random.integer(100, 999)}`
    expect(await ask(await ledgerOf(subject, `${digits}.10`, '0.05'), 'total'), 'the total of a large amount').toBe(
      `${digits}.15`,
    )
    expect(await ask(await ledgerOf(subject, '1000', '2000'), 'total'), 'the total of 1000 and 2000').toBe('3000.00')
    expect(await ask(await ledgerOf(subject, '100000'), 'fee'), 'the fee for 100000').toBe('2900.00')
  },
)
