import { expect, test } from 'vitest'
import { createCheckout } from '../src/checkout.ts'
import { card, makePorts, order } from './fakes.ts'

test('pays an order', async () => {
  const ports = makePorts()
  const result = await createCheckout(ports).pay(order.id, card)
  expect(result).toEqual({ status: 'paid', chargeId: 'ch-1' })
})

test('answers "declined" when the card is declined', async () => {
  const ports = { ...makePorts(), gateway: { charge: async () => ({ approved: false as const, reason: 'expired' }), refund: async () => {} } }
  expect(await createCheckout(ports).pay(order.id, card)).toEqual({ status: 'declined' })
})
