import { Problem } from './problem.ts'

export interface PaymentRequest {
  /** In the smallest unit of the currency. */
  amount: number
  currency: string
  card: string
}

/** What the body of a POST has to hold. */
export function readPayment(body: unknown): PaymentRequest {
  const { amount, currency, card } = (body ?? {}) as Record<string, unknown>
  if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 1) throw new Problem(400, 'amount has to be a whole number from 1 up.')
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) throw new Problem(400, 'currency has to be three capital letters.')
  if (typeof card !== 'string' || !/^\d{12,19}$/.test(card)) throw new Problem(400, 'card has to be 12 to 19 digits.')
  return { amount, currency, card }
}
