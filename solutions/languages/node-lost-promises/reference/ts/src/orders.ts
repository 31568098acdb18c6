import type { Line, Order, Shop } from './shop.ts'

export interface Notified {
  sent: number
  failed: string[]
}

export type Picked = { sku: string; ok: true; shelf: string } | { sku: string; ok: false; reason: string }

export type Placed = { status: 'paid'; paymentId: string; confirmed: boolean } | { status: 'declined' }

/** Tells the customers of these orders that their parcels will be late. */
export async function notifyDelay(orders: Order[], shop: Shop): Promise<Notified> {
  const mails = await Promise.allSettled(orders.map((order) => shop.sendMail(order.email, `Your order ${order.id} will be late.`)))
  const failed = orders.filter((_, i) => mails[i]?.status === 'rejected').map((order) => order.email)
  return { sent: orders.length - failed.length, failed }
}

/** Collects the lines of an order from the warehouse. */
export async function packOrder(order: Order, shop: Shop): Promise<Picked[]> {
  return Promise.all(order.lines.map((line) => pickLine(line, shop)))
}

/** Never rejects: a line that cannot be picked is an answer too. */
async function pickLine({ sku, quantity }: Line, shop: Shop): Promise<Picked> {
  try {
    return { sku, ok: true, shelf: await shop.pick(sku, quantity) }
  } catch (error) {
    return { sku, ok: false, reason: (error as Error).message }
  }
}

/** Reserves, charges and confirms an order. */
export async function placeOrder(order: Order, shop: Shop): Promise<Placed> {
  await shop.lock(order.id)
  try {
    await reserveAll(order.lines, shop)
    return await chargeAndConfirm(order, shop)
  } finally {
    await shop.unlock(order.id)
  }
}

/** Waits for every line before it gives up: the lock must not be free while a reservation is under way. */
async function reserveAll(lines: Line[], shop: Shop): Promise<void> {
  const reservations = await Promise.allSettled(lines.map((line) => shop.reserve(line.sku, line.quantity)))
  const failure = reservations.find((reservation) => reservation.status === 'rejected')
  if (failure) throw failure.reason
}

async function chargeAndConfirm(order: Order, shop: Shop): Promise<Placed> {
  let paymentId: string
  try {
    paymentId = await shop.charge(order.id, order.cents)
  } catch (error) {
    // Only here: the same code from a reservation is an error of another step.
    if ((error as { code?: string }).code === 'DECLINED') return { status: 'declined' }
    throw error
  }
  let confirmed = true
  try {
    await shop.sendMail(order.email, `Your order ${order.id} is paid.`)
  } catch {
    confirmed = false
  }
  return { status: 'paid', paymentId, confirmed }
}
