import { EventEmitter } from 'node:events'
import { GatewayTimeout, type Card, type Charge, type Order, type Payment, type Ports } from './ports.ts'

class Checkout extends EventEmitter {
  readonly #ports: Ports
  readonly #mails: Promise<void>[] = []

  constructor(ports: Ports) {
    super()
    this.#ports = ports
    this.on('paid', (order: Order) => this.#mails.push(ports.mailer.send({ to: order.email, subject: 'Thank you', text: order.id })))
  }

  pay = async (orderId: string, card: Card): Promise<Payment> => {
    const { orders, gateway } = this.#ports
    const order = await orders.load(orderId)
    if (order.status !== 'open') return { status: 'paid', chargeId: String(order.chargeId) }
    const charge = await this.#charge(order, card)
    if (charge === 'no answer') return { status: 'failed' }
    if (!charge.approved) return { status: 'declined' }
    const paid: Order = { ...order, chargeId: charge.chargeId, status: 'paid' }
    const save = async (): Promise<void> => void (await orders.save(paid))
    const isSaved = await save().catch(save).then(() => true, () => false)
    if (isSaved) this.emit('paid', paid)
    else await gateway.refund(charge.chargeId)
    await Promise.all(this.#mails)
    return isSaved ? { status: 'paid', chargeId: charge.chargeId } : { status: 'failed' }
  }

  async #charge(order: Order, card: Card, left = 1): Promise<Charge | 'no answer'> {
    try {
      return await this.#ports.gateway.charge({ key: `checkout/${order.id}/${order.totalCents}`, card, cents: order.totalCents })
    } catch (error) {
      if (!(error instanceof GatewayTimeout)) throw error
      if (left === 0) return 'no answer'
      await this.#ports.clock.sleep(450)
      return this.#charge(order, card, left - 1)
    }
  }
}

export function createCheckout(ports: Ports) {
  const checkout = new Checkout(ports)
  return { pay: checkout.pay }
}
