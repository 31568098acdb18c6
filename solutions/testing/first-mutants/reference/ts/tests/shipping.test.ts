import { describe, expect, test } from 'vitest'
import { shippingPrice } from '../src/shipping.ts'

describe('weight', () => {
  test.each([
    { weightKg: 0, price: 490 },
    { weightKg: 4.99, price: 490 },
    { weightKg: 5, price: 490 },
    { weightKg: 5.01, price: 990 },
  ])('$weightKg kg cost $price', ({ weightKg, price }) => {
    expect(shippingPrice({ weightKg, orderCents: 1000 })).toBe(price)
  })

  test.each([-0.01, -3, NaN, Infinity])('rejects %s kg', (weightKg) => {
    expect(() => shippingPrice({ weightKg, orderCents: 1000 })).toThrow(RangeError)
  })
})

describe('zone', () => {
  test('is domestic unless it is given', () => {
    const parcel = { weightKg: 1, orderCents: 1000 }
    expect(shippingPrice(parcel)).toBe(490)
    expect(shippingPrice({ ...parcel, zone: 'domestic' })).toBe(490)
  })

  test.each([
    { zone: 'europe', light: 1290, heavy: 2150 },
    { zone: 'world', light: 2450, heavy: 4350 },
  ] as const)('$zone has its own prices', ({ zone, light, heavy }) => {
    expect(shippingPrice({ weightKg: 1, orderCents: 1000, zone })).toBe(light)
    expect(shippingPrice({ weightKg: 9, orderCents: 1000, zone })).toBe(heavy)
  })
})

describe('free shipping', () => {
  test.each([
    { orderCents: 4999, price: 490 },
    { orderCents: 5000, price: 0 },
    { orderCents: 5001, price: 0 },
  ])('an order of $orderCents cents ships for $price', ({ orderCents, price }) => {
    expect(shippingPrice({ weightKg: 1, orderCents })).toBe(price)
  })

  test('is domestic only', () => {
    expect(shippingPrice({ weightKg: 1, orderCents: 5000, zone: 'europe' })).toBe(1290)
  })
})

describe('island', () => {
  test('costs a surcharge', () => {
    expect(shippingPrice({ weightKg: 1, orderCents: 1000, island: true })).toBe(840)
  })

  test('costs the surcharge where shipping is free, and with a discount', () => {
    expect(shippingPrice({ weightKg: 1, orderCents: 5000, island: true })).toBe(350)
    expect(shippingPrice({ weightKg: 1, orderCents: 1000, island: true, discountPercent: 10 })).toBe(791)
  })
})

describe('discount', () => {
  test.each([
    { discountPercent: 29, price: 348 }, // 347.9
    { discountPercent: 30, price: 343 },
    { discountPercent: 31, price: 343 },
    { discountPercent: 80, price: 343 },
  ])('$discountPercent percent leave $price', ({ discountPercent, price }) => {
    expect(shippingPrice({ weightKg: 1, orderCents: 1000, discountPercent })).toBe(price)
  })

  test('rounds to the nearest cent, and half a cent up', () => {
    expect(shippingPrice({ weightKg: 1, orderCents: 1000, discountPercent: 15 })).toBe(417) // 416.5
    expect(shippingPrice({ weightKg: 1, orderCents: 1000, discountPercent: 12 })).toBe(431) // 431.2
  })
})

describe('another zone', () => {
  test('pays for a large order, wherever it is', () => {
    expect(shippingPrice({ weightKg: 1, orderCents: 5000, zone: 'world' })).toBe(2450)
  })

  test('has the discount', () => {
    expect(shippingPrice({ weightKg: 1, orderCents: 1000, zone: 'europe', discountPercent: 10 })).toBe(1161)
  })

  test('has the surcharge', () => {
    expect(shippingPrice({ weightKg: 1, orderCents: 1000, zone: 'europe', island: true })).toBe(1640)
  })
})
