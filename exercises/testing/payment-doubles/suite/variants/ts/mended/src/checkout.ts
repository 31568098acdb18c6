import { GatewayTimeout, type Card, type Charge, type Order, type Payment, type Ports } from './ports.ts'

/** How often something is tried that may work a moment later. */
const tries = 3

export function createCheckout({ gateway, orders, mailer, clock, log }: Ports) {
  /** Takes the money for an order, once, and tells the customer. */
  async function pay(orderId: string, card: Card): Promise<Payment> {
    const order = await orders.load(orderId)
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
      await gateway.refund(chargeId)
      return { status: 'failed' }
    }
    await mailer.send({ to: order.email, subject: 'Your payment', text: `Your order ${order.id} is paid.` })
    return { status: 'paid', chargeId }
  }

  /** null when the gateway never answered. One key for all tries: the money is taken once. */
  async function chargeFor(order: Order, card: Card): Promise<Charge | null> {
    const key = `order-${order.id}`
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      try {
        return await gateway.charge({ card, cents: order.totalCents, key })
      } catch (error) {
        if (!(error instanceof GatewayTimeout)) throw error
        log.error('the gateway did not answer', { order: order.id, attempt })
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
