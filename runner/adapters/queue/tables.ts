import type { Pool } from 'pg'
import type { KeyedResult, TreeFile } from '../../app/grading-ports.ts'

/** Trees and results beside pg-boss's own tables, in a schema of their own. */
export interface Tables {
  putTree: (tree: string, files: readonly TreeFile[]) => Promise<void>
  tree: (tree: string) => Promise<TreeFile[]>
  /** The first result of a key stays. */
  putResult: (result: KeyedResult) => Promise<void>
  results: (keys: readonly string[]) => Promise<KeyedResult[]>
  /** Removes results that were our own fault, and returns their keys. */
  forgetFailed: (keys: readonly string[]) => Promise<string[]>
}

/** One lock for all who start at once: "if not exists" alone collides in PostgreSQL's catalog. */
const startLock = 0x67_79_6d

export async function openTables(pool: Pool): Promise<Tables> {
  await createTables(pool)
  return {
    putTree: async (tree, files) => {
      const content = files.map((f) => ({ ...f, content: Buffer.from(f.content).toString('base64') }))
      await pool.query('insert into gym.tree (tree, files) values ($1, $2) on conflict do nothing', [
        tree,
        JSON.stringify(content),
      ])
    },
    tree: async (tree) => {
      const { rows } = await pool.query<{ files: { path: string; executable: boolean; content: string }[] }>(
        'select files from gym.tree where tree = $1',
        [tree],
      )
      return (rows[0]?.files ?? []).map((f) => ({ ...f, content: Buffer.from(f.content, 'base64') }))
    },
    putResult: async (result) => {
      await pool.query('insert into gym.result (key, result) values ($1, $2) on conflict do nothing', [
        result.key,
        JSON.stringify(result),
      ])
    },
    results: async (keys) => {
      const { rows } = await pool.query<{ result: KeyedResult }>('select result from gym.result where key = any($1)', [
        keys,
      ])
      return rows.map((row) => row.result)
    },
    forgetFailed: async (keys) => {
      const { rows } = await pool.query<{ key: string }>(
        "delete from gym.result where key = any($1) and result->>'outcome' = 'system-error' returning key",
        [keys],
      )
      return rows.map((row) => row.key)
    },
  }
}

async function createTables(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [startLock])
    await client.query('create schema if not exists gym')
    await client.query('create table if not exists gym.tree (tree text primary key, files json not null)')
    await client.query('create table if not exists gym.result (key text primary key, result json not null)')
    await client.query('commit')
  } finally {
    client.release()
  }
}
