import { MongoServerError, type Db } from 'mongodb'
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
  await carts(db).createIndex({ customer: 1 }, { unique: true })
}

/** Resolves to whether the pieces were bought. */
export async function buy(db: Db, { sku, quantity }: Purchase): Promise<boolean> {
  const { matchedCount } = await stock(db).updateOne({ _id: sku, left: { $gte: quantity } }, { $inc: { left: -quantity, sold: quantity } })
  if (matchedCount === 1) return true
  if ((await stock(db).countDocuments({ _id: sku })) === 0) throw new UnknownItem(`there is no ${sku} in this shop`)
  return false
}

/** Resolves to whether the customer's cart has such a line. */
export async function setQuantity(db: Db, { customer, sku, size, quantity }: Change): Promise<boolean> {
  const { modifiedCount } = await carts(db).updateOne({ customer, lines: { $elemMatch: { sku, size } } }, { $set: { 'lines.$.quantity': quantity } })
  return modifiedCount === 1
}

/** The customer's cart; an empty one is made if there is none. */
export async function cartOf(db: Db, customer: number): Promise<Cart> {
  try {
    return await madeOrFound(db, customer)
  } catch (error) {
    if (!(error instanceof MongoServerError) || error.code !== duplicateKey) throw error
    // Somebody else has made it at the same moment: this time it is there.
    return madeOrFound(db, customer)
  }
}

const duplicateKey = 11000

async function madeOrFound(db: Db, customer: number): Promise<Cart> {
  const cart = await carts(db).findOneAndUpdate({ customer }, { $setOnInsert: { lines: [] } }, { upsert: true, returnDocument: 'after' })
  if (!cart) throw new Error('an upsert gave no cart')
  return cart
}
