import { describe, expect, test } from 'vitest'
import { createCheckout } from '../src/checkout.ts'
import { aShop, anOrder, card } from './fakes.ts'

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
    const first = await createCheckout(shop).pay(anOrder.id, card)
    expect(await createCheckout(shop).pay(anOrder.id, card)).toEqual(first)
    expect(shop.gateway.charges).toHaveLength(1)
    expect(shop.mails).toHaveLength(1)
  })
})

test('a declined card: the order stays open, and nobody gets a mail', async () => {
  const shop = aShop()
  shop.gateway.script = ['decline']
  expect(await createCheckout(shop).pay(anOrder.id, card)).toEqual({ status: 'declined' })
  expect(shop.orders.stored(anOrder.id)).toEqual(anOrder)
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
    shop.gateway.always = 'timeout'
    expect(await createCheckout(shop).pay(anOrder.id, card)).toEqual({ status: 'failed' })
    expect(shop.orders.stored(anOrder.id)).toEqual(anOrder)
    expect(shop.mails).toEqual([])
  })
})

describe('an order that cannot be saved', () => {
  test('is saved a moment later, and not charged again', async () => {
    const shop = aShop()
    shop.orders.failures = 1
    expect(await createCheckout(shop).pay(anOrder.id, card)).toMatchObject({ status: 'paid' })
    expect(shop.gateway.charges).toHaveLength(1)
    expect(shop.gateway.refunded).toEqual([])
    expect(shop.orders.stored(anOrder.id).status).toBe('paid')
  })

  test('ever: the money goes back, and nobody gets a mail', async () => {
    const shop = aShop()
    shop.orders.failures = Infinity
    expect(await createCheckout(shop).pay(anOrder.id, card)).toEqual({ status: 'failed' })
    expect(shop.gateway.refunded).toEqual(['ch-1'])
    expect(shop.mails).toEqual([])
  })
})

describe('the number of the card is in no line of the log', () => {
  test('of a payment that needed two tries of everything', async () => {
    const shop = aShop()
    shop.gateway.script = ['timeout']
    shop.orders.failures = 1
    const { status } = await createCheckout(shop).pay(anOrder.id, card)
    expect(status).toBe('paid')
    expect(shop.logged.join('\n')).not.toContain(card.number)
  })

  test('of a payment that was declined', async () => {
    const shop = aShop()
    shop.gateway.script = ['decline']
    const { status } = await createCheckout(shop).pay(anOrder.id, card)
    expect(status).toBe('declined')
    expect(shop.logged.join('\n')).not.toContain(card.number)
  })
})
