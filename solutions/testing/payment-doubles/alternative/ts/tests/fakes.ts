import { vi } from 'vitest'
import type { Order, Ports } from '../src/ports.ts'

export const card = { number: '5555444433331111', expires: '12/28' }

export const order: Order = { id: 'C-9', email: 'omar@example.com', totalCents: 70_50, status: 'open', chargeId: null }

/** Spies around a little state: what was stored, and what was taken by which key. */
export function makePorts() {
  let stored: Order = { ...order }
  const save = vi.fn(async (changed: Order) => {
    stored = { ...changed }
  })
  return {
    gateway: {
      charge: vi.fn<Ports['gateway']['charge']>(async ({ key }) => ({ approved: true, chargeId: `charge for ${key}` })),
      refund: vi.fn<Ports['gateway']['refund']>(async () => {}),
    },
    orders: { load: async () => ({ ...stored }), save, saveAll: async (all: Order[]) => void (await Promise.all(all.map((one) => save(one)))) },
    mailer: { send: vi.fn<Ports['mailer']['send']>(async () => {}) },
    clock: { now: () => 0, sleep: async () => {} },
    log: { info: vi.fn(), error: vi.fn() },
    stored: () => stored,
  } satisfies Ports & { stored: unknown }
}
