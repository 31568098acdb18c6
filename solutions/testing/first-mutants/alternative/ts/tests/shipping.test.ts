import assert from 'node:assert/strict'
import { test } from 'vitest'
import { shippingPrice, type Parcel } from '../src/shipping.ts'

const price = (changes: Partial<Parcel> = {}): number => shippingPrice({ weightKg: 2, orderCents: 2000, ...changes })

test('a light parcel within the country is the plain case', () => {
  assert.equal(price(), 490)
})

test('the heavy price starts above 5 kg', () => {
  assert.deepEqual([0, 5].map((weightKg) => price({ weightKg })), [490, 490])
  assert.equal(price({ weightKg: 5.001 }) - price({ weightKg: 5 }), 500)
})

test('50.00 ships free', () => {
  assert.equal(price({ orderCents: 4999 }), 490)
  assert.equal(price({ orderCents: 5000 }), 0)
  assert.deepEqual((['europe', 'world'] as const).map((zone) => price({ orderCents: 5000, zone })), [1290, 2450])
})

test('each zone has its price', () => {
  const prices = (['domestic', 'europe', 'world'] as const).map((zone) => [price({ zone }), price({ zone, weightKg: 6 })])
  assert.deepEqual(prices, [[490, 990], [1290, 2150], [2450, 4350]])
})

test('an island adds 3.50 to whatever the rest comes to', () => {
  for (const rest of [{}, { orderCents: 9000 }, { zone: 'world', discountPercent: 20 }] as const) {
    assert.equal(price({ ...rest, island: true }), price(rest) + 350)
  }
})

test('a discount stops at 30 percent and is rounded', () => {
  assert.deepEqual([12, 15, 25, 30, 31, 100].map((discountPercent) => price({ discountPercent })), [431, 417, 368, 343, 343, 343])
  assert.equal(price({ zone: 'world', discountPercent: 20 }), 1960)
})

test('a weight below zero or no number is an error', () => {
  for (const weightKg of [-1, Number.NaN, Number.POSITIVE_INFINITY]) assert.throws(() => price({ weightKg }), RangeError)
})
