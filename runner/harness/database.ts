import { randomBytes } from 'node:crypto'
import { openConnection, readError, type Connection, type Login } from './database-connection.ts'
import { clip, note, StopRun, type RunState } from './run-state.ts'
import { stopped } from './stop.ts'
import type { PostgresLease } from './run-context.ts'
import { workspaceFiles } from './workspace-files.ts'

/** Real PostgreSQL; the learner's SQL runs in a weak role and in databases of this run alone. */
export interface Database {
  /** Applies a file of the workspace to a template database; what cannot be applied stops the run. */
  migrate: (path: string) => Promise<void>
  /** A fresh clone of the template, with one connection in the learner's role. */
  fresh: () => Promise<Connection>
  /**
   * One more session of this case, on the present clone; the first use makes one. Cheaper than `fresh` by far: for
   * suites whose cases write rows of their own.
   */
  connect: () => Promise<Connection>
}

export function database(run: RunState): Database {
  const lease = run.context.postgres
  if (!lease) throw new Error('the manifest asks for no postgres service')
  const place = placeOf(run, lease)
  const open: Connection[] = []
  let ready: Promise<void> | null = null
  let migrated: Promise<void> | null = null
  let clone: Promise<void> | null = null
  let caseOf = run.current
  const prepare = (): Promise<void> => (ready ??= provide(run, place, open))
  const migrate = async (path: string): Promise<void> => {
    await prepare()
    const sql = workspaceFiles(run).read(path)
    await asAdmin(place, makeDatabase(place, place.template, 'template0'))
    await apply(run, place, path, sql)
  }
  const makeClone = async (): Promise<void> => {
    await prepare()
    await migrated
    await closeAll(open)
    await asAdmin(place, makeDatabase(place, place.clone, migrated ? place.template : 'template0'))
  }
  const connect = async (): Promise<Connection> => {
    // What a failed case left open, locks included, ends with it.
    if (caseOf !== run.current) await closeAll(open)
    caseOf = run.current
    await (clone ??= makeClone())
    const connection = await openConnection(run, place.admin, { ...place.learner, database: place.clone }, open.length + 1)
    open.push(connection)
    return connection
  }
  return {
    migrate: (path) => (migrated ??= migrate(path)),
    fresh: () => {
      clone = makeClone()
      return connect()
    },
    connect,
  }
}

/** Names and logins of one run. */
interface Place {
  admin: Login
  learner: Omit<Login, 'database'>
  template: string
  clone: string
}

// Names are made by us from word characters only; identifiers cannot be parameters.
function placeOf(run: RunState, lease: PostgresLease): Place {
  const id = run.context.runId.replace(/\W/g, '_').toLowerCase().slice(0, 40)
  const { host, port } = lease
  return {
    admin: { host, port, user: lease.admin, password: lease.password, database: 'postgres' },
    learner: { host, port, user: `gym_learner_${id}`, password: randomBytes(12).toString('hex') },
    template: `gym_template_${id}`,
    clone: `gym_clone_${id}`,
  }
}

/**
 * A role of this run alone: as one role for all, a learner could end other runs' sessions, drop their
 * databases and change settings of theirs.
 */
async function provide(run: RunState, place: Place, open: Connection[]): Promise<void> {
  const { user, password } = place.learner
  run.cleanups.push(async () => {
    await closeAll(open)
    for (const sql of [dropDatabase(place.clone), dropDatabase(place.template), `drop role if exists "${user}"`]) {
      // A statement that cannot be interrupted ends with the server.
      await asAdmin(place, [sql]).catch(() => run.warnings.add('The database was still at work at the end; it was ended.'))
    }
  })
  await asAdmin(place, [`create role "${user}" login nosuperuser nocreatedb nocreaterole noreplication connection limit 20 password '${password}'`])
}

async function closeAll(open: Connection[]): Promise<void> {
  for (const connection of open.splice(0)) await connection.close()
}

const dropDatabase = (name: string): string => `drop database if exists "${name}" with (force)`

const makeDatabase = ({ learner }: Place, name: string, template: string): string[] => [
  dropDatabase(name),
  `create database "${name}" template "${template}" strategy file_copy owner "${learner.user}"`,
  `revoke all on database "${name}" from public`,
]

async function asAdmin({ admin }: Place, statements: string[]): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ ...admin, ssl: false })
  client.on('error', () => {})
  await client.connect()
  try {
    for (const sql of statements) await client.query(sql)
  } finally {
    await client.end()
  }
}

async function apply(run: RunState, place: Place, path: string, text: string): Promise<void> {
  const sql = text.replace(/^\uFEFF/, '')
  const connection = await openConnection(run, place.admin, { ...place.learner, database: place.template }, 1)
  try {
    await connection.raw(sql, `the database for ${path}`)
    if (connection.inTransaction()) throw refused(run, `${path} leaves a transaction open: there is a BEGIN without a COMMIT.`)
  } catch (error) {
    if (error instanceof StopRun) throw error
    throw refused(run, `${path} cannot be applied: ${clip(placed(error, sql), 300)}`)
  } finally {
    await connection.close()
  }
  note(run, 'applied', path)
}

const refused = (run: RunState, message: string): StopRun => stopped(run, new StopRun('does-not-load', message))

/** PostgreSQL counts characters from 1; a person wants the line. */
function placed(thrown: unknown, sql: string): string {
  const { message, position, where } = readError(thrown)
  if (position === undefined) return where ? `${message} (${where.split('\n')[0]})` : message
  const line = [...sql].slice(0, Number(position) - 1).filter((c) => c === '\n').length + 1
  return `line ${line}: ${message}`
}
