import { text } from 'node:stream/consumers'

interface Currency {
  digits: number
  unitsPerWhole: bigint
  form: RegExp
}

const currencies = new Map<unknown, Currency>()
for (const [code, digits] of Object.entries({ EUR: 2, USD: 2, JPY: 0, KWD: 3 })) {
  const form = digits === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+(\\.\\d{1,${digits}})?$`)
  currencies.set(code, { digits, unitsPerWhole: 10n ** BigInt(digits), form })
}

class Refused extends Error {}

function need(holds: boolean, code: string): asserts holds {
  if (!holds) throw new Refused(code)
}

/** Hands out whole units one round at a time: each goes to the share that is furthest behind its exact value. */
function split(size: bigint, weights: bigint[]): bigint[] {
  const total = weights.reduce((a, b) => a + b)
  const shares = weights.map((weight) => (size * weight) / total)
  let leftOver = size - shares.reduce((a, b) => a + b)
  for (; leftOver > 0n; leftOver--) {
    const behind = weights.map((weight, i) => size * weight - shares[i] * total)
    const most = behind.reduce((a, b) => (b > a ? b : a))
    shares[behind.indexOf(most)] += 1n
  }
  return shares
}

function sharesOf(request: { amount: unknown; currency: unknown; weights: unknown }): string[] {
  const { amount, weights } = request
  const currency = currencies.get(request.currency)
  need(currency !== undefined, 'BAD_CURRENCY')
  need(typeof amount === 'string' && currency.form.test(amount), 'BAD_AMOUNT')
  need(Array.isArray(weights) && weights.length > 0 && weights.length <= 50, 'BAD_WEIGHTS')
  need(weights.every((w) => typeof w === 'number' && /^\d+$/.test(String(w)) && w <= 1e6), 'BAD_WEIGHTS')
  need(weights.some(Boolean), 'BAD_WEIGHTS')

  const [whole, fraction = ''] = amount.replace('-', '').split('.')
  const size = BigInt(whole) * currency.unitsPerWhole + BigInt(fraction.padEnd(currency.digits, '0'))
  return split(size, weights.map(BigInt)).map((share) => {
    const sign = amount.startsWith('-') && share > 0n ? '-' : ''
    const units = currency.digits > 0 ? `.${String(share % currency.unitsPerWhole).padStart(currency.digits, '0')}` : ''
    return `${sign}${share / currency.unitsPerWhole}${units}`
  })
}

const answers = (await text(process.stdin)).split('\n').filter(Boolean).map((line) => {
  const request = JSON.parse(line)
  try {
    return { shares: sharesOf(request), id: request.id }
  } catch (error) {
    if (error instanceof Refused) return { error: error.message, id: request.id }
    throw error
  }
})
process.stdout.write(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''))
