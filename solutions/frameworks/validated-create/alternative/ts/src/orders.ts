import { Router } from 'express'
import { checkOrder, type NewOrder } from './check-order.ts'
import { Problem } from './problem.ts'

interface Order extends NewOrder {
  id: number
}

const stored = new Map<string, Order>()

export const orders = Router()

orders.post('/', (req, res) => {
  const checked = checkOrder(req.body)
  if (!checked.ok) throw new Problem(422, 'The order breaks rules; see errors.', checked.faults)

  const order: Order = { id: stored.size + 1, ...checked.order }
  stored.set(String(order.id), order)
  res.status(201).location(`/orders/${order.id}`).json(order)
})

orders.get('/:id', (req, res) => {
  const order = stored.get(req.params.id)
  if (!order) throw new Problem(404, `There is no order ${req.params.id}.`)
  res.json(order)
})
