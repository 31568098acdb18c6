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

/**
 * One statement is a transaction by itself, so any connection of the pool will do. The locks come first, in the order
 * of the ids, and all else follows from what they found.
 */
const statement = `
  with transfer as (
    select gen_random_uuid() as id
  ),
  locked as materialized (
    select id, balance_cents from accounts where id in ($1, $2) order by id for update
  ),
  verdict as (
    select
      exists (select from locked where id = $1) as knows_from,
      exists (select from locked where id = $2) as knows_to,
      exists (select from locked where id = $1 and balance_cents >= $3::bigint) as has_funds
  ),
  delta (account_id, cents) as (
    select locked.id, case locked.id when $1 then -$3::bigint else $3::bigint end
    from locked, verdict
    where knows_from and knows_to and has_funds
  ),
  moved as (
    update accounts set balance_cents = balance_cents + delta.cents from delta where accounts.id = delta.account_id
  ),
  noted as (
    insert into ledger (transfer_id, account_id, delta_cents)
    select transfer.id, delta.account_id, delta.cents from transfer, delta
  )
  select transfer.id as "transferId", verdict.* from transfer, verdict`

interface Verdict extends Transfer {
  knows_from: boolean
  knows_to: boolean
  has_funds: boolean
}

export async function transfer(pool: Pool, { from, to, cents }: TransferRequest): Promise<Transfer> {
  if (!Number.isSafeInteger(cents) || cents < 1) throw new InvalidTransfer(`${cents} cents cannot be moved`)
  if (from === to) throw new InvalidTransfer(`account ${from} cannot pay itself`)
  const { rows } = await pool.query<Verdict>(statement, [from, to, cents])
  const [verdict] = rows
  if (!verdict?.knows_from) throw new UnknownAccount(`there is no account ${from}`)
  if (!verdict.knows_to) throw new UnknownAccount(`there is no account ${to}`)
  if (!verdict.has_funds) throw new InsufficientFunds(`account ${from} does not have ${cents} cents`)
  return { transferId: verdict.transferId }
}
