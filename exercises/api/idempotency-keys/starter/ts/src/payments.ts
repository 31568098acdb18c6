import { randomUUID } from 'node:crypto'
import { Router } from 'express'
import { pool } from './db.ts'
import { CardDeclined, charge, GatewayUnavailable, type Charge } from './gateway.ts'
import { readPayment, type PaymentRequest } from './payment-request.ts'
import { Problem } from './problem.ts'

export const payments = Router()

payments.post('/', async (req, res) => {
  const request = readPayment(req.body)
  const made = await makeCharge(randomUUID(), request)
  res.status(201).json(await savePayment(res.locals['account'], request, made))
})

payments.get('/:id', async (req, res) => {
  const { rows } = await pool.query(
    'select id, amount, currency, charge_id as "chargeId" from payments where id::text = $1 and account_id = $2',
    [req.params.id, res.locals['account']],
  )
  if (!rows[0]) throw new Problem(404, 'There is no such payment.')
  res.json(rows[0])
})

async function makeCharge(reference: string, { amount, currency, card }: PaymentRequest): Promise<Charge> {
  try {
    return await charge({ reference, amount, currency, card })
  } catch (error) {
    if (error instanceof CardDeclined) throw new Problem(402, error.message)
    if (error instanceof GatewayUnavailable) throw new Problem(502, error.message)
    throw error
  }
}

async function savePayment(account: string, { amount, currency }: PaymentRequest, made: Charge): Promise<object> {
  const payment = { id: made.reference, amount, currency, chargeId: made.id }
  await pool.query('insert into payments (id, account_id, amount, currency, charge_id) values ($1, $2, $3, $4, $5)', [
    payment.id, account, amount, currency, payment.chargeId,
  ])
  return payment
}
