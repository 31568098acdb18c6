import { createInterface } from 'node:readline'

const digitsOf = new Map([['EUR', 2], ['USD', 2], ['JPY', 0], ['KWD', 3]])

type Answer = { shares: string[] } | { error: 'BAD_AMOUNT' | 'BAD_CURRENCY' | 'BAD_WEIGHTS' }

/** The amount in minor units: "-12.5" with two digits is -1250. */
function parseAmount(text: unknown, digits: number): bigint | null {
  const match = typeof text === 'string' ? /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) : null
  if (!match) return null
  const [, sign, whole, fraction = ''] = match
  if (fraction.length > digits) return null
  const units = BigInt(whole + fraction.padEnd(digits, '0'))
  return sign ? -units : units
}

function formatAmount(units: bigint, digits: number): string {
  const text = String(units < 0n ? -units : units).padStart(digits + 1, '0')
  const point = text.length - digits
  return `${units < 0n ? '-' : ''}${text.slice(0, point)}${digits > 0 ? '.' : ''}${text.slice(point)}`
}

function areWeights(weights: unknown): weights is number[] {
  if (!Array.isArray(weights) || weights.length < 1 || weights.length > 50) return false
  if (!weights.every((w) => Number.isInteger(w) && w >= 0 && w <= 1_000_000)) return false
  return weights.some((w) => w > 0)
}

const sum = (numbers: bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n)

/** Largest remainder: every share is rounded down, then the left-over units go where most was cut off. */
function split(units: bigint, weights: bigint[]): bigint[] {
  const size = units < 0n ? -units : units
  const total = sum(weights)
  const shares = weights.map((weight) => (size * weight) / total)
  const byCutOff = weights
    .map((weight, i) => ({ i, cutOff: (size * weight) % total }))
    .sort((a, b) => (a.cutOff < b.cutOff ? -1 : a.cutOff > b.cutOff ? 1 : 0))
  const leftOver = Number(size - sum(shares))
  for (const { i } of byCutOff.reverse().slice(0, leftOver)) shares[i] += 1n
  return units < 0n ? shares.map((share) => -share) : shares
}

function answerTo({ amount, currency, weights }: Record<string, unknown>): Answer {
  const digits = digitsOf.get(currency as string)
  if (digits === undefined) return { error: 'BAD_CURRENCY' }
  const units = parseAmount(amount, digits)
  if (units === null) return { error: 'BAD_AMOUNT' }
  if (!areWeights(weights)) return { error: 'BAD_WEIGHTS' }
  return { shares: split(units, weights.map(BigInt)).map((share) => formatAmount(share, digits)) }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const request = JSON.parse(line) as Record<string, unknown>
  console.log(JSON.stringify({ id: request.id, ...answerTo(request) }))
}
