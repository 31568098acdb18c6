import type { Connection as Client, ConnectionOptions, QueryResult } from 'mysql2/promise'
import { note, StopRun, type RunState } from '../../run/run-state.ts'
import { answered } from '../wire/answered.ts'
import { withValues, type Row } from '../wire/sql-text.ts'
import { standsStill } from '../wire/waiting.ts'

export type MysqlOutcome =
  { ok: true; rows: Row[]; count: number } | { ok: false; errno: number; sqlstate: string; message: string }

/** The same as `Connection` of PostgreSQL. */
export interface MysqlConnection {
  /** Rows of a statement that has to succeed. */
  query: (sql: string, values?: unknown[]) => Promise<Row[]>
  /** A statement that may be refused; the refusal comes back as data. `count` counts rows that matched. */
  attempt: (sql: string, values?: unknown[]) => Promise<MysqlOutcome>
  /** `attempt` for interleavings: may be left unawaited while other sessions go on. */
  send: (sql: string, values?: unknown[]) => Promise<MysqlOutcome>
  /** Waits until what was sent is answered (false) or stands still behind another session's lock (true). */
  blocked: () => Promise<boolean>
  close: () => Promise<void>
}

export interface RawMysqlConnection extends MysqlConnection {
  raw: (sql: string, whom: string) => Promise<unknown>
}

/** Asks which sessions stand behind a lock. */
export type Waiting = () => Promise<Set<number>>

export interface OpenOptions {
  login: ConnectionOptions
  session: number
  waiting: Waiting
  /** Not in the transcript, refusals excepted. */
  quiet?: boolean
}

/** Opens one session. Dates and times come as text, so that no time zone of ours gets between. */
export async function openMysqlConnection(
  run: RunState,
  { login, session, waiting, quiet = false }: OpenOptions,
): Promise<RawMysqlConnection> {
  const { createConnection } = await import('mysql2/promise')
  const client = await createConnection({
    ...login,
    dateStrings: true,
    multipleStatements: true,
    supportBigNumbers: true,
  })
  // The server may end a session by force; that is no fault here.
  client.on('error', () => {})
  const pending = new Set<Promise<unknown>>()
  const attempt = (sql: string, values: unknown[] = []): Promise<MysqlOutcome> => {
    const work = noted(run, client, { sql, values, name: session <= 1 ? '' : `, session ${session}`, quiet })
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
        behindLock(waiting, () => [client.threadId]),
        () => pending.size > 0,
      ),
    close: async () => client.destroy(),
    raw: (sql, whom) => answered(run, client.query(sql), whom, () => client.destroy()),
  }
}

interface Said {
  sql: string
  values: unknown[]
  name: string
  quiet: boolean
}

async function noted(run: RunState, client: Client, said: Said): Promise<MysqlOutcome> {
  const record = run.current
  if (!said.quiet) note(run, `sql${said.name}`, withValues(said.sql, said.values))
  const result = await outcome(run, client, said)
  if (run.current === record && !(said.quiet && result.ok)) note(run, `answer${said.name}`, sentence(result))
  if (!result.ok) Object.assign(record.evidence, { sqlstate: result.sqlstate, errno: result.errno })
  return result
}

async function outcome(run: RunState, client: Client, { sql, values }: Said): Promise<MysqlOutcome> {
  try {
    const [result] = (await answered(run, client.query(sql, values), 'the database', () => client.destroy())) as [
      QueryResult,
      unknown,
    ]
    return { ok: true, ...counted(result) }
  } catch (error) {
    const { errno, sqlState, message } = error as { errno?: number; sqlState?: string; message: string }
    if (error instanceof StopRun || errno === undefined || sqlState === undefined) throw error
    return { ok: false, errno, sqlstate: sqlState, message }
  }
}

function counted(result: QueryResult): { rows: Row[]; count: number } {
  if (!Array.isArray(result)) return { rows: [], count: result.affectedRows }
  // Several statements at once give several results.
  const last = result.at(-1)
  if (last !== undefined && (Array.isArray(last) || 'affectedRows' in last)) return counted(last as QueryResult)
  const rows = result.map((row) => ({ ...row }) as Row)
  return { rows, count: rows.length }
}

function rowsOf(result: MysqlOutcome): Row[] {
  if (!result.ok)
    throw new Error(`The database refused this statement (${result.errno}, ${result.sqlstate}): ${result.message}`)
  return result.rows
}

/** Looks whether one of these sessions stands behind a lock. */
export const behindLock =
  (waiting: Waiting, ids: () => number[]): (() => Promise<boolean>) =>
  async () => {
    const behind = await waiting()
    return ids().some((id) => behind.has(id))
  }

const sentence = (result: MysqlOutcome): string =>
  result.ok
    ? `accepted, ${result.count} ${result.count === 1 ? 'row' : 'rows'}`
    : `refused (${result.errno}, ${result.sqlstate}): ${result.message}`
