import { expect, test, type Finished, type Fixtures } from '#harness'
import {
  agrees,
  array,
  boolean,
  constantFrom,
  integer,
  lineAnswers,
  near,
  oneof,
  record,
  tuple,
  type Answers,
  type Arbitrary,
  type Wrong,
} from '#harness/model'

const digitsOf = { EUR: 2, USD: 2, JPY: 0, KWD: 3 }
type Currency = keyof typeof digitsOf
const currencies = Object.keys(digitsOf) as Currency[]

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

const refused = (id: string, error: string): Answer => ({ id, error })

const onlyDigits = (text: string): boolean => text !== '' && [...text].every((letter) => '0123456789'.includes(letter))

/** "-7.5" with two digits is -750n; null for what is no amount. */
function unitsOf(text: unknown, digits: number): bigint | null {
  if (typeof text !== 'string') return null
  const [whole = '', fraction, ...more] = (text.startsWith('-') ? text.slice(1) : text).split('.')
  if (more.length > 0 || !onlyDigits(whole)) return null
  if (fraction !== undefined && (!onlyDigits(fraction) || fraction.length > digits)) return null
  const units = BigInt(whole + (fraction ?? '').padEnd(digits, '0'))
  return text.startsWith('-') ? -units : units
}

function textOf(units: bigint, digits: number): string {
  const text = String(units < 0n ? -units : units).padStart(digits + 1, '0')
  const number = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return units < 0n ? `-${number}` : number
}

function areWeights(weights: unknown): weights is number[] {
  if (!Array.isArray(weights) || weights.length === 0 || weights.length > 50) return false
  const fit = weights.every(
    (weight) => typeof weight === 'number' && Number.isInteger(weight) && weight >= 0 && weight <= 1e6,
  )
  return fit && weights.some((weight) => weight !== 0)
}

/** Asks of each share alone whether fewer others come before it than units are left over: no sorting, no sum of shares. */
function sharesOf(units: bigint, weights: number[], digits: number): string[] {
  const size = units < 0n ? -units : units
  const total = BigInt(weights.reduce((a, b) => a + b))
  const lost = weights.map((weight) => Number((size * BigInt(weight)) % total))
  const leftOver = lost.reduce((a, b) => a + b) / Number(total)
  return weights.map((weight, i) => {
    const before = lost.filter((other, j) => other > lost[i]! || (other === lost[i] && j < i)).length
    const share = (size * BigInt(weight)) / total + (before < leftOver ? 1n : 0n)
    return textOf(units < 0n ? -share : share, digits)
  })
}

/** The right answer to a request with at most one fault. */
function answerTo({ id, amount, currency, weights }: Request): Answer {
  const digits = currencies.includes(currency as Currency) ? digitsOf[currency as Currency] : null
  if (digits === null) return refused(id, 'BAD_CURRENCY')
  const units = unitsOf(amount, digits)
  if (units === null) return refused(id, 'BAD_AMOUNT')
  if (!areWeights(weights)) return refused(id, 'BAD_WEIGHTS')
  return { id, shares: sharesOf(units, weights, digits) }
}

/** Requests in short, numbered from a1 on. */
const splits = (...list: [amount: string, currency: Currency, weights: number[]][]): Split[] =>
  list.map(([amount, currency, weights], i) => ({ id: `a${i + 1}`, amount, currency, weights }))

const linesFor = (requests: readonly Request[]): string =>
  requests.map((request) => `${JSON.stringify(request)}\n`).join('')

type Asking = Pick<Fixtures, 'program' | 'transcript'>

async function ask({ program, transcript }: Asking, stdin: string, quiet = false): Promise<Answer[]> {
  const finished = await program.run({ stdin, quiet })
  const count = stdin === '' ? 0 : stdin.replace(/\n$/, '').split('\n').length
  const answers = finished.lines.map(parsed)
  if (answers.length === count) expect(finished.code, 'exit code').toBe(0)
  else for (const [label, text] of lineAnswers(finished).end ?? []) transcript(label, text)
  return answers
}

