import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { keySeconds } from './config.ts'
import { pool } from './db.ts'
import { Problem } from './problem.ts'

export interface Answer {
  status: number
  body: object
}

/** The work of one request, on the connection that holds its lock. */
export type Work = (client: PoolClient, paymentId: string, isFirstTry: boolean) => Promise<Answer>

interface Remembered {
  payment_id: string
  request_hash: Buffer
  answer: Answer | null
  is_new: boolean
}

/**
 * Does the work at most once for each key. While it is done the session holds an advisory lock; the lock goes when the
 * session does, so a process that dies leaves nothing behind that would have to time out.
 */
export async function once(account: string, key: string, body: unknown, work: Work): Promise<Answer & { replayed: boolean }> {
  const name = `${account} ${key}`
  const client = await pool.connect()
  let isUsable = true
  try {
    const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as locked', [name])
    if (!rows[0].locked) throw new Problem(409, 'A request with this key is at work.', { 'Retry-After': '1' })
    try {
      return await underLock(client, account, key, body, work)
    } finally {
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => (isUsable = false))
    }
  } finally {
    client.release(!isUsable)
  }
}

/** One text for all ways of writing the same JSON. */
const canonical = (body: unknown): string =>
  JSON.stringify(body, (_, value: unknown) =>
    value instanceof Object && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  )

async function underLock(client: PoolClient, account: string, key: string, body: unknown, work: Work): Promise<Answer & { replayed: boolean }> {
  const hash = createHash('sha256').update(canonical(body)).digest()
  const known = await remember(client, account, key, hash)
  if (!known.request_hash.equals(hash)) throw new Problem(422, 'This key belongs to another request.')
  if (known.answer) return { ...known.answer, replayed: true }
  const answer = await work(client, known.payment_id, known.is_new)
  await client.query('update remembered set answer = $3 where account_id = $1 and key = $2', [account, key, answer])
  return { ...answer, replayed: false }
}

async function remember(client: PoolClient, account: string, key: string, hash: Buffer): Promise<Remembered> {
  await client.query(`delete from remembered where account_id = $1 and key = $2 and first_seen <= now() - $3 * interval '1 s'`, [account, key, keySeconds])
  const inserted = await client.query('insert into remembered (account_id, key, request_hash) values ($1, $2, $3) on conflict do nothing', [account, key, hash])
  const { rows } = await client.query('select payment_id, request_hash, answer from remembered where account_id = $1 and key = $2', [account, key])
  return { ...rows[0], is_new: inserted.rowCount === 1 }
}
