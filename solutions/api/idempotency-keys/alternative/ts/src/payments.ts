import { Router } from 'express'
import type { PoolClient } from 'pg'
import { pool } from './db.ts'
import { CardDeclined, charge, findCharge, GatewayUnavailable, type Charge } from './gateway.ts'
import { once, type Answer } from './once.ts'
import { readPayment, type PaymentRequest } from './payment-request.ts'
import { Problem } from './problem.ts'

export const payments = Router()

payments.post('/', async (req, res) => {
  const request = readPayment(req.body)
  const account: string = res.locals['account']
  const key = req.get('Idempotency-Key') ?? ''
  if (!/^[!-~]{1,255}$/.test(key)) throw new Problem(400, 'Idempotency-Key has to be 1 to 255 visible ASCII characters.')

  const { status, body, replayed } = await once(account, key, req.body, async (client, id, isFirstTry) => {
    const made = await makeCharge(id, request, isFirstTry)
    return made ? savePayment(client, account, request, made) : { status: 402, body: new Problem(402, 'The card was declined.').body() }
  })

  if (replayed) res.set('Idempotency-Replayed', 'true')
  res.status(status).type(status === 201 ? 'json' : 'application/problem+json').send(JSON.stringify(body))
})

payments.get('/:id', async (req, res) => {
  const { rows } = await pool.query(
    'select id, amount, currency, charge_id as "chargeId" from payments where id::text = $1 and account_id = $2',
    [req.params.id, res.locals['account']],
  )
  if (!rows[0]) throw new Problem(404, 'There is no such payment.')
  res.json(rows[0])
})

/** Null: the card was declined. */
async function makeCharge(reference: string, { amount, currency, card }: PaymentRequest, isFirstTry: boolean): Promise<Charge | null> {
  try {
    const earlier = isFirstTry ? null : await findCharge(reference)
    return earlier ?? (await charge({ reference, amount, currency, card }))
  } catch (error) {
    if (error instanceof CardDeclined) return null
    if (error instanceof GatewayUnavailable) throw new Problem(502, error.message)
    throw error
  }
}

/** A try that was cut off may have stored the payment already. */
async function savePayment(client: PoolClient, account: string, { amount, currency }: PaymentRequest, made: Charge): Promise<Answer> {
  const payment = { id: made.reference, amount, currency, chargeId: made.id }
  await client.query('insert into payments (id, account_id, amount, currency, charge_id) values ($1, $2, $3, $4, $5) on conflict (id) do nothing', [
    payment.id, account, amount, currency, payment.chargeId,
  ])
  return { status: 201, body: payment }
}
