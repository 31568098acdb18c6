import type { Db } from 'mongodb'
import { carts, stock, UnknownItem, type Cart } from './types.ts'

export interface Purchase {
  sku: string
  quantity: number
}

export interface Change {
  customer: number
  sku: string
  size: string
  quantity: number
}

/** Called when a process of the shop starts, before anything else. */
export async function prepare(db: Db): Promise<void> {
  await carts(db).createIndex({ customer: 1 }, { unique: true, name: 'one_cart_for_each_customer' })
}

/** Compares and sets: writes only if the item is still as it was read, else looks again. */
export async function buy(db: Db, { sku, quantity }: Purchase): Promise<boolean> {
  for (;;) {
    const item = await stock(db).findOne({ _id: sku })
    if (!item) throw new UnknownItem(`there is no ${sku} in this shop`)
    const { left, sold } = item
    if (left < quantity) return false
    const { matchedCount } = await stock(db).updateOne({ _id: sku, left, sold }, { $set: { left: left - quantity, sold: sold + quantity } })
    if (matchedCount === 1) return true
  }
}

/** Names the line itself, and asks in the filter whether there is one: the answer counts carts, not lines. */
export async function setQuantity(db: Db, { customer, sku, size, quantity }: Change): Promise<boolean> {
  const { matchedCount } = await carts(db).updateOne(
    { customer, lines: { $elemMatch: { sku, size } } },
    { $set: { 'lines.$[line].quantity': quantity } },
    { arrayFilters: [{ 'line.sku': sku, 'line.size': size }] },
  )
  return matchedCount === 1
}

/** Looks first, since nearly every customer has a cart; then whoever inserts first has made it. */
export async function cartOf(db: Db, customer: number): Promise<Cart> {
  const present = await carts(db).findOne({ customer })
  if (present) return present
  const cart: Cart = { customer, lines: [] }
  try {
    await carts(db).insertOne(cart)
    return cart
  } catch (error) {
    if ((error as { code?: unknown }).code === 11000) return cartOf(db, customer)
    throw error
  }
}
