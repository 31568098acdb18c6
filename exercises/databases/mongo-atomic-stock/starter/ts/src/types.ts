import type { Collection, Db } from 'mongodb'

export interface Item {
  /** The item's number in the shop: `MUG-BLUE`. */
  _id: string
  left: number
  sold: number
}

export interface Line {
  sku: string
  size: string
  quantity: number
}

export interface Cart {
  customer: number
  lines: Line[]
}

export const stock = (db: Db): Collection<Item> => db.collection<Item>('stock')
export const carts = (db: Db): Collection<Cart> => db.collection<Cart>('carts')

/** The shop does not have this item at all. */
export class UnknownItem extends Error {
  override name = 'UnknownItem'
}
