import { Router } from 'express'
import { HttpError } from '../http-error.ts'

interface Order {
  id: number
  item: string
  quantity: number
  billing?: { name: string; city: string }
}

const stored: Order[] = [
  { id: 1, item: 'Tea, 250 g', quantity: 2, billing: { name: 'M. Hopper', city: 'Leeds' } },
  { id: 2, item: 'Kettle', quantity: 1 },
]

const find = (id: string): Order => {
  const order = stored.find((o) => String(o.id) === id)
  if (!order) throw new HttpError(404, 'NO_SUCH_ORDER', `There is no order ${id}.`)
  return order
}

export const orders = Router()

orders.get('/', (req, res) => {
  res.json({ orders: stored })
})

orders.post('/', (req, res) => {
  const { item, quantity } = (req.body ?? {}) as Partial<Order>
  if (typeof item !== 'string' || !Number.isInteger(quantity)) {
    throw new HttpError(422, 'INVALID_ORDER', 'An order needs an item and a whole quantity.')
  }
  const order: Order = { id: stored.length + 1, item, quantity: Number(quantity) }
  stored.push(order)
  res.status(201).json(order)
})

orders.get('/:id', (req, res) => {
  res.json(find(req.params.id))
})

// Orders from before June have no billing address; this route was never told.
orders.get('/:id/invoice', (req, res) => {
  const { id, billing } = find(req.params.id)
  res.json({ invoice: id, to: `${billing!.name}, ${billing!.city}` })
})

orders.get('/:id/label', async (req, res) => {
  res.json(await carrierLabel(find(req.params.id)))
})

/** Stands for the carrier's own API, which is down today. */
async function carrierLabel(order: Order): Promise<{ label: string }> {
  await Promise.resolve()
  throw new HttpError(502, 'CARRIER_DOWN', `The carrier gave no label for order ${order.id}.`)
}
