import { describe, expect, test } from 'vitest'
import { createCheckout } from '../src/checkout.ts'
import { aShop, anOrder, card } from './fakes.ts'

const always = Array.from({ length: 20 }, () => 'timeout' as const)

describe('a card that is good', () => {
  test('is charged the total of the order, once', async () => {
    const shop = aShop()
    const result = await createCheckout(shop).pay(anOrder.id, card)
    expect(shop.gateway.charges).toMatchObject([{ cents: 3199, card }])
    expect(result).toEqual({ status: 'paid', chargeId: shop.gateway.charges[0]?.chargeId })
  })

  test('leaves a paid order and one mail', async () => {
    const shop = aShop()
    await createCheckout(shop).pay(anOrder.id, card)
    expect(shop.orders.stored(anOrder.id)).toEqual({ ...anOrder, status: 'paid', chargeId: 'ch-1' })
    expect(shop.mails.map((mail) => mail.to)).toEqual(['lin@example.com'])
  })

  test('is not charged for an order that is paid', async () => {
    const shop = aShop()
    const checkout = createCheckout(shop)
    const first = await checkout.pay(anOrder.id, card)
    expect(await checkout.pay(anOrder.id, card)).toEqual(first)
    expect(shop.gateway.charges).toHaveLength(1)
    expect(shop.mails).toHaveLength(1)
  })
})

test('a declined card: the order stays open, and nobody gets a mail', async () => {
  const shop = aShop()
  shop.gateway.script = ['decline']
  expect(await createCheckout(shop).pay(anOrder.id, card)).toEqual({ status: 'declined' })
  expect(shop.mails).toEqual([])
})

describe('a gateway without an answer', () => {
  test('is asked again, and the money is taken once', async () => {
    const shop = aShop()
    shop.gateway.script = ['timeout after taking']
    expect(await createCheckout(shop).pay(anOrder.id, card)).toEqual({ status: 'paid', chargeId: 'ch-1' })
    expect(shop.gateway.charges).toHaveLength(1)
  })

  test('is no decline', async () => {
    const shop = aShop()
    shop.gateway.script = [...always]
    expect(await createCheckout(shop).pay(anOrder.id, card)).toEqual({ status: 'failed' })
    expect(shop.orders.stored(anOrder.id).status).toBe('open')
    expect(shop.mails).toEqual([])
  })
})

describe('an order that cannot be saved', () => {
  test('is saved a moment later, and not charged again', async () => {
    const shop = aShop()
    shop.orders.failures = 1
    expect(await createCheckout(shop).pay(anOrder.id, card)).toMatchObject({ status: 'paid' })
    expect(shop.gateway.charges).toHaveLength(1)
    expect(shop.orders.stored(anOrder.id).status).toBe('paid')
  })

  test('ever: the money goes back, and nobody gets a mail', async () => {
    const shop = aShop()
    shop.orders.failures = 100
    expect(await createCheckout(shop).pay(anOrder.id, card)).toEqual({ status: 'failed' })
    expect(shop.gateway.refunded).toEqual(shop.gateway.charges.map((charge) => charge.chargeId))
    expect(shop.mails).toEqual([])
  })
})

test('the number of the card is in no line of the log', async () => {
  const shop = aShop()
  shop.gateway.script = ['timeout']
  shop.orders.failures = 1
  const { status } = await createCheckout(shop).pay(anOrder.id, card)
  expect(status).toBe('paid')
  expect(shop.logged.join('\n')).not.toContain(card.number)
})
