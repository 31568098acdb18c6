import { randomUUID } from 'node:crypto'
import type { Card, Charge, Order, Payment, Ports } from './ports.ts'

/** Runs work until it succeeds; null when it never did. */
async function persist<T>(waits: readonly number[], sleep: (ms: number) => Promise<void>, work: () => Promise<T>): Promise<T | null> {
  for (const wait of waits) {
    try {
      return await work()
    } catch {
      if (wait > 0) await sleep(wait)
    }
  }
  return null
}

export function createCheckout(ports: Ports) {
  const sleep = (ms: number): Promise<void> => ports.clock.sleep(ms)

  async function settle(order: Order, charge: Charge & { approved: true }): Promise<Payment> {
    const written = await persist([300, 600, 900, 0], sleep, async () => {
      await ports.orders.saveAll([{ ...order, status: 'paid', chargeId: charge.chargeId }])
      return true
    })
    if (written === null) {
      await ports.gateway.refund(charge.chargeId)
      ports.log.error('refunded', { order: order.id })
      return { status: 'failed' }
    }
    const { email } = await ports.orders.load(order.id)
    await ports.mailer.send({ to: email, subject: `Receipt for ${order.id}`, text: `Paid at ${new Date(ports.clock.now()).toISOString()}` })
    return { status: 'paid', chargeId: charge.chargeId }
  }

  async function pay(orderId: string, card: Card): Promise<Payment> {
    ports.log.info('asked to pay', { orderId })
    const order = await ports.orders.load(orderId)
    if (order.chargeId !== null && order.status === 'paid') {
      ports.log.info('is paid already', { orderId })
      return { status: 'paid', chargeId: order.chargeId }
    }
    const request = { card, cents: order.totalCents, key: randomUUID() }
    const charge = await persist([300, 600, 0], sleep, () => ports.gateway.charge({ ...request }))
    if (charge?.approved === true) return settle(order, charge)
    return { status: charge === null ? 'failed' : 'declined' }
  }

  return { pay }
}
