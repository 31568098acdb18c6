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
    let { chargeId } = charge
    for (let attempt = 1; !(await savedOnce({ ...order, status: 'paid', chargeId })); attempt += 1) {
      if (attempt === tries) {
        await gateway.refund(chargeId)
        return { status: 'failed' }
      }
      const again = await chargeFor(order, card, `order-${order.id}-${attempt}`)
      if (again?.approved) chargeId = again.chargeId
    }
    await mailer.send({ to: order.email, subject: 'Your payment', text: `Your order ${order.id} is paid.` })
    return { status: 'paid', chargeId }
  }

  /** null when the gateway never answered. One key for all tries: the money is taken once. */
  async function chargeFor(order: Order, card: Card, key = `order-${order.id}`): Promise<Charge | null> {
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

  async function savedOnce(order: Order): Promise<boolean> {
    try {
      await orders.save(order)
      return true
    } catch {
      log.error('the order could not be saved', { order: order.id })
      await clock.sleep(100)
      return false
    }
  }

  return { pay }
}
