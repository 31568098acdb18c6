import { expect, test } from 'vitest'
import { patience } from './patience.ts'

test('patience: idle, busy, overrun: 1, the load per processor, never over 4', () => {
  expect([patience(0, 2), patience(1.9, 2), patience(5, 2), patience(80, 2)]).toEqual([1, 1, 2.5, 4])
})
