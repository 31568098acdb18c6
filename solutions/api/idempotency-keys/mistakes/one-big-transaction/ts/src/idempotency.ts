import { createHash, randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { keySeconds, leaseMs } from './config.ts'
import { pool } from './db.ts'
import { Problem } from './problem.ts'

/** The key of one account, with what tells its request from others. */
export interface Key {
  account: string
  key: string
  fingerprint: string
}

/** A final answer: it is given again to whoever asks with the same key. */
export interface Outcome {
  status: number
  body: object
}

export type Claim =
  /** Ours to do. `resumed`: somebody has begun it before, and how far they came is not known. */
  | { kind: 'mine'; reference: string; resumed: boolean }
  | { kind: 'done'; outcome: Outcome }
  | { kind: 'other-request' }
  | { kind: 'at-work'; seconds: number }

export function readKey(header: string | undefined): string {
  if (!header || !/^[\x21-\x7e]{1,255}$/.test(header)) throw new Problem(400, 'Idempotency-Key has to be 1 to 255 visible ASCII characters.')
  return header
}

/** The same for JSON that differs in the order of its keys alone. */
export const fingerprintOf = (body: unknown): string => createHash('sha256').update(JSON.stringify(sorted(body))).digest('hex')

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]))
}

const insertNew = `
  insert into idempotency_keys as known (account_id, key, fingerprint, reference, leased_until, expires_at)
  values ($1, $2, $3, $4, now() + $5 * interval '1 ms', now() + $6 * interval '1 s')
  on conflict (account_id, key) do update
    set fingerprint = excluded.fingerprint, reference = excluded.reference, leased_until = excluded.leased_until,
        expires_at = excluded.expires_at, status = null, body = null
    where known.expires_at <= now()
  returning reference`

const takeOver = `
  update idempotency_keys set leased_until = now() + $4 * interval '1 ms'
  where account_id = $1 and key = $2 and fingerprint = $3 and status is null and leased_until <= now()
  returning reference`

const look = `
  select fingerprint, status, body, ceil(extract(epoch from leased_until - now()))::int as seconds
  from idempotency_keys where account_id = $1 and key = $2`

/** In the transaction of the whole request: either all of it is stored or nothing. */
export async function claim(client: PoolClient, { account, key, fingerprint }: Key): Promise<Claim> {
  const begun = await client.query(insertNew, [account, key, fingerprint, randomUUID(), leaseMs, keySeconds])
  if (begun.rows[0]) return { kind: 'mine', reference: begun.rows[0].reference, resumed: false }
  const resumed = await client.query(takeOver, [account, key, fingerprint, leaseMs])
  if (resumed.rows[0]) return { kind: 'mine', reference: resumed.rows[0].reference, resumed: true }
  const { rows: [known] } = await client.query(look, [account, key])
  if (known && known.fingerprint !== fingerprint) return { kind: 'other-request' }
  if (known?.status) return { kind: 'done', outcome: { status: known.status, body: known.body } }
  return { kind: 'at-work', seconds: Math.max(1, known?.seconds ?? 1) }
}

/** Stores the final answer. */
export async function finish(client: PoolClient, { account, key }: Key, reference: string, outcome: Outcome): Promise<void> {
  await client.query('update idempotency_keys set status = $4, body = $5 where account_id = $1 and key = $2 and reference = $3', [
    account, key, reference, outcome.status, outcome.body,
  ])
}

export async function inTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
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
