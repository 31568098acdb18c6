import type { Client, QueryResult } from 'pg'
import { note, StopRun, type RunState } from '../../run/run-state.ts'
import { answered } from '../wire/answered.ts'
import { withValues, type Row } from '../wire/sql-text.ts'
import { standsStill } from '../wire/waiting.ts'

export type SqlOutcome =
  { ok: true; rows: Row[]; count: number } | { ok: false; sqlstate: string; constraint: string | null; message: string }

export interface Connection {
  /** Rows of a statement that has to succeed. */
  query: (sql: string, values?: unknown[]) => Promise<Row[]>
  /** A statement that may be refused; the refusal comes back as data. */
  attempt: (sql: string, values?: unknown[]) => Promise<SqlOutcome>
  /** `attempt` for interleavings: may be left unawaited while other sessions go on. */
  send: (sql: string, values?: unknown[]) => Promise<SqlOutcome>
  /** Waits until what was sent is answered (false) or stands still behind another session's lock (true). */
  blocked: () => Promise<boolean>
  close: () => Promise<void>
}

export interface Login {
  host: string
  port: number
  user: string
  password: string
  database: string
}

/** The trusted side's own session of a run, opened at first use. */
export type Admin = () => Promise<Client>

/** What the harness itself needs of a connection besides. */
interface RawConnection extends Connection {
  raw: (sql: string, whom: string) => Promise<unknown>
  inTransaction: () => boolean
}

/** Opens one session in the learner's role; as session 0 it writes no transcript and no evidence. */
export async function openConnection(
  run: RunState,
  admin: Admin,
  login: Login,
  session: number,
): Promise<RawConnection> {
  const { Client } = await import('pg')
  const client = new Client({ ...login, ssl: false })
  // The server may end a session by force when its database is dropped; that is no fault here.
  client.on('error', () => {})
  await client.connect()
  const pending = new Set<Promise<unknown>>()
  const attempt = (sql: string, values: unknown[] = []): Promise<SqlOutcome> => {
    const work = session === 0 ? outcome(run, client, sql, values) : noted(run, client, session, sql, values)
    pending.add(work)
    // A case may fail while a statement is still under way: its end is then no fault of the suite.
    work.then(
      () => pending.delete(work),
      () => pending.delete(work),
    )
    return work
  }
  return {
    attempt,
    send: attempt,
    query: (sql, values) => attempt(sql, values).then(rowsOf),
    blocked: () =>
      standsStill(
        behindLock(admin, () => [serverProcess(client)]),
        () => pending.size > 0,
      ),
    close: () => end(client),
    raw: (sql, whom) => answered(run, client.query(sql), whom, () => end(client)),
    inTransaction: () => client.getTransactionStatus() !== 'I',
  }
}

const end = (client: Client): Promise<void> => client.end().catch(() => {})

async function noted(
  run: RunState,
  client: Client,
  session: number,
  sql: string,
  values: unknown[],
): Promise<SqlOutcome> {
  const record = run.current
  const name = session === 1 ? '' : `, session ${session}`
  note(run, `sql${name}`, withValues(sql, values))
  const result = await outcome(run, client, sql, values)
  if (run.current === record) note(run, `answer${name}`, sentence(result))
  if (!result.ok) record.evidence['sqlstate'] = result.sqlstate
  return result
}

async function outcome(run: RunState, client: Client, sql: string, values: unknown[]): Promise<SqlOutcome> {
  try {
    const results = (await answered(run, client.query(sql, values), 'the database', () => end(client))) as
      QueryResult<Row> | QueryResult<Row>[]
    // Several statements at once give several results.
    const last = Array.isArray(results) ? results.at(-1) : results
    return { ok: true, rows: last?.rows ?? [], count: last?.rowCount ?? 0 }
  } catch (error) {
    const { code, constraint, message } = readError(error)
    if (error instanceof StopRun || code === undefined) throw error
    return { ok: false, sqlstate: code, constraint: constraint ?? null, message }
  }
}

function rowsOf(result: SqlOutcome): Row[] {
  if (!result.ok) throw new Error(`The database refused this statement (${result.sqlstate}): ${result.message}`)
  return result.rows
}

interface SqlError extends Error {
  code?: string
  constraint?: string
  position?: string
  where?: string
}

export const readError = (thrown: unknown): SqlError => thrown as SqlError

/**
 * A lock is granted by the one who lets it go, before the commit is answered; pg_stat_activity still calls the other
 * session waiting until it has woken up.
 */
const isWaiting = `select 1 from pg_locks where pid = any($1) and not granted`

/** Sent by the server at login; the types do not know it. */
const serverProcess = (client: Client): number => (client as Client & { processID: number }).processID

/** Looks whether one of these server processes stands behind a lock. */
export const behindLock =
  (admin: Admin, pids: () => number[]): (() => Promise<boolean>) =>
  async () => {
    const watcher = await admin()
    return (await watcher.query(isWaiting, [pids()])).rows.length > 0
  }

const sentence = (result: SqlOutcome): string =>
  result.ok
    ? `accepted, ${result.count} ${result.count === 1 ? 'row' : 'rows'}`
    : `refused (${result.sqlstate}): ${result.message}`
