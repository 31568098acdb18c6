import { Router, type Response } from 'express'
import type { PoolClient } from 'pg'
import { pool } from './db.ts'
import { CardDeclined, charge, findCharge, GatewayUnavailable, type Charge } from './gateway.ts'
import { claim, fingerprintOf, finish, inTransaction, readKey, type Key, type Outcome } from './idempotency.ts'
import { readPayment, type PaymentRequest } from './payment-request.ts'
import { Problem } from './problem.ts'

export const payments = Router()

payments.post('/', async (req, res) => {
  const request = readPayment(req.body)
  const key: Key = { account: res.locals['account'], key: readKey(req.get('Idempotency-Key')), fingerprint: fingerprintOf(req.body) }
  const { replayed, outcome } = await inTransaction((client) => serve(client, key, request))
  if (replayed) res.set('Idempotency-Replayed', 'true')
  send(res, outcome)
})

async function serve(client: PoolClient, key: Key, request: PaymentRequest): Promise<{ replayed: boolean; outcome: Outcome }> {
  const claimed = await claim(client, key)
  switch (claimed.kind) {
    case 'other-request': throw new Problem(422, 'This key belongs to another request.')
    case 'at-work': throw new Problem(409, 'A request with this key is at work.', { 'Retry-After': String(claimed.seconds) })
    case 'done': return { replayed: true, outcome: claimed.outcome }
    case 'mine': return { replayed: false, outcome: await pay(client, key, request, claimed.reference, claimed.resumed) }
  }
}

payments.get('/:id', async (req, res) => {
  const { rows } = await pool.query(
    'select id, amount, currency, charge_id as "chargeId" from payments where id::text = $1 and account_id = $2',
    [req.params.id, res.locals['account']],
  )
  if (!rows[0]) throw new Problem(404, 'There is no such payment.')
  res.json(rows[0])
})

function send(res: Response, { status, body }: Outcome): void {
  res.status(status).type(status < 400 ? 'application/json' : 'application/problem+json').send(JSON.stringify(body))
}

/** Charges, or finds what an earlier try has charged, and stores the outcome if it is final. */
async function pay(client: PoolClient, key: Key, { amount, currency, card }: PaymentRequest, reference: string, resumed: boolean): Promise<Outcome> {
  try {
    const found = resumed ? await findCharge(reference) : null
    const made = found ?? (await charge({ reference, amount, currency, card }))
    return await created(client, key, { amount, currency }, made)
  } catch (error) {
    if (error instanceof CardDeclined) return declined(client, key, reference, error)
    if (!(error instanceof GatewayUnavailable)) throw error
    throw new Problem(502, error.message)
  }
}

async function created(client: PoolClient, key: Key, { amount, currency }: Omit<PaymentRequest, 'card'>, { id: chargeId, reference }: Charge): Promise<Outcome> {
  const outcome = { status: 201, body: { id: reference, amount, currency, chargeId } }
  await client.query('insert into payments (id, account_id, amount, currency, charge_id) values ($1, $2, $3, $4, $5)', [
    reference, key.account, amount, currency, chargeId,
  ])
  await finish(client, key, reference, outcome)
  return outcome
}

async function declined(client: PoolClient, key: Key, reference: string, error: CardDeclined): Promise<Outcome> {
  const outcome = { status: 402, body: new Problem(402, error.message).body() }
  await finish(client, key, reference, outcome)
  return outcome
}
