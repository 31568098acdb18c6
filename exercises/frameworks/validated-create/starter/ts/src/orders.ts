import { Router } from 'express'

interface Order {
  id: number
  customer: string
  shipTo: { street: string; city: string }
  lines: { sku: string; quantity: number }[]
  gift: boolean
}

const stored = new Map<number, Order>()

export const orders = Router()

orders.post('/', (req, res) => {
  const wanted = req.body
  if (!wanted.customer) return void res.status(400).json({ error: 'customer is required' })
  if (!wanted.shipTo) return void res.status(400).json({ error: 'shipTo is required' })
  if (!wanted.lines?.length) return void res.status(400).json({ error: 'lines are required' })
  for (const line of wanted.lines) {
    line.quantity = Number(line.quantity)
    if (!(line.quantity >= 1 && line.quantity <= 99)) {
      return void res.status(400).json({ error: 'quantity must be from 1 to 99' })
    }
  }

  const order: Order = { gift: false, ...wanted, id: stored.size + 1 }
  stored.set(order.id, order)
  res.status(201).location(`/orders/${order.id}`).json(order)
})

orders.get('/:id', (req, res) => {
  const order = stored.get(Number(req.params.id))
  if (!order) return void res.sendStatus(404)
  res.json(order)
})
