import type { Connection as Client, ConnectionOptions, QueryResult } from 'mysql2/promise'
import type { Row } from '../postgres/connection.ts'
import { show } from '../../run/difference.ts'
import { patience } from '../../run/patience.ts'
import { keepStop, note, StopRun, type RunState } from '../../run/run-state.ts'

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

const answerMs = 3_000

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
        waiting,
        () => [client.threadId],
        () => pending.size > 0,
      ),
    close: async () => client.destroy(),
    raw: (sql, whom) => answered(run, client, client.query(sql), whom),
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
  if (!said.quiet) note(run, `sql${said.name}`, withValues(said))
  const result = await outcome(run, client, said)
  if (run.current === record && !(said.quiet && result.ok)) note(run, `answer${said.name}`, sentence(result))
  if (!result.ok) Object.assign(record.evidence, { sqlstate: result.sqlstate, errno: result.errno })
  return result
}

async function outcome(run: RunState, client: Client, { sql, values }: Said): Promise<MysqlOutcome> {
  try {
    const [result] = (await answered(run, client, client.query(sql, values), 'the database')) as [QueryResult, unknown]
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

/** A statement without an answer (a trigger that never ends) stops the run. */
async function answered<T>(run: RunState, client: Client, work: Promise<T>, whom: string): Promise<T> {
  const record = run.current
  let timer: NodeJS.Timeout | undefined
  const ms = Math.max(0, Math.min(answerMs * patience(), run.endsAt - Date.now()))
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      client.destroy()
      const stop = new StopRun('timed-out', `No answer from ${whom} within ${Math.round(ms / 100) / 10} s.`)
      // What an earlier case left hanging says nothing about the present one.
      reject(run.current === record ? keepStop(run, stop) : stop)
    }, ms)
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Waits until one of these sessions stands behind a lock (true), or until nothing is pending any more. */
export async function standsStill(waiting: Waiting, ids: () => number[], isPending: () => boolean): Promise<boolean> {
  while (isPending()) {
    const behind = await waiting()
    if (ids().some((id) => behind.has(id))) return isPending()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return false
}

const withValues = ({ sql, values }: Said): string =>
  values.length === 0 ? sql.trim() : `${sql.trim()}   -- ${values.map(show).join(', ')}`

const sentence = (result: MysqlOutcome): string =>
  result.ok
    ? `accepted, ${result.count} ${result.count === 1 ? 'row' : 'rows'}`
    : `refused (${result.errno}, ${result.sqlstate}): ${result.message}`
