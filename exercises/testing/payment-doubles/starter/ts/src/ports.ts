/** What the checkout needs from the rest of the shop. Versions of it may use any method here. */
export interface Ports {
  gateway: Gateway
  orders: Orders
  mailer: Mailer
  clock: Clock
  log: Log
}

export interface Card {
  number: string
  /** 09/29 */
  expires: string
}

export interface Gateway {
  /**
   * Takes money from a card. Two requests with the same key take it once. Rejects with a GatewayTimeout when no answer
   * came: the money may have been taken or not.
   */
  charge(request: { card: Card; cents: number; key: string }): Promise<Charge>
  refund(chargeId: string): Promise<void>
}

export type Charge = { approved: true; chargeId: string } | { approved: false; reason: string }

export class GatewayTimeout extends Error {
  override name = 'GatewayTimeout'
}

export interface Order {
  id: string
  email: string
  totalCents: number
  status: 'open' | 'paid'
  chargeId: string | null
}

export interface Orders {
  load(id: string): Promise<Order>
  /** Rejects when the database is not there. */
  save(order: Order): Promise<void>
  saveAll(orders: Order[]): Promise<void>
}

export interface Mailer {
  send(mail: { to: string; subject: string; text: string }): Promise<void>
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  sleep(ms: number): Promise<void>
}

export interface Log {
  info(text: string, details?: Record<string, unknown>): void
  error(text: string, details?: Record<string, unknown>): void
}

export type Payment = { status: 'paid'; chargeId: string } | { status: 'declined' } | { status: 'failed' }
