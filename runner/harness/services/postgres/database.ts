import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { openQueryProxy, type QueryProxy, type Wire } from './proxy.ts'
import { openConnection, readError, type Admin, type Connection, type Login } from './connection.ts'
import { clip, keepStop, note, StopRun, type RunState } from '../../run/run-state.ts'
import type { PostgresLease } from '../../run-context.ts'
import { workspaceFiles } from '../../run/workspace-files.ts'

/** Real PostgreSQL; the learner's SQL runs in a weak role and in databases of this run alone. */
export interface Database {
  /** Applies files of the workspace, in this order, to a template database; what cannot be applied stops the run. */
  migrate: (...paths: string[]) => Promise<void>
  /** A fresh clone of the template, with one connection in the learner's role. */
  fresh: () => Promise<Connection>
  /**
   * One more session of this case, on the present clone; the first use makes one. Cheaper than `fresh` by far: for
   * suites whose cases write rows of their own. A quiet one, for preparing and looking, stays out of the transcript.
   */
  connect: (options?: { quiet?: boolean }) => Promise<Connection>
  /**
   * The learner's program: it finds the present clone under `DATABASE_URL`. What it says to the database is counted
   * here, and can be held or cut off.
   */
  wire: Wire
}

type Opened = Omit<Database, 'wire'> & { proxy: () => QueryProxy }

const opened = new WeakMap<RunState, Opened>()

function openedDatabase(run: RunState): Opened {
  const present = opened.get(run) ?? openDatabase(run)
  opened.set(run, present)
  return present
}

export function database(run: RunState): Database {
  const { migrate, fresh, connect, proxy } = openedDatabase(run)
  return {
    migrate,
    fresh,
    connect,
    get wire() {
      return proxy().wire
    },
  }
}

/** Tells every child the address of the proxy, which is opened for the first one: many suites start none. */
export const openPostgres = (run: RunState): void =>
  void run.environment.push(() => ({ DATABASE_URL: openedDatabase(run).proxy().url }))

function openDatabase(run: RunState): Opened {
  const lease = run.context.postgres
  if (!lease) throw new Error('the manifest asks for no postgres service')
  const share = shareOf(run, lease)
  const open: Connection[] = []
  let role: Promise<void> | null = null
  let migrated: Promise<void> | null = null
  let clone: Promise<void> | null = null
  let proxy: QueryProxy | null = null
  let caseOf = run.current
  let sessions = 0
  const prepare = (): Promise<void> => (role ??= provide(run, share, open))
  const migrate = async (paths: string[]): Promise<void> => {
    if (clone)
      throw new Error('migrate comes before anything else that uses the database, the learner’s program included')
    await prepare()
    const files = paths.map((path) => ({ path, sql: workspaceFiles(run).read(path) }))
    await asAdmin(share, makeDatabase(share, share.template, 'template0'))
    for (const { path, sql } of files) await apply(run, share, path, sql)
  }
  const makeClone = async (): Promise<void> => {
    await prepare()
    await migrated
    await closeAll(open)
    await asAdmin(share, makeDatabase(share, share.clone, migrated ? share.template : 'template0'))
  }
  const ready = async (): Promise<Login> => {
    await (clone ??= makeClone())
    return { ...share.learner, database: share.clone }
  }
  const connect: Database['connect'] = async ({ quiet = false } = {}) => {
    // What a failed case left open, locks included, ends with it.
    if (caseOf !== run.current) await closeAll(open)
    if (caseOf !== run.current || open.length === 0) sessions = 0
    caseOf = run.current
    const connection = await openConnection(run, share.admin, await ready(), quiet ? 0 : ++sessions)
    open.push(connection)
    return connection
  }
  return {
    migrate: (...paths) => (migrated ??= migrate(paths)),
    fresh: () => {
      clone = makeClone()
      return connect()
    },
    connect,
    proxy: () => (proxy ??= openQueryProxy(run, lease.host, share.admin, ready)),
  }
}

/** What one run has of the server: names and logins. */
interface Share {
  admin: Admin
  /** Ends the trusted side's session, if there is one. */
  leave: () => Promise<void>
  learner: Omit<Login, 'database'>
  template: string
  clone: string
}

// Names are made by us from word characters only; identifiers cannot be parameters.
function shareOf(run: RunState, lease: PostgresLease): Share {
  const id = run.context.runId.replace(/\W/g, '_').toLowerCase().slice(0, 40)
  const { host, port } = lease
  let admin: Promise<Client> | null = null
  return {
    admin: () =>
      (admin ??= openAdmin({ host, port, user: lease.admin, password: lease.password, database: 'postgres' })),
    leave: async () => (await admin)?.end(),
    learner: { host, port, user: `gym_learner_${id}`, password: randomBytes(12).toString('hex') },
    template: `gym_template_${id}`,
    clone: `gym_clone_${id}`,
  }
}

async function openAdmin(login: Login): Promise<Client> {
  const { Client: Opened } = await import('pg')
  const client = new Opened({ ...login, ssl: false })
  client.on('error', () => {})
  await client.connect()
  return client
}

/**
 * A role of this run alone: as one role for all, a learner could end other runs' sessions, drop their
 * databases and change settings of theirs.
 */
async function provide(run: RunState, share: Share, open: Connection[]): Promise<void> {
  const { user, password } = share.learner
  run.cleanups.push(async () => {
    await closeAll(open)
    for (const sql of [dropDatabase(share.clone), dropDatabase(share.template), `drop role if exists "${user}"`]) {
      // A statement that cannot be interrupted ends with the server.
      await asAdmin(share, [sql]).catch(() =>
        run.warnings.add('The database was still at work at the end; it was ended.'),
      )
    }
    await share.leave()
  })
  await asAdmin(share, [
    `create role "${user}" login nosuperuser nocreatedb nocreaterole noreplication connection limit 20 password '${password}'`,
  ])
}

async function closeAll(open: Connection[]): Promise<void> {
  for (const connection of open.splice(0)) await connection.close()
}

const dropDatabase = (name: string): string => `drop database if exists "${name}" with (force)`

const makeDatabase = ({ learner }: Share, name: string, template: string): string[] => [
  dropDatabase(name),
  `create database "${name}" template "${template}" strategy file_copy owner "${learner.user}"`,
  `revoke all on database "${name}" from public`,
]

async function asAdmin({ admin }: Share, statements: string[]): Promise<void> {
  const client = await admin()
  for (const sql of statements) await client.query(sql)
}

async function apply(run: RunState, share: Share, path: string, text: string): Promise<void> {
  const sql = text.replace(/^\uFEFF/, '')
  const connection = await openConnection(run, share.admin, { ...share.learner, database: share.template }, 1)
  try {
    await connection.raw(sql, `the database for ${path}`)
    if (connection.inTransaction())
      throw refused(run, `${path} leaves a transaction open: there is a BEGIN without a COMMIT.`)
  } catch (error) {
    if (error instanceof StopRun) throw error
    throw refused(run, `${path} cannot be applied: ${clip(placed(error, sql), 300)}`)
  } finally {
    await connection.close()
  }
  note(run, 'applied', path)
}

const refused = (run: RunState, message: string): StopRun => keepStop(run, new StopRun('does-not-load', message))

/** PostgreSQL counts characters from 1; a person wants the line. */
function placed(thrown: unknown, sql: string): string {
  const { message, position, where } = readError(thrown)
  if (position === undefined) return where ? `${message} (${where.split('\n')[0]})` : message
  const line = [...sql].slice(0, Number(position) - 1).filter((c) => c === '\n').length + 1
  return `line ${line}: ${message}`
}
