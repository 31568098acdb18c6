import { GatewayTimeout, type Card, type Charge, type Gateway, type Order, type Orders, type Ports } from '../src/ports.ts'

export const card: Card = { number: '4111111111111111', expires: '04/30' }

export const anOrder: Order = { id: 'B-204', email: 'lin@example.com', totalCents: 3199, status: 'open', chargeId: null }

type Reply = 'approve' | 'decline' | 'timeout' | 'timeout after taking'

/** A gateway that takes money as a real one does: once for each key. */
export class FakeGateway implements Gateway {
  /** What it does with the next requests; afterwards, what it always does. */
  script: Reply[] = []
  always: Reply = 'approve'
  readonly taken = new Map<string, { cents: number; card: Card; chargeId: string }>()
  readonly refunded: string[] = []

  async charge({ card, cents, key }: { card: Card; cents: number; key: string }): Promise<Charge> {
    const next = this.script.shift() ?? this.always
    if (next === 'decline') return { approved: false, reason: 'no funds' }
    if (next === 'timeout') throw new GatewayTimeout()
    const charge = this.taken.get(key) ?? { cents, card, chargeId: `ch-${this.taken.size + 1}` }
    this.taken.set(key, charge)
    if (next === 'timeout after taking') throw new GatewayTimeout()
    return { approved: true, chargeId: charge.chargeId }
  }

  async refund(chargeId: string): Promise<void> {
    this.refunded.push(chargeId)
  }

  get charges() {
    return [...this.taken.values()]
  }
}

/** Orders in memory; copies go in and out, as from a database. */
export class FakeOrders implements Orders {
  failures = 0
  readonly #stored = new Map<string, Order>()

  constructor(...orders: Order[]) {
    for (const order of orders) this.#stored.set(order.id, { ...order })
  }

  async load(id: string): Promise<Order> {
    return this.stored(id)
  }

  async save(order: Order): Promise<void> {
    await this.saveAll([order])
  }

  async saveAll(orders: Order[]): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1
      throw new Error('the database is not there')
    }
    for (const order of orders) this.#stored.set(order.id, { ...order })
  }

  stored(id: string): Order {
    const order = this.#stored.get(id)
    if (!order) throw new Error(`no order ${id}`)
    return { ...order }
  }
}

export function aShop(order: Partial<Order> = {}) {
  const mails: { to: string }[] = []
  const logged: string[] = []
  const write = (text: string, details?: object): void => void logged.push(`${text} ${JSON.stringify(details)}`)
  let now = Date.UTC(2026, 2, 2)
  return {
    gateway: new FakeGateway(),
    orders: new FakeOrders({ ...anOrder, ...order }),
    mailer: { send: async (mail) => void mails.push(mail) },
    clock: { now: () => now, sleep: async (ms) => void (now += ms) },
    log: { info: write, error: write },
    mails,
    logged,
  } satisfies Ports & Record<string, unknown>
}
