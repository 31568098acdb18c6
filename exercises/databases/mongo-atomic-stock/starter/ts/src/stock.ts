import type { Db } from 'mongodb'
import { carts, stock, type Cart } from './types.ts'

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
  await carts(db).createIndex({ customer: 1 })
}

/** Resolves to whether the pieces were bought. */
export async function buy(db: Db, { sku, quantity }: Purchase): Promise<boolean> {
  const item = await stock(db).findOne({ _id: sku })
  if (!item || item.left < quantity) return false
  await stock(db).updateOne({ _id: sku }, { $set: { left: item.left - quantity } })
  await stock(db).updateOne({ _id: sku }, { $set: { sold: item.sold + quantity } })
  return true
}

/** Resolves to whether the customer's cart has such a line. */
export async function setQuantity(db: Db, { customer, sku, size, quantity }: Change): Promise<boolean> {
  const result = await carts(db).updateOne({ customer, 'lines.sku': sku, 'lines.size': size }, { $set: { 'lines.$.quantity': quantity } })
  return result.modifiedCount === 1
}

/** The customer's cart; an empty one is made if there is none. */
export async function cartOf(db: Db, customer: number): Promise<Cart> {
  const found = await carts(db).findOne({ customer })
  if (found) return found
  const cart: Cart = { customer, lines: [] }
  await carts(db).insertOne(cart)
  return cart
}
