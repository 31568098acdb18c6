import { expect, test } from '#harness'

type Fixtures = Parameters<Parameters<typeof test>[2]>[0]
type Program = Fixtures['program']
type Random = Fixtures['random']
type Evidence = Fixtures['evidence']

const digitsOf = { EUR: 2, USD: 2, JPY: 0, KWD: 3 }
type Currency = keyof typeof digitsOf

interface Request {
  id: string
  amount?: unknown
  currency?: unknown
  weights?: unknown
}

interface Split extends Request {
  amount: string
  currency: Currency
  weights: number[]
}

interface Answer {
  id: string
  shares?: string[]
  error?: string
}

const abs = (n: bigint): bigint => (n < 0n ? -n : n)
const sumOf = (numbers: bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n)

/** "-7.5" with two digits is -750n. */
function unitsOf(text: string, digits: number): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const units = BigInt(whole + fraction.padEnd(digits, '0'))
  return text.startsWith('-') ? -units : units
}

function textOf(units: bigint, digits: number): string {
  const text = String(abs(units)).padStart(digits + 1, '0')
  const number = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return units < 0n ? `-${number}` : number
}

function sharesOf({ amount, currency, weights }: Split): string[] {
  const digits = digitsOf[currency]
  const units = unitsOf(amount, digits)
  const total = sumOf(weights.map(BigInt))
  const portions = weights.map((weight) => abs(units) * BigInt(weight))
  const shares = portions.map((portion) => portion / total)
  const byLoss = portions
    .map((portion, i) => ({ i, loss: portion % total }))
    .toSorted((a, b) => Number(b.loss - a.loss) || a.i - b.i)
  for (const { i } of byLoss.slice(0, Number(abs(units) - sumOf(shares)))) shares[i] = (shares[i] ?? 0n) + 1n
  return shares.map((share) => textOf(units < 0n ? -share : share, digits))
}

const answerTo = (request: Split): Answer => ({ id: request.id, shares: sharesOf(request) })

/** Requests in short, numbered from a1 on. */
const splits = (...list: [amount: string, currency: Currency, weights: number[]][]): Split[] =>
  list.map(([amount, currency, weights], i) => ({ id: `a${i + 1}`, amount, currency, weights }))

async function ask(
  program: Program,
  requests: Request[],
  options: { quiet?: boolean; lastLineEnd?: boolean } = {},
): Promise<Answer[]> {
  const text = requests.map((request) => JSON.stringify(request)).join('\n')
  const stdin = options.lastLineEnd === false ? text : `${text}\n`
  const { code, lines } = await program.run({ stdin, quiet: options.quiet ?? false })
  const answers = lines.map(parsed)
  if (answers.length === requests.length) expect(code, 'exit code').toBe(0)
  return answers
}

function parsed(line: string, i: number): Answer {
  try {
    return JSON.parse(line) as Answer
  } catch {
    throw new Error(`Line ${i + 1} of stdout is not JSON.`)
  }
}

const isSum = (request: Split, shares: unknown): boolean => {
  const digits = digitsOf[request.currency]
  if (!Array.isArray(shares) || !shares.every((share) => isAmount(share, digits))) return false
  return sumOf(shares.map((share) => unitsOf(share, digits))) === unitsOf(request.amount, digits)
}

