import { Client, type QueryResult } from 'pg'
import { show } from './difference.ts'
import { clip, note, StopRun, type RunState } from './run-state.ts'
import { workspaceFiles } from './workspace-files.ts'
import type { PostgresLease } from './run-context.ts'

export type Row = Record<string, unknown>

export type SqlOutcome =
  | { ok: true; rows: Row[]; count: number }
  | { ok: false; sqlstate: string; constraint: string | null; message: string }

export interface Connection {
  /** Rows of a statement that has to succeed. */
  query: (sql: string, values?: unknown[]) => Promise<Row[]>
  /** A statement that may be refused; the refusal comes back as data. */
  attempt: (sql: string, values?: unknown[]) => Promise<SqlOutcome>
  /** Sends without waiting in line, for interleavings: a promise that settles when the server answers. */
  send: (sql: string, values?: unknown[]) => Promise<SqlOutcome>
  close: () => Promise<void>
}

/** Real PostgreSQL; the learner's SQL runs in a weak role of its own. */
export interface Database {
  /** Applies a file of the workspace to a template database; what cannot be applied stops the run. */
  migrate: (path: string) => Promise<void>
  /** A fresh clone of the template, with one connection in the learner's role. */
  fresh: () => Promise<Connection>
  /** One more session on the present clone. */
  connect: () => Promise<Connection>
}

const answerMs = 3_000

export function database(run: RunState): Database {
  const lease = run.context.postgres
  if (!lease) throw new Error('the manifest asks for no postgres service')
  const names = { template: databaseName(run, 'template'), clone: databaseName(run, 'clone') }
  const open: Connection[] = []
  let migrated: Promise<void> | null = null
  let cleanup = false
  const connect = async (name: string): Promise<Connection> => {
    const connection = await openConnection(run, lease, name)
    open.push(connection)
    return connection
  }
  const closeAll = async (): Promise<void> => {
    for (const connection of open.splice(0)) await connection.close()
  }
  const scheduleDrop = (): void => {
    if (cleanup) return
    cleanup = true
    run.cleanups.push(async () => {
      await closeAll()
      await asAdmin(lease, [dropSql(names.clone), dropSql(names.template)])
    })
  }
  const migrate = async (path: string): Promise<void> => {
    scheduleDrop()
    const sql = workspaceFiles(run).read(path)
    await asAdmin(lease, [dropSql(names.template), createSql(names.template, 'template0', lease.learner)])
    await apply(run, lease, names.template, path, sql)
  }
  return {
    migrate: (path) => (migrated ??= migrate(path)),
    fresh: async () => {
      scheduleDrop()
      await migrated
      await closeAll()
      const from = migrated ? names.template : 'template0'
      await asAdmin(lease, [dropSql(names.clone), createSql(names.clone, from, lease.learner)])
      return connect(names.clone)
    },
    connect: () => connect(names.clone),
  }
}

const databaseName = (run: RunState, kind: string): string =>
  `gym_${kind}_${run.context.runId.replace(/\W/g, '_').toLowerCase()}`.slice(0, 63)

// Names are made by us from word characters only; identifiers cannot be parameters.
const dropSql = (name: string): string => `drop database if exists "${name}" with (force)`
const createSql = (name: string, template: string, owner: string): string =>
  `create database "${name}" template "${template}" strategy file_copy owner "${owner}"`

async function asAdmin(lease: PostgresLease, statements: string[]): Promise<void> {
  const client = new Client({ host: lease.host, port: lease.port, user: lease.admin, password: lease.password, database: 'postgres' })
  await client.connect()
  try {
    for (const sql of statements) await client.query(sql)
  } finally {
    await client.end()
  }
}

function learnerClient(lease: PostgresLease, name: string): Client {
  const { host, port, learner: user, learnerPassword: password } = lease
  return new Client({ host, port, user, password, database: name })
}

async function apply(run: RunState, lease: PostgresLease, name: string, path: string, sql: string): Promise<void> {
  const client = learnerClient(lease, name)
  client.on('error', () => {})
  await client.connect()
  try {
    await answered(client, client.query(sql), `the database for ${path}`)
  } catch (error) {
    if (error instanceof StopRun) throw error
    throw new StopRun('does-not-load', `${path} cannot be applied: ${clip(placed(error as SqlError, sql), 300)}`)
  } finally {
    await client.end().catch(() => {})
  }
  note(run, 'applied', path)
}

interface SqlError extends Error {
  code?: string
  constraint?: string
  position?: string
}

/** PostgreSQL counts characters from 1; a person wants the line. */
function placed(error: SqlError, sql: string): string {
  if (error.position === undefined) return error.message
  const line = sql.slice(0, Number(error.position) - 1).split('\n').length
  return `line ${line}: ${error.message}`
}

async function openConnection(run: RunState, lease: PostgresLease, name: string): Promise<Connection> {
  const client = learnerClient(lease, name)
  // The server may end a session by force when its database is dropped; that is no fault here.
  client.on('error', () => {})
  await client.connect()
  const send = (sql: string, values: unknown[] = []): Promise<SqlOutcome> => outcome(client, sql, values)
  const attempt = async (sql: string, values: unknown[] = []): Promise<SqlOutcome> => {
    note(run, 'sql', withValues(sql, values))
    const result = await send(sql, values)
    note(run, 'answer', sentence(result))
    if (!result.ok) run.current.evidence['sqlstate'] = result.sqlstate
    return result
  }
  return {
    attempt,
    send,
    query: async (sql, values = []) => {
      const result = await attempt(sql, values)
      if (!result.ok) throw new Error(`The database refused this statement (${result.sqlstate}): ${result.message}`)
      return result.rows
    },
    close: () => client.end().catch(() => {}),
  }
}

async function outcome(client: Client, sql: string, values: unknown[]): Promise<SqlOutcome> {
  try {
    const result = await answered(client, client.query(sql, values) as Promise<QueryResult<Row>>, 'the database')
    return { ok: true, rows: result.rows, count: result.rowCount ?? 0 }
  } catch (error) {
    if (error instanceof StopRun) throw error
    const { code, constraint, message } = error as SqlError
    if (code === undefined) throw error
    return { ok: false, sqlstate: code, constraint: constraint ?? null, message }
  }
}

/** A statement without an answer (a trigger that never ends) stops the run. */
async function answered<T>(client: Client, work: Promise<T>, whom: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void client.end().catch(() => {})
      reject(new StopRun('timed-out', `No answer from ${whom} within ${answerMs / 1000} s.`))
    }, answerMs)
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const withValues = (sql: string, values: unknown[]): string =>
  values.length === 0 ? sql.trim() : `${sql.trim()}   -- ${values.map(show).join(', ')}`

const sentence = (result: SqlOutcome): string =>
  result.ok ? `accepted, ${result.count} ${result.count === 1 ? 'row' : 'rows'}` : `refused (${result.sqlstate}): ${result.message}`
