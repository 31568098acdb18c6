import { GatewayTimeout, type Card, type Charge, type Order, type Payment, type Ports } from './ports.ts'

/** How often something is tried that may work a moment later. */
const tries = 3

export function createCheckout({ gateway, orders, mailer, clock, log }: Ports) {
  /** Takes the money for an order, once, and tells the customer. */
  async function pay(orderId: string, card: Card): Promise<Payment> {
    const order = await quietly(() => orders.load(orderId))
    if (!order) return { status: 'failed' }
    if (order.status === 'paid') return { status: 'paid', chargeId: order.chargeId ?? '' }
    log.info('charging', { order: order.id, cents: order.totalCents, card: `…${card.number.slice(-4)}` })
    const charge = await chargeFor(order, card)
    if (charge === null) return { status: 'failed' }
    if (!charge.approved) {
      log.info('declined', { order: order.id, reason: charge.reason })
      return { status: 'declined' }
    }
    const { chargeId } = charge
    if (!(await saved({ ...order, status: 'paid', chargeId }))) {
      await quietly(() => gateway.refund(chargeId))
      return { status: 'failed' }
    }
    await quietly(() => mailer.send({ to: order.email, subject: 'Your payment', text: `Your order ${order.id} is paid.` }))
    return { status: 'paid', chargeId }
  }

  /** What fails here is for the log; null then. */
  async function quietly<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch {
      log.error('something failed')
      return null
    }
  }

  /** null when the gateway never answered. One key for all tries: the money is taken once. */
  async function chargeFor(order: Order, card: Card): Promise<Charge | null> {
    const key = `order-${order.id}`
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      try {
        return await gateway.charge({ card, cents: order.totalCents, key })
      } catch (error) {
        log.error(error instanceof GatewayTimeout ? 'the gateway did not answer' : 'the gateway failed', { order: order.id, attempt })
        await clock.sleep(200 * attempt)
      }
    }
    return null
  }

  async function saved(order: Order): Promise<boolean> {
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      try {
        await orders.save(order)
        return true
      } catch {
        log.error('the order could not be saved', { order: order.id, attempt })
        await clock.sleep(100 * attempt)
      }
    }
    return false
  }

  return { pay }
}
