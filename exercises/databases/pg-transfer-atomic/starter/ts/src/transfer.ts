import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { InsufficientFunds, InvalidTransfer, UnknownAccount } from './errors.ts'

export interface TransferRequest {
  from: number
  to: number
  cents: number
}

export interface Transfer {
  transferId: string
}

export async function transfer(pool: Pool, request: TransferRequest): Promise<Transfer> {
  const { from, to, cents } = request
  if (cents <= 0) throw new InvalidTransfer(`${cents} cents cannot be moved`)

  const debit = await pool.query(
    'update accounts set balance_cents = balance_cents - $2 where id = $1 returning balance_cents',
    [from, cents],
  )
  if (debit.rowCount === 0) throw new UnknownAccount(`there is no account ${from}`)
  // bigint comes as text, since a number of JavaScript cannot hold all of it.
  if (BigInt(debit.rows[0].balance_cents) < 0n) throw new InsufficientFunds(`account ${from} does not have ${cents} cents`)

  const credit = await pool.query('update accounts set balance_cents = balance_cents + $2 where id = $1', [to, cents])
  if (credit.rowCount === 0) throw new UnknownAccount(`there is no account ${to}`)

  const transferId = randomUUID()
  const note = 'insert into ledger (transfer_id, account_id, delta_cents) values ($1, $2, $3)'
  await pool.query(note, [transferId, from, -cents])
  await pool.query(note, [transferId, to, cents])
  return { transferId }
}
