import { expect, test } from 'vitest'
import { shippingPrice } from '../src/shipping.ts'

test('charges a light domestic parcel', () => {
  expect(shippingPrice({ weightKg: 2, orderCents: 1999, zone: 'domestic' })).toBe(490)
})

test('charges a heavy domestic parcel', () => {
  expect(shippingPrice({ weightKg: 8, orderCents: 1999, zone: 'domestic' })).toBe(990)
})
