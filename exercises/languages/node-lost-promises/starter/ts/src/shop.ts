export interface Line {
  sku: string
  quantity: number
}

export interface Order {
  id: string
  email: string
  cents: number
  lines: Line[]
}

/** The rest of the shop, as the order service sees it. Each function answers later, or rejects. */
export interface Shop {
  lock: (orderId: string) => Promise<void>
  unlock: (orderId: string) => Promise<void>
  reserve: (sku: string, quantity: number) => Promise<void>
  /** Gives the payment's id. A card that is declined rejects with an error whose `code` is `DECLINED`. */
  charge: (orderId: string, cents: number) => Promise<string>
  sendMail: (email: string, text: string) => Promise<void>
  /** Takes a line out of the warehouse and gives the shelf it came from. */
  pick: (sku: string, quantity: number) => Promise<string>
}
