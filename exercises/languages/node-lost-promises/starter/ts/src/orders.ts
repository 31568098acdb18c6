import type { Order, Shop } from './shop.ts'

export interface Notified {
  sent: number
  failed: string[]
}

export type Picked = { sku: string; ok: true; shelf: string } | { sku: string; ok: false; reason: string }

export type Placed = { status: 'paid'; paymentId: string; confirmed: boolean } | { status: 'declined' }

/** Tells the customers of these orders that their parcels will be late. */
export async function notifyDelay(orders: Order[], shop: Shop): Promise<Notified> {
  const report: Notified = { sent: 0, failed: [] }
  orders.forEach(async (order) => {
    try {
      await shop.sendMail(order.email, `Your order ${order.id} will be late.`)
      report.sent += 1
    } catch {
      report.failed.push(order.email)
    }
  })
  return report
}

/** Collects the lines of an order from the warehouse. */
export async function packOrder(order: Order, shop: Shop): Promise<Picked[]> {
  const shelves = await Promise.all(order.lines.map((line) => shop.pick(line.sku, line.quantity)))
  return order.lines.map((line, i) => ({ sku: line.sku, ok: true, shelf: shelves[i] ?? '' }))
}

/** Reserves, charges and confirms an order. */
export async function placeOrder(order: Order, shop: Shop): Promise<Placed> {
  await shop.lock(order.id)
  try {
    await Promise.all(order.lines.map((line) => shop.reserve(line.sku, line.quantity)))
    return chargeAndConfirm(order, shop)
  } catch (error) {
    if ((error as { code?: string }).code === 'DECLINED') return { status: 'declined' }
    throw error
  } finally {
    shop.unlock(order.id)
  }
}

async function chargeAndConfirm(order: Order, shop: Shop): Promise<Placed> {
  const paymentId = await shop.charge(order.id, order.cents)
  let confirmed = true
  try {
    shop.sendMail(order.email, `Your order ${order.id} is paid.`)
  } catch {
    confirmed = false
  }
  return { status: 'paid', paymentId, confirmed }
}
