import type { Order, Shop } from './shop.ts'

export interface Notified {
  sent: number
  failed: string[]
}

export type Picked = { sku: string; ok: true; shelf: string } | { sku: string; ok: false; reason: string }

export type Placed = { status: 'paid'; paymentId: string; confirmed: boolean } | { status: 'declined' }

/** Tells the customers of these orders that their parcels will be late. */
export function notifyDelay(orders: Order[], shop: Shop): Promise<Notified> {
  const report: Notified = { sent: 0, failed: [] }
  const mails = orders.map((order) =>
    shop.sendMail(order.email, `Your order ${order.id} will be late.`).then(
      () => void report.sent++,
      () => void report.failed.push(order.email),
    ),
  )
  return Promise.all(mails).then(() => report)
}

/** Collects the lines of an order from the warehouse, one after the other. */
export async function packOrder(order: Order, shop: Shop): Promise<Picked[]> {
  const picked: Picked[] = []
  for (const { sku, quantity } of order.lines) {
    picked.push(
      await shop.pick(sku, quantity).then(
        (shelf) => ({ sku, ok: true, shelf }) as const,
        (error: Error) => ({ sku, ok: false, reason: error.message }) as const,
      ),
    )
  }
  return picked
}

/** Reserves, charges and confirms an order. */
export async function placeOrder(order: Order, shop: Shop): Promise<Placed> {
  await using _lock = await locked(order.id, shop)
  for (const { sku, quantity } of order.lines) await shop.reserve(sku, quantity)
  const charged = await shop.charge(order.id, order.cents).then(
    (paymentId) => ({ paymentId }),
    (error: { code?: string }) => {
      if (error.code === 'DECLINED') return null
      throw error
    },
  )
  if (!charged) return { status: 'declined' }
  const confirmed = await shop.sendMail(order.email, `Your order ${order.id} is paid.`).then(
    () => true,
    () => false,
  )
  return { status: 'paid', ...charged, confirmed }
}

/** The lock is given back, and that is waited for, when the block that holds it ends in any way. */
async function locked(orderId: string, shop: Shop): Promise<AsyncDisposable> {
  await shop.lock(orderId)
  return { [Symbol.asyncDispose]: () => shop.unlock(orderId) }
}
