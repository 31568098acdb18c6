import { vi } from 'vitest'
import type { Order, Ports } from '../src/ports.ts'

export const order: Order = { id: 'A-17', email: 'ida@example.com', totalCents: 4250, status: 'open', chargeId: null }

export const card = { number: '4242424242424242', expires: '09/29' }

/** Mocks for everything that the checkout talks to; each says that all is well. */
export function makePorts() {
  return {
    gateway: { charge: vi.fn(async () => ({ approved: true as const, chargeId: 'ch-1' })), refund: vi.fn(async () => {}) },
    orders: { load: vi.fn(async () => ({ ...order })), save: vi.fn(async () => {}), saveAll: vi.fn(async () => {}) },
    mailer: { send: vi.fn(async () => {}) },
    clock: { now: () => 0, sleep: async () => {} },
    log: { info: vi.fn(), error: vi.fn() },
  } satisfies Ports
}