function isAmount(share: unknown, digits: number): share is string {
  return typeof share === 'string' && (digits === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${digits}}$`)).test(share)
}

async function expectShares(program: Program, evidence: Evidence, requests: Split[]): Promise<void> {
  const answers = await ask(program, requests)
  const complete = answers.length === requests.length
  evidence('sum', complete && requests.every((request, i) => isSum(request, answers[i]?.shares)) ? 'exact' : 'off')
  expect(answers, 'the answers').toEqual(requests.map(answerTo))
}

test(
  'splits 100.00 EUR in three as 33.34, 33.33, 33.33',
  { meta: { id: 'thirds', group: 'split', covers: [1, 2, 6] } },
  async ({ program, random, evidence }) => {
    await expectShares(program, evidence, splits(['100.00', 'EUR', [1, 1, 1]]))
    // Drawn by seed: always one cent left over.
    const euros = random.integer(3, 300) * 3 + 1
    await expectShares(program, evidence, splits([`${euros}.00`, 'USD', [7, 7, 7]]))
  },
)

test(
  'gives the left-over units to the shares that lost most by rounding down',
  { meta: { id: 'largest-remainders', group: 'split', covers: [6] } },
  async ({ program, random, evidence }) => {
    await expectShares(program, evidence, splits(['0.05', 'EUR', [3, 2, 1]]))
    const whole = random.integer(10, 99) * 9
    await expectShares(
      program,
      evidence,
      splits(['0.10', 'EUR', [1, 6, 2]], ['1.00', 'USD', [40, 2, 9, 4]], [`${whole}.10`, 'EUR', [2, 5, 2]]),
    )
  },
)

test(
  'gives units that are left over to the share further left where shares lost equally much',
  { meta: { id: 'ties', group: 'split', covers: [6] } },
  async ({ program, random, evidence }) => {
    await expectShares(program, evidence, splits(['0.05', 'EUR', [1, 1]], ['0.10', 'USD', [3, 1, 3, 1]]))
    const ones = Array.from({ length: 50 }, () => 1)
    await expectShares(program, evidence, splits([`0.${random.integer(11, 39)}`, 'EUR', ones]))
  },
)

test(
  'reads and writes the digits of each currency: none for JPY, three for KWD',
  { meta: { id: 'currencies', group: 'currencies', covers: [3, 4, 8] } },
  async ({ program, evidence }) => {
    await expectShares(
      program,
      evidence,
      splits(
        ['1000', 'JPY', [1, 1, 1]],
        ['10.000', 'KWD', [1, 1, 1]],
        ['0.5', 'KWD', [3, 5, 3]],
        ['7', 'EUR', [1]],
        ['12.5', 'USD', [1, 2]],
        ['2', 'JPY', [1, 1, 1]],
      ),
    )
  },
)

/** Amounts and weights of an ordinary day; products stay far below 2^53. */
function drawnSplit(random: Random, id: string): Split {
  const currency = random.pick(['EUR', 'USD', 'JPY', 'KWD'] as const)
  const units = BigInt(random.pick([random.integer(0, 99), random.integer(0, 9_999), random.integer(0, 9_999_999)]))
  const weights = Array.from({ length: random.integer(1, 12) }, () => random.integer(0, 1000))
  if (!weights.some((weight) => weight > 0)) weights[0] = 1
  return { id, amount: textOf(units, digitsOf[currency]), currency, weights }
}

test(
  'makes a refund the mirror of its charge, share by share',
  { meta: { id: 'refunds', group: 'refunds', covers: [7] } },
  async ({ program, random, evidence }) => {
    // No share is zero here: how a zero is written is the next case.
    const weights = Array.from({ length: random.integer(2, 9) }, () => random.integer(1, 99))
    const charges = splits(
      ['100.00', 'EUR', [1, 1, 1]],
      ['50', 'JPY', [1, 3, 3]],
      [`${random.integer(100, 999)}`, 'KWD', weights],
    )
    const refunds = charges.map((charge, i) => ({ ...charge, id: `refund-${i + 1}`, amount: `-${charge.amount}` }))
    await expectShares(program, evidence, refunds)
  },
)

test(
  'never writes a negative zero',
  { meta: { id: 'negative-zero', group: 'refunds', covers: [7, 8] } },
  async ({ program, evidence }) => {
    await expectShares(
      program,
      evidence,
      splits(['-0.01', 'EUR', [1, 1]], ['-5', 'JPY', [0, 1]], ['-0.00', 'USD', [1, 2]], ['-0.200', 'KWD', [1, 0]]),
    )
  },
)

test(
  'stays exact for amounts of up to 18 digits and weights up to a million',
  { meta: { id: 'large-amounts', group: 'large', covers: [4, 5, 6] } },
  async ({ program, random, evidence }) => {
    await expectShares(program, evidence, splits(['90071992547409.93', 'EUR', [1, 1]]))
    const amount = `98765432109876${random.integer(10, 99)}.${random.integer(10, 99)}`
    await expectShares(
      program,
      evidence,
      splits(
        [amount, 'EUR', [999_999, 1_000_000, random.integer(1, 9)]],
        [`-123456789012345.${random.integer(100, 999)}`, 'KWD', [1_000_000, 7, 1_000_000]],
      ),
    )
  },
)

test(
  'gives a weight of 0 nothing, and never a left-over unit',
  { meta: { id: 'zero-weights', group: 'edges', covers: [6] } },
  async ({ program, evidence }) => {
    await expectShares(
      program,
      evidence,
      splits(
        ['100.00', 'EUR', [0, 1, 1, 1, 0]],
        ['0.02', 'EUR', [0, 1, 1, 1, 0]],
        ['0', 'JPY', [1, 0, 2]],
        ['3.33', 'USD', [0, 5]],
      ),
    )
  },
)

const good: Split = { id: 'good', amount: '7.00', currency: 'EUR', weights: [1, 1] }

const refused = (id: string, error: string): Answer => ({ id, error })

test(
  'answers a bad request with its error code and carries on with the next one',
  { meta: { id: 'carries-on', group: 'requests', covers: [1, 2, 3, 4, 5] } },
  async ({ program, evidence, transcript }) => {
    const requests: Request[] = [
      { ...good, id: 'first' },
      { ...good, id: 'no-number', amount: 'seven' },
      { ...good, id: 'after-bad-amount' },
      { ...good, id: 'unknown-currency', currency: 'XTS' },
      { ...good, id: 'after-bad-currency' },
      { ...good, id: 'negative-weight', weights: [2, -1] },
      { ...good, id: 'last' },
    ]
    transcript('input', 'The last line has no line end.')
    const answers = await ask(program, requests, { lastLineEnd: false })
    evidence('answers', answers.length < requests.length ? 'missing' : 'all')
    evidence('accepted', answers[1]?.shares === undefined ? 'none' : 'amount')
    const fine = (id: string): Answer => ({ id, shares: ['3.50', '3.50'] })
    expect(answers, 'the answers').toEqual([
      fine('first'),
      refused('no-number', 'BAD_AMOUNT'),
      fine('after-bad-amount'),
      refused('unknown-currency', 'BAD_CURRENCY'),
      fine('after-bad-currency'),
      refused('negative-weight', 'BAD_WEIGHTS'),
      fine('last'),
    ])
  },
)

/** Amounts that are no amounts in EUR, or in the currency that stands with them. */
const badAmounts: Request[] = [
  ...[
    '',
    '-',
    '1e3',
    '12.345',
    '12,50',
    '1_000',
    '.5',
    '5.',
    '+5.00',
    ' 5.00',
    '--5',
    '0x10',
    'NaN',
    '1.2.3',
    7,
    null,
    undefined,
  ].map((amount, i) => ({
    ...good,
    id: `amount-${i + 1}`,
    amount,
  })),
  { ...good, id: 'jpy', amount: '12.5', currency: 'JPY' },
  { ...good, id: 'kwd', amount: '0.1234', currency: 'KWD' },
]

const badOthers: Request[] = [
  ...['eur', '', 978, null, undefined].map((currency, i) => ({ ...good, id: `currency-${i + 1}`, currency })),
  ...[[], [0, 0], [1.5], ['1'], [1, null], [1_000_001], Array.from({ length: 51 }, () => 1), 3, null, undefined].map(
    (weights, i) => ({
      ...good,
      id: `weights-${i + 1}`,
      weights,
    }),
  ),
]

test(
  'refuses every amount, currency and list of weights of another form',
  { meta: { id: 'other-forms', group: 'requests', covers: [2, 3, 4, 5] } },
  async ({ program, random, transcript, evidence }) => {
    const requests = random.shuffle([...badAmounts, ...badOthers])
    const answers = await ask(program, requests, { quiet: true })
    const codeOf = (id: string): string =>
      id.startsWith('currency') ? 'BAD_CURRENCY' : id.startsWith('weights') ? 'BAD_WEIGHTS' : 'BAD_AMOUNT'
    const wrong = requests
      .map((request, i) => ({ request, answer: answers[i] }))
      .find(({ request, answer }) => answer?.id !== request.id || answer.error !== codeOf(request.id))
    if (!wrong) return expect(answers.length, 'number of answers').toBe(requests.length)
    transcript('request', JSON.stringify(wrong.request))
    transcript('answer', wrong.answer === undefined ? '(nothing)' : JSON.stringify(wrong.answer))
    const lenient = badAmounts.filter((request) => answers[requests.indexOf(request)]?.shares !== undefined)
    evidence('accepted', lenient.length > 0 ? 'amount' : 'none')
    expect(wrong.answer, 'the answer').toEqual(refused(wrong.request.id, codeOf(wrong.request.id)))
  },
)

/** What is wrong with an answer, or null: the parts must add up, and none may be a whole unit from its exact value. */
function faultOf(request: Split, answer: Answer | undefined): string | null {
  const digits = digitsOf[request.currency]
  if (answer?.id !== request.id || answer.shares?.length !== request.weights.length)
    return 'This is not one share for each weight.'
  const wrongForm = answer.shares.find((share) => !isAmount(share, digits))
  if (wrongForm !== undefined) return `${JSON.stringify(wrongForm)} is not an amount in ${request.currency}.`
  const sum = textOf(sumOf(answer.shares.map((share) => unitsOf(share, digits))), digits)
  if (sum !== textOf(unitsOf(request.amount, digits), digits))
    return `The shares add up to ${sum}, not to ${request.amount}.`
  const total = sumOf(request.weights.map(BigInt))
  const far = answer.shares.find((share, i) => {
    const exact = unitsOf(request.amount, digits) * BigInt(request.weights[i] ?? 0)
    return abs(unitsOf(share, digits) * total - exact) >= total
  })
  return far === undefined ? null : `The share ${far} is a whole unit or more away from its exact value.`
}

test(
  'adds up to the cent in 5,000 splits drawn by seed',
  { meta: { id: 'adds-up', group: 'split', gate: true, covers: [6] } },
  async ({ program, random, transcript }) => {
    const requests = Array.from({ length: 5_000 }, (_, i) => drawnSplit(random, `s${i}`))
    transcript('input', '5,000 good requests; the first one with a wrong answer is shown.')
    const answers = await ask(program, requests, { quiet: true })
    for (const [i, request] of requests.entries()) {
      const fault = faultOf(request, answers[i])
      if (fault === null) continue
      transcript('request', JSON.stringify(request))
      transcript('answer', answers[i] === undefined ? '(nothing)' : JSON.stringify(answers[i]))
      throw new Error(fault)
    }
    expect(answers.length, 'number of answers').toBe(requests.length)
  },
)

test(
  'does not lose a cent of 0.29 to a binary fraction',
  { meta: { id: 'binary-fraction', covers: [4], probe: true } },
  async ({ program }) => {
    const { stdout } = await program.run({ stdin: '{"id":"p","amount":"0.29","currency":"USD","weights":[1]}\n' })
    expect(stdout, 'the answer').not.toContain('0.28')
  },
)
