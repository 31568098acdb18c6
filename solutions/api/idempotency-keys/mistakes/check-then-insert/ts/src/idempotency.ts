import { createHash, randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { keySeconds } from './config.ts'
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
  /** Ours to do. */
  | { kind: 'mine'; reference: string }
  | { kind: 'done'; outcome: Outcome }
  | { kind: 'other-request' }

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

const look = `
  select fingerprint, status, body from idempotency_keys
  where account_id = $1 and key = $2 and expires_at > now()`

const forget = 'delete from idempotency_keys where account_id = $1 and key = $2 and expires_at <= now()'

/** Nothing is known of a key until its request is done. */
export async function claim({ account, key, fingerprint }: Key): Promise<Claim> {
  const { rows: [known] } = await pool.query(look, [account, key])
  if (!known) return { kind: 'mine', reference: randomUUID() }
  if (known.fingerprint !== fingerprint) return { kind: 'other-request' }
  return { kind: 'done', outcome: { status: known.status, body: known.body } }
}

/** Stores the final answer, together with what belongs to it. */
export async function finish({ account, key, fingerprint }: Key, reference: string, outcome: Outcome, alongside: (client: PoolClient) => Promise<unknown>): Promise<void> {
  const client = await pool.connect()
  let isUsable = true
  try {
    await client.query('begin')
    await alongside(client)
    await client.query(forget, [account, key])
    await client.query(
      `insert into idempotency_keys (account_id, key, fingerprint, reference, leased_until, expires_at, status, body)
       values ($1, $2, $3, $4, now(), now() + $5 * interval '1 s', $6, $7)`,
      [account, key, fingerprint, reference, keySeconds, outcome.status, outcome.body],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => (isUsable = false))
    throw error
  } finally {
    client.release(!isUsable)
  }
}
