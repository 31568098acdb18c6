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
  on conflict (key) do update
    set account_id = excluded.account_id, fingerprint = excluded.fingerprint, reference = excluded.reference, leased_until = excluded.leased_until,
        expires_at = excluded.expires_at, status = null, body = null
    where known.expires_at <= now()
  returning reference`

const takeOver = `
  update idempotency_keys set leased_until = now() + $3 * interval '1 ms'
  where key = $1 and fingerprint = $2 and status is null and leased_until <= now()
  returning reference`

const look = `
  select fingerprint, status, body, ceil(extract(epoch from leased_until - now()))::int as seconds
  from idempotency_keys where key = $1`

/** Each of the statements is committed by itself: everybody sees at once whose the key is. */
export async function claim({ account, key, fingerprint }: Key): Promise<Claim> {
  const begun = await pool.query(insertNew, [account, key, fingerprint, randomUUID(), leaseMs, keySeconds])
  if (begun.rows[0]) return { kind: 'mine', reference: begun.rows[0].reference, resumed: false }
  const resumed = await pool.query(takeOver, [key, fingerprint, leaseMs])
  if (resumed.rows[0]) return { kind: 'mine', reference: resumed.rows[0].reference, resumed: true }
  const { rows: [known] } = await pool.query(look, [key])
  if (known && known.fingerprint !== fingerprint) return { kind: 'other-request' }
  if (known?.status) return { kind: 'done', outcome: { status: known.status, body: known.body } }
  return { kind: 'at-work', seconds: Math.max(1, known?.seconds ?? 1) }
}

/** Lets the next request try at once. */
export async function giveUp({ account, key }: Key, reference: string): Promise<void> {
  await pool.query('update idempotency_keys set leased_until = now() where account_id = $1 and key = $2 and reference = $3 and status is null', [account, key, reference])
}

/** Stores the final answer, together with what belongs to it. */
export async function finish({ account, key }: Key, reference: string, outcome: Outcome, alongside: (client: PoolClient) => Promise<unknown>): Promise<void> {
  const client = await pool.connect()
  let isUsable = true
  try {
    await client.query('begin')
    await alongside(client)
    await client.query('update idempotency_keys set status = $4, body = $5 where account_id = $1 and key = $2 and reference = $3', [
      account, key, reference, outcome.status, outcome.body,
    ])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => (isUsable = false))
    throw error
  } finally {
    client.release(!isUsable)
  }
}
