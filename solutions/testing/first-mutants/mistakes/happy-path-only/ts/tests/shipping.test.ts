import { describe, expect, test } from 'vitest'
import { shippingPrice } from '../src/shipping.ts'

describe('weight', () => {
  test('light and heavy', () => {
    expect(shippingPrice({ weightKg: 2, orderCents: 1000 })).toBe(490)
    expect(shippingPrice({ weightKg: 10, orderCents: 1000 })).toBe(990)
  })
})

describe('zone', () => {
  test.each([
    { zone: 'europe', light: 1290, heavy: 2150 },
    { zone: 'world', light: 2450, heavy: 4350 },
  ] as const)('$zone has its own prices', ({ zone, light, heavy }) => {
    expect(shippingPrice({ weightKg: 1, orderCents: 1000, zone })).toBe(light)
    expect(shippingPrice({ weightKg: 9, orderCents: 1000, zone })).toBe(heavy)
  })
})

test('big orders ship free', () => {
  expect(shippingPrice({ weightKg: 1, orderCents: 12000 })).toBe(0)
})

test('an island costs a surcharge', () => {
  expect(shippingPrice({ weightKg: 1, orderCents: 1000, island: true })).toBe(840)
})

test('a discount is taken off', () => {
  expect(shippingPrice({ weightKg: 1, orderCents: 1000, discountPercent: 10 })).toBe(441)
})
