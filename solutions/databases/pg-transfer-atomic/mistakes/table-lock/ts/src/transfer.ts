import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import { InsufficientFunds, InvalidTransfer, UnknownAccount } from './errors.ts'

export interface TransferRequest {
  from: number
  to: number
  cents: number
}

export interface Transfer {
  transferId: string
}

interface Account {
  id: number
  balance_cents: string
}

export async function transfer(pool: Pool, request: TransferRequest): Promise<Transfer> {
  const { from, to, cents } = request
  if (!Number.isSafeInteger(cents) || cents < 1) throw new InvalidTransfer(`${cents} cents cannot be moved`)
  if (from === to) throw new InvalidTransfer(`account ${from} cannot pay itself`)
  return inTransaction(pool, (client) => move(client, request))
}

async function move(client: PoolClient, { from, to, cents }: TransferRequest): Promise<Transfer> {
  await client.query('lock table accounts in exclusive mode')
  const { rows } = await client.query<Account>(
    'select id, balance_cents from accounts where id in ($1, $2) order by id',
    [from, to],
  )
  const balances = new Map(rows.map((row) => [row.id, BigInt(row.balance_cents)]))
  for (const id of [from, to]) if (!balances.has(id)) throw new UnknownAccount(`there is no account ${id}`)
  if ((balances.get(from) ?? 0n) < BigInt(cents)) throw new InsufficientFunds(`account ${from} does not have ${cents} cents`)

  const transferId = randomUUID()
  for (const [account, delta] of [[from, -cents], [to, cents]]) {
    await client.query('update accounts set balance_cents = balance_cents + $2 where id = $1', [account, delta])
    await client.query('insert into ledger (transfer_id, account_id, delta_cents) values ($1, $2, $3)', [transferId, account, delta])
  }
  return { transferId }
}

/** All of the work or nothing of it; the connection goes back as it was taken. */
async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let isUsable = true
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => (isUsable = false))
    throw error
  } finally {
    client.release(!isUsable)
  }
}
