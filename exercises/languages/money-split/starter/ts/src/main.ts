import { createInterface } from 'node:readline'

const digitsOf: Record<string, number> = { EUR: 2, USD: 2, JPY: 0, KWD: 3 }

interface Request {
  id: string
  amount: string
  currency: string
  weights: number[]
}

function split(amount: number, digits: number, weights: number[]): string[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => ((amount * weight) / total).toFixed(digits))
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, amount, currency, weights } = JSON.parse(line) as Request
  const shares = split(Number(amount), digitsOf[currency], weights)
  console.log(JSON.stringify({ id, shares }))
}