function parsed(line: string, i: number): Answer {
  try {
    return JSON.parse(line) as Answer
  } catch {
    throw new Error(`Line ${i + 1} of stdout is not JSON.`)
  }
}

/** For many requests at once: a child that ends early or with another exit code is told by what is missing. */
async function askMany(program: Fixtures['program'], requests: readonly Request[]): Promise<Answers<Answer>> {
  const finished: Finished = await program.run({ stdin: linesFor(requests), quiet: true })
  const came = lineAnswers<Answer>(finished)
  if (came.answers.length === requests.length) expect(finished.code, 'exit code').toBe(0)
  return came
}

const isSum = (request: Split, shares: unknown): boolean => {
  if (!Array.isArray(shares)) return false
  const digits = digitsOf[request.currency]
  const units = shares.map((share) => (isAmount(share, digits) ? unitsOf(share, digits) : null))
  return units.every((share) => share !== null) && sumOf(units) === unitsOf(request.amount, digits)
}

const sumOf = (numbers: bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n)

function isAmount(share: unknown, digits: number): share is string {
  return typeof share === 'string' && (digits === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${digits}}$`)).test(share)
}

type Judging = Asking & Pick<Fixtures, 'evidence' | 'requirement'>

/** @param number the requirement that wrong shares violate */
async function expectShares(
  { requirement, evidence, ...asking }: Judging,
  number: number,
  requests: Split[],
): Promise<void> {
  const answers = await ask(asking, linesFor(requests))
  const wanted = requests.map(answerTo)
  const shape = ({ id, ...members }: Answer): string => JSON.stringify([id, Object.keys(members)])
  const isShaped = answers.map(shape).join() === wanted.map(shape).join()
  const isWritten = requests.every((request, i) => isWrittenFor(request, answers[i]))
  evidence('sum', isShaped && requests.every((request, i) => isSum(request, answers[i]?.shares)) ? 'exact' : 'off')
  requirement(isShaped ? number : 2)
  if (isShaped && !isWritten) requirement(8)
  const words = isWritten ? 'the shares' : 'how a share is written'
  expect(answers, isShaped ? words : 'which answers come, and their members').toEqual(wanted)
}

/** All shares are amounts of the currency; a zero has no sign. */
function isWrittenFor({ currency }: Split, answer: Answer | undefined): boolean {
  const shares = Array.isArray(answer?.shares) ? answer.shares : []
  return shares.every((share) => isAmount(share, digitsOf[currency]) && !/^-[0.]+$/.test(share))
}

const many = (length: number, value: number): number[] => Array.from({ length }, () => value)

test(
  'splits 100.00 EUR in three as 33.34, 33.33, 33.33',
  { meta: { id: 'thirds', group: 'split', covers: [1, 2, 6, 8] } },
  async ({ program, transcript, random, evidence, requirement }) => {
    // The second one is drawn by seed: always one cent left over.
    const euros = random.integer(3, 300) * 3 + 1
    const requests = splits(['100.00', 'EUR', [1, 1, 1]], [`${euros}.00`, 'USD', [7, 7, 7]])
    await expectShares({ program, transcript, evidence, requirement }, 6, requests)
  },
)

test(
  'gives the left-over units to the shares that lost most by rounding down',
  { meta: { id: 'largest-remainders', group: 'split', covers: [2, 6, 8] } },
  async ({ program, transcript, random, evidence, requirement }) => {
    const whole = random.integer(10, 99) * 9
    const requests = splits(
      ['0.05', 'EUR', [3, 2, 1]],
      ['0.10', 'EUR', [1, 6, 2]],
      ['1.00', 'USD', [40, 2, 9, 4]],
      [`${whole}.10`, 'EUR', [2, 5, 2]],
    )
    await expectShares({ program, transcript, evidence, requirement }, 6, requests)
  },
)

test(
  'gives units that are left over to the share further left where shares lost equally much',
  { meta: { id: 'ties', group: 'split', covers: [2, 6, 8] } },
  async ({ program, transcript, random, evidence, requirement }) => {
    const requests = splits(
      ['0.05', 'EUR', [1, 1]],
      ['0.10', 'USD', [3, 1, 3, 1]],
      [`0.${random.integer(11, 39)}`, 'EUR', many(50, 1)],
    )
    await expectShares({ program, transcript, evidence, requirement }, 6, requests)
  },
)

test(
  'reads and writes the digits of each currency: none for JPY, three for KWD',
  { meta: { id: 'currencies', group: 'currencies', covers: [2, 3, 4, 8] } },
  async ({ program, transcript, evidence, requirement }) => {
    const requests = splits(
      ['1000', 'JPY', [1, 1, 1]],
      ['10.000', 'KWD', [1, 1, 1]],
      ['0.5', 'KWD', [3, 5, 3]],
      ['7', 'EUR', [1]],
      ['12.5', 'USD', [1, 2]],
      ['2', 'JPY', [1, 1, 1]],
    )
    await expectShares({ program, transcript, evidence, requirement }, 4, requests)
  },
)

const ids = integer({ min: 0, max: 999_999_999 }).map((n) => `s${n}`)
const digits = (minLength: number, maxLength: number): Arbitrary<string> =>
  array(constantFrom(...'0123456789'), { minLength, maxLength, size: 'max' }).map((list) => list.join(''))

/** Every form that the brief allows: leading zeros, fewer digits than the currency has, up to 18 in all. */
const amountIn = (currency: Currency, whole: Arbitrary<string>): Arbitrary<string> =>
  tuple(constantFrom('', '-'), whole, digits(0, digitsOf[currency]))
    .map(([sign, before, after]) => sign + before + (after === '' ? '' : `.${after}`))
    .filter((amount) => amount.replace(/[-.]/g, '').length <= 18)

const notAllZero = (weights: number[]): boolean => weights.some((weight) => weight > 0)
const weightsOf = (max: number, maxLength: number): Arbitrary<number[]> =>
  array(integer({ min: 0, max }), { minLength: 1, maxLength, size: 'max' }).filter(notAllZero)

const splitsBy = (whole: Arbitrary<string>, weights: Arbitrary<number[]>): Arbitrary<Split> =>
  constantFrom(...currencies).chain((currency) =>
    record({ id: ids, amount: amountIn(currency, whole), currency: constantFrom(currency), weights }),
  )

/** Amounts and weights of an ordinary day; products stay far below 2^53. */
const ordinary = splitsBy(digits(1, 6), weightsOf(1_000, 12))

/** Small weights make ties, 50 of them many left-over units. */
const anySplit = splitsBy(
  digits(1, 18),
  oneof(weightsOf(3, 5), weightsOf(9, 20), weightsOf(1_000_000, 8), weightsOf(1_000_000, 50)),
)

test(
  'makes a refund the mirror of its charge, share by share',
  { meta: { id: 'refunds', group: 'refunds', covers: [2, 7, 8] } },
  async ({ program, transcript, random, evidence, requirement }) => {
    // No share is zero here: how a zero is written is the next case.
    const weights = Array.from({ length: random.integer(2, 9) }, () => random.integer(1, 99))
    const charges = splits(
      ['100.00', 'EUR', [1, 1, 1]],
      ['50', 'JPY', [1, 3, 3]],
      ['0.06', 'USD', [1, 2, 1]],
      [`${random.integer(100, 999)}`, 'KWD', weights],
    )
    const refunds = charges.map((charge, i) => ({ ...charge, id: `refund-${i + 1}`, amount: `-${charge.amount}` }))
    await expectShares({ program, transcript, evidence, requirement }, 7, refunds)
  },
)

test(
  'never writes a negative zero',
  { meta: { id: 'negative-zero', group: 'refunds', covers: [2, 7, 8] } },
  async ({ program, transcript, evidence, requirement }) => {
    const requests = splits(
      ['-0.01', 'EUR', [1, 1]],
      ['-5', 'JPY', [0, 1]],
      ['-0.00', 'USD', [1, 2]],
      ['-0.200', 'KWD', [1, 0]],
    )
    await expectShares({ program, transcript, evidence, requirement }, 7, requests)
  },
)

test(
  'stays exact for amounts of up to 18 digits and weights up to a million',
  { meta: { id: 'large-amounts', group: 'large', covers: [2, 4, 5, 6, 8] } },
  async ({ program, transcript, random, evidence, requirement }) => {
    const requests = splits(
      ['90071992547409.93', 'EUR', [1, 1]],
      // Eighteen digits before the point: twenty or more as minor units.
      ['999999999999999999', 'EUR', [1, 1]],
      [`-${random.integer(900_000_000, 999_999_999)}123456789`, 'KWD', [1, 1, 1]],
      [
        `98765432109876${random.integer(10, 99)}.${random.integer(10, 99)}`,
        'EUR',
        [999_999, 1_000_000, random.integer(1, 9)],
      ],
      [`-123456789012345.${random.integer(100, 999)}`, 'KWD', [1_000_000, 7, 1_000_000]],
    )
    await expectShares({ program, transcript, evidence, requirement }, 4, requests)
  },
)

test(
  'gives a weight of 0 nothing, and never a left-over unit',
  { meta: { id: 'zero-weights', group: 'edges', covers: [2, 6, 8] } },
  async ({ program, transcript, evidence, requirement }) => {
    const requests = splits(
      ['100.00', 'EUR', [0, 1, 1, 1, 0]],
      ['0.02', 'EUR', [0, 1, 1, 1, 0]],
      ['0', 'JPY', [1, 0, 2]],
      ['3.33', 'USD', [0, 5]],
    )
    await expectShares({ program, transcript, evidence, requirement }, 6, requests)
  },
)

const good: Split = { id: 'good', amount: '7.00', currency: 'EUR', weights: [1, 1] }

test(
  'answers a bad request with its error code and carries on with the next one',
  { meta: { id: 'carries-on', group: 'requests', covers: [1, 2, 3, 4, 5] } },
  async ({ program, transcript, evidence, requirement }) => {
    requirement(2)
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
    const answers = await ask({ program, transcript }, linesFor(requests).trimEnd())
    const missing = requests.length - answers.length
    evidence(
      'answers',
      missing === 1 && answers.at(-1)?.id === 'negative-weight' ? 'last' : missing > 0 ? 'missing' : 'all',
    )
    evidence('accepted', answers[1]?.shares === undefined ? 'none' : 'amount')
    expect(answers, 'the answers').toEqual(requests.map(answerTo))
  },
)

/** Amounts that are none in EUR, or in the currency that stands with them. */
const badAmounts: Request[] = [
  ...inCurrency('EUR', [
    ...['', ' ', '-', '.', '-.', '.5', '5.', '-.5', '-5.', '5-', '--5', '- 5', '-+5', '+5.00', '+0', '5..0', '1.2.3'],
    ...[
      ' 5.00',
      '5.00 ',
      '\t5.00',
      '5.00\n',
      '\n5.00',
      '5.00\r',
      '5 00',
      '5. 00',
      '\u00a05.00',
      '5.00\u00a0',
      '5.00\0',
    ],
    ...['12.345', '12.500', '0.000', '-0.001', '1.00000000000000000', '12,50', '1,000.00', "1'000", '1_000', '5.0_0'],
    ...['1e3', '1E3', '1e0', '0.1e1', '0x10', '0b1', '0o7', '5n', '5f', '5.00EUR', 'EUR 5', '$5', 'a5', '5a', '5.a0'],
    ...['NaN', 'Infinity', '-Infinity', 'null', 'true', '½', '٣', '５', '５.００', '²', '\u22125'],
    ...[0, 5, -5, 7.5, 1e18, true, false, null, undefined, [], {}, ['5.00'], [5], { amount: '5.00' }],
  ]),
  ...inCurrency('JPY', ['12.5', '5.0', '5.00', '5.', '.5', '-0.0', '', '-', '1e3', ' 5', '5\n', 5, null]),
  ...inCurrency('KWD', ['0.1234', '1.0000', '-0.0001', '1.', '.125', '+1.125', 1.125, null]),
]

function inCurrency(currency: Currency, amounts: unknown[]): Request[] {
  return amounts.map((amount, i) => ({ ...good, id: `amount-${currency}-${i + 1}`, amount, currency }))
}

const badCurrencies: Request[] = [
  ...['eur', 'Eur', 'usd', 'jpy', 'kwd', ' EUR', 'EUR ', 'EUR\n', '\tEUR', '', 'E', 'EU', 'EURO', 'EUREUR', 'EUR,USD'],
  ...['GBP', 'CHF', 'BHD', 'KRW', '€', '978', '2', '0', 'constructor', 'toString', '__proto__', 'hasOwnProperty'],
  ...['size', 'length', 'get', 'undefined', 'null', 0, 2, 978, true, null, undefined, [], ['EUR'], {}, { EUR: 2 }],
].map((currency, i) => ({ ...good, id: `currency-${i + 1}`, currency, amount: '7' }))

const badWeights: Request[] = [
  ...[[], [0], [0, 0], many(50, 0), [-1], [-1, 2], [2, -1], [5, -5], [1, 1, -1], [1_000_001], [1, 1_000_001], [1e21]],
  ...[[1.5], [1, 2.5], [0.5, 0.5], [1_000_000.5], [0.000_1], ['1'], [1, '1'], [''], [1, ''], ['a'], [' 1']],
  ...[
    [true],
    [true, 1],
    [1, true],
    [false, 1],
    [1, false],
    [null],
    [null, 1],
    [1, null],
    [[1]],
    [1, [1]],
    [[], 1],
    [{}, 1],
  ],
  ...[[...many(49, 1), '1'], [...many(49, 1), -1], [...many(50, 1), 0], many(51, 1), many(51, 1_000_000), many(500, 1)],
  ...['', '1', '1,1', '[1,1]', 0, 1, true, false, null, undefined, {}, { 0: 1, length: 1 }, { weights: [1] }],
].map((weights, i) => ({ ...good, id: `weights-${i + 1}`, weights }))

/** A request whose amount is one step from a good one, on this side or the other. */
const nearAmounts: Arbitrary<Request> = constantFrom(...currencies).chain((currency) =>
  record({
    id: ids,
    amount: near(amountIn(currency, digits(1, 4))).filter((amount) => amount.replace(/\D/g, '').length <= 18),
    currency: constantFrom(currency),
    weights: weightsOf(3, 3),
  }),
)

const nearCurrencies: Arbitrary<Request> = record({
  id: ids,
  amount: digits(1, 3),
  currency: near(constantFrom<string[]>(...currencies), { letters: [...' \t\nEURSDJPYKW€'], changes: 1 }),
  weights: weightsOf(3, 3),
})

const strange = constantFrom<unknown[]>(-1, 1_000_001, 0.5, 1_000_000.5, '1', '', true, false, null, [1], {})

const nearWeights: Arbitrary<Request> = record({
  id: ids,
  amount: digits(1, 3),
  currency: constantFrom(...currencies),
  weights: tuple(
    array(integer({ min: 0, max: 1_000_000 }), { maxLength: 53, size: 'max' }),
    boolean(),
    integer({ min: 0, max: 52 }),
    strange,
  ).map(([weights, isStrange, place, one]): unknown[] =>
    isStrange ? [...weights.slice(0, place), one, ...weights.slice(place + 1)] : weights,
  ),
})

const partFor: Record<string, { accepted: string; requirement: number }> = {
  BAD_AMOUNT: { accepted: 'an amount of another form is accepted', requirement: 4 },
  BAD_CURRENCY: { accepted: 'another currency is accepted', requirement: 3 },
  BAD_WEIGHTS: { accepted: 'other weights are accepted', requirement: 5 },
}

/** What a wrong answer violates, in words and as a requirement. */
function violationOf({ expected, got }: Wrong<Request, Answer>): [words: string, requirement: number] {
  const part = partFor[expected.error ?? '']
  if (got === undefined) return ['that there is an answer', part?.requirement ?? 2]
  if (part === undefined)
    return got.error === undefined
      ? ['the shares', 4]
      : ['a good request is refused', partFor[got.error]?.requirement ?? 2]
  return got.shares === undefined ? ['the error code', 2] : [part.accepted, part.requirement]
}

test(
  'refuses every amount, currency and list of weights of another form, and nothing else',
  { meta: { id: 'other-forms', group: 'requests', covers: [2, 3, 4, 5] } },
  async ({ program, random, transcript, requirement }) => {
    await agrees<Request, Answer>({
      random,
      transcript,
      inputs: oneof(nearAmounts, nearAmounts, nearCurrencies, nearWeights),
      runs: 1_500,
      always: random.shuffle([...badAmounts, ...badCurrencies, ...badWeights]),
      model: answerTo,
      answers: (requests) => askMany(program, requests),
      at: (wrong) => {
        const [words, number] = violationOf(wrong)
        requirement(number)
        return words
      },
    })
  },
)

/** What an answer is worth without a look at who got the left-over units. */
interface Worth {
  shares: number
  sum: string
  /** Shares that are a whole unit or more from their exact value, or no amount at all. */
  away: unknown[]
}

const rightWorth = ({ amount, currency, weights }: Split): Worth => ({
  shares: weights.length,
  sum: textOf(unitsOf(amount, digitsOf[currency]) ?? 0n, digitsOf[currency]),
  away: [],
})

/** The answer itself where it has no shares. */
function worthOf({ amount, currency, weights }: Split, answer: Answer): Worth {
  if (!Array.isArray(answer.shares)) return answer as unknown as Worth
  const digits = digitsOf[currency]
  const units = unitsOf(amount, digits) ?? 0n
  const total = sumOf(weights.map(BigInt))
  const away = answer.shares.filter((share, i) => {
    if (!isAmount(share, digits)) return true
    const far = (unitsOf(share, digits) ?? 0n) * total - units * BigInt(weights[i] ?? 0)
    return (far < 0n ? -far : far) >= total
  })
  const sum = sumOf(answer.shares.map((share) => unitsOf(share, digits) ?? 0n))
  return { shares: answer.shares.length, sum: textOf(sum, digits), away }
}

test(
  'adds up to the cent in 2,000 splits drawn by seed',
  { meta: { id: 'adds-up', group: 'split', gate: true, covers: [6] } },
  async ({ program, random, transcript }) => {
    await agrees<Split, Worth>({
      random,
      transcript,
      inputs: ordinary,
      runs: 2_000,
      model: rightWorth,
      answers: async (requests) => {
        const { answers, ...more } = await askMany(program, requests)
        return {
          ...more,
          answers: answers.map((answer, i) => (requests[i] ? worthOf(requests[i], answer) : (answer as never))),
        }
      },
      at: 'the sum of the shares, and how far they are from exact',
    })
  },
)

/** Every small amount by every small list of weights. */
const small: Split[] = [0, 1, 2, 3]
  .flatMap((a) => [0, 1, 2, 3].flatMap((b) => [[a, b], ...[0, 1, 2, 3].map((c) => [a, b, c])]))
  .filter(notAllZero)
  .flatMap((weights, list) =>
    Array.from({ length: 15 }, (_, i): Split => {
      const currency = currencies[(list + i) % 4] ?? 'EUR'
      return { id: `x${list}-${i}`, amount: textOf(BigInt(i - 7), digitsOf[currency]), currency, weights }
    }),
  )

const exactly = (program: Fixtures['program']) => ({
  model: answerTo,
  answers: (requests: readonly Request[]) => askMany(program, requests),
})

test(
  'gives each share its exact text in splits of all kinds: ties, refunds, zeros, 50 weights, 18 digits',
  { meta: { id: 'exact-shares', group: 'split', covers: [4, 6, 7, 8] } },
  async ({ program, random, transcript, requirement }) => {
    await agrees<Request, Answer>({
      ...exactly(program),
      random,
      transcript,
      inputs: anySplit,
      runs: 1_500,
      always: small,
      at: ({ input, got }) => {
        const violated = violatedBy(input as Split, got)
        requirement(violated)
        return wordsOf[violated]
      },
    })
  },
)

const wordsOf = {
  4: 'the sum of the shares',
  6: 'who gets the left-over units',
  7: 'the shares of a refund',
  8: 'how a share is written',
}

/** The requirement that shares violate, by what is right about them. */
function violatedBy(request: Split, got: Answer | undefined): keyof typeof wordsOf {
  const shares = Array.isArray(got?.shares) ? got.shares : []
  const isNumber = shares.length > 0 && shares.every((share) => share !== '' && Number.isFinite(Number(share)))
  if (isNumber && !isWrittenFor(request, got)) return 8
  if (!isSum(request, shares)) return 4
  return request.amount.startsWith('-') ? 7 : 6
}

test(
  'accepts every form of an amount that the contract allows',
  { meta: { id: 'allowed-forms', group: 'currencies', covers: [4, 8] } },
  async ({ program, random, transcript }) => {
    const forms: Record<Currency, string[]> = {
      EUR: [
        ...[
          '0',
          '00',
          '000.00',
          '0.0',
          '-0',
          '-0.0',
          '-00',
          '7',
          '07',
          '007.50',
          '7.5',
          '7.05',
          '0.5',
          '0.05',
          '-0.05',
        ],
        ...['-7', '-007.5', '0.29', '1.15', '4.35', '8.41', '0000000000000007.50', '000000000000000001'],
        ...['9999999999999999.99', '-9999999999999999.99', '99999999999999999.9', '999999999999999999'],
      ],
      USD: ['0', '0.01', '-0.01', '1.1', '19.99', '0.57', '2.3', '999999999999999999', '1234567890123456.78'],
      JPY: ['0', '-0', '00', '1', '-1', '01', '000000000000000500', '-999999999999999999', '9007199254740993'],
      KWD: [
        '0',
        '0.0',
        '-0.000',
        '0.001',
        '0.01',
        '0.1',
        '0.010',
        '1',
        '1.5',
        '1.005',
        '-1.05',
        '01.250',
        '9007199254740.993',
      ],
    }
    const always = currencies.flatMap((currency) =>
      forms[currency].flatMap((amount) =>
        [[1], [1, 1, 1], [0, 2, 5, 0]].map((weights): Split => ({
          id: `${currency} ${amount}`,
          amount,
          currency,
          weights,
        })),
      ),
    )
    const inputs = splitsBy(digits(1, 18), weightsOf(2, 3))
    await agrees<Request, Answer>({
      ...exactly(program),
      random,
      transcript,
      inputs,
      runs: 200,
      always,
      at: 'the answer',
    })
  },
)

test(
  'accepts weights up to both limits at once',
  { meta: { id: 'weights-at-limits', group: 'large', covers: [5, 6] } },
  async ({ program, random, transcript, requirement }) => {
    const lists = [
      ...[
        [1],
        [1_000_000],
        [0, 1],
        [1, 0],
        [1_000_000, 0],
        [999_999, 1_000_000],
        many(50, 1_000_000),
        many(50, 999_999),
      ],
      ...[many(50, 1), many(49, 1), [...many(49, 0), 1], [1, ...many(49, 0)], [...many(49, 1_000_000), 1]],
      Array.from({ length: 50 }, () => random.integer(999_000, 1_000_000)),
    ]
    const amounts: [string, Currency][] = [
      ...([
        ['999999999999999999', 'JPY'],
        ['-999999999999999999', 'JPY'],
        ['9999999999999999.99', 'EUR'],
      ] as const),
      ...([
        ['999999999999999999', 'KWD'],
        ['0.49', 'USD'],
        ['-0.49', 'EUR'],
        ['0.01', 'EUR'],
        ['0', 'KWD'],
      ] as const),
    ].map(([amount, currency]) => [amount, currency])
    const always = amounts.flatMap(([amount, currency], i) =>
      lists.map((weights, j): Split => ({ id: `w${i}-${j}`, amount, currency, weights })),
    )
    requirement(5)
    await agrees<Request, Answer>({
      ...exactly(program),
      random,
      transcript,
      inputs: anySplit,
      runs: 0,
      always,
      at: 'the answer',
    })
  },
)

test(
  'answers each line once and in order, whatever its id: equal, empty, like numbers, long, of any letters',
  { meta: { id: 'any-id', group: 'requests', covers: [1, 2] } },
  async ({ program, transcript, requirement }) => {
    requirement(1)
    const texts = [
      ...[
        '10',
        '2',
        '1',
        '2',
        '10',
        '',
        '',
        '__proto__',
        'constructor',
        'toString',
        'null',
        '0',
        '-1',
        'a b',
        '  ',
        ' a',
      ],
      ...[
        'a ',
        'a"b',
        'a\\b',
        '"',
        '\\',
        '\\n',
        'line\nend',
        'tab\tstop',
        'Zoë',
        '数',
        '😀',
        '{}',
        '{"id":"x"}',
        'x,y',
      ],
      ...['A', 'a', 'x'.repeat(300), 'é'.repeat(300), 'same', 'same', 'same'],
    ]
    const requests = texts.map((id, i): Request => ({ ...good, id, amount: i % 5 === 3 ? 'none' : `${i}.0` }))
    const answers = await ask({ program, transcript }, linesFor(requests), true)
    expect(
      answers.map(({ id }) => id),
      'the ids of the answers',
    ).toEqual(texts)
    expect(answers, 'the answers').toEqual(requests.map(answerTo))
  },
)

test(
  'answers one line, faults alone, and no line at all',
  { meta: { id: 'few-lines', group: 'requests', covers: [1, 2] } },
  async ({ program, transcript, requirement }) => {
    requirement(1)
    const asking = { program, transcript }
    const { stdout, code } = await program.run({ stdin: '' })
    expect([stdout, code], 'output and exit code without any request').toEqual(['', 0])
    expect(await ask(asking, linesFor([good]).trimEnd()), 'the answer to one line without a line end').toEqual([
      answerTo(good),
    ])
    const faults = [
      { ...good, id: 'f1', currency: 'XXX' },
      { ...good, id: 'f2', amount: 5 },
      { ...good, id: 'f3', weights: [] },
    ]
    requirement(2)
    expect(await ask(asking, linesFor(faults)), 'the answers to faults alone').toEqual(faults.map(answerTo))
  },
)

test(
  'reads JSON as JSON: members in any order, spaces, escapes, and long input in letters of several bytes',
  { meta: { id: 'any-json', group: 'requests', covers: [1, 2] } },
  async ({ program, transcript, requirement }) => {
    requirement(1)
    const written = [
      '{"weights":[1,1,1],"currency":"EUR","amount":"100.00","id":"last"}',
      '  { "id" : "spaces" ,\t"amount" : "1.00" , "currency" : "USD" , "weights" : [ 2 , 1 ] }  ',
      '{"id":"\\u0061\\/b","amount":"\\u0037.5","currency":"\\u0045UR","weights":[1]}',
    ]
    const requests = Array.from({ length: 900 }, (_, i): Split => ({
      ...good,
      id: `${i} ${'Größe 数😀'.repeat(9 + (i % 4))}`,
      amount: `${i}.01`,
    }))
    const answers = await ask({ program, transcript }, `${written.join('\n')}\n${linesFor(requests)}`, true)
    for (const line of written) transcript('stdin', line)
    transcript('stdin', `and ${requests.length} more lines`)
    expect(answers.slice(0, 3), 'the answers to JSON in other forms').toEqual([
      { id: 'last', shares: ['33.34', '33.33', '33.33'] },
      { id: 'spaces', shares: ['0.67', '0.33'] },
      { id: 'a/b', shares: ['7.50'] },
    ])
    expect(answers.slice(3), 'the answers to long input').toEqual(requests.map(answerTo))
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
