import { randomBytes } from 'node:crypto'
import type { Connection as Client, ConnectionOptions, RowDataPacket } from 'mysql2/promise'
import { mysqlCodec, type MysqlSession, type MysqlStatement } from './protocol.ts'
import {
  behindLock,
  openMysqlConnection,
  type MysqlConnection,
  type RawMysqlConnection,
  type Waiting,
} from './connection.ts'
import { ownWords } from '../wire/recorder.ts'
import { openPortRelay, type RelayWire } from '../wire/relay.ts'
import { pending, standsStill } from '../wire/waiting.ts'
import type { MysqlLease } from '../../run-context.ts'
import { clip, keepStop, note, StopRun, type RunState } from '../../run/run-state.ts'
import { workspaceFiles } from '../../run/workspace-files.ts'

/**
 * MariaDB or MySQL, with a database and an account of this run alone; the learner's program finds it under `MYSQL_URL`.
 */
export interface Mysql {
  /** Which of the two answers. No case may depend on it; a reason for it may stand in a transcript. */
  dialect: MysqlLease['dialect']
  /** Applies files of the workspace, in this order, once a run; what cannot be applied stops the run. */
  migrate: (...paths: string[]) => Promise<void>
  /** One more session of this case, in the learner's account. `quiet`: not in the transcript. */
  connect: (options?: { quiet?: boolean }) => Promise<MysqlConnection>
  /** What the learner's program says to the server, and what may happen to it. */
  wire: MysqlWire
}

export interface MysqlWire extends RelayWire<MysqlStatement> {
  /** Connections of the program that are open: the server's number of each, and whether a transaction is open on it. */
  sessions: () => MysqlSession[]
  /**
   * Waits until one of the program's sessions stands still behind the lock of another session: true. False when `work`
   * (the call that may have to wait) has settled first.
   */
  blocked: (work: Promise<unknown>) => Promise<boolean>
}

const opened = new WeakMap<RunState, Mysql>()

export function mysql(run: RunState): Mysql {
  const present = opened.get(run)
  if (!present) throw new Error('the manifest asks for no mysql service')
  return present
}

/** Opens the way to the server before the first child is started, which has to know its address. */
export async function openMysql(run: RunState, lease: MysqlLease): Promise<void> {
  const share = shareOf(run, lease)
  const sessions = new Set<MysqlSession>()
  let provided: Promise<void> | null = null
  const ready = (): Promise<void> => (provided ??= provide(run, share))
  const { port, wire } = await openPortRelay<MysqlStatement>(run, {
    ready: async () => (await ready(), { path: lease.socketPath }),
    take: () => {
      const session: MysqlSession = { id: 0, transaction: 'none' }
      sessions.add(session)
      return { codec: mysqlCodec(session), closed: () => void sessions.delete(session) }
    },
    words: ownWords('its sql', 'sqlstate'),
  })
  const open = (): MysqlSession[] => [...sessions].filter((session) => session.id > 0)
  const isBehindLock = behindLock(waiting(share), () => open().map((session) => session.id))
  run.environment.push(() => ({ MYSQL_URL: `mysql://${share.name}:${share.password}@127.0.0.1:${port}/${share.name}` }))
  opened.set(run, {
    dialect: lease.dialect,
    ...suiteSide(run, share, ready),
    wire: {
      ...wire,
      sessions: () => open().map((session) => ({ ...session })),
      blocked: (work) => standsStill(isBehindLock, pending(work)),
    },
  })
}

/** What the suite itself does with the database. */
function suiteSide(run: RunState, share: Share, ready: () => Promise<void>): Pick<Mysql, 'migrate' | 'connect'> {
  const own: MysqlConnection[] = []
  let sessions = 0
  let caseOf = run.current
  let migrated: Promise<void> | null = null
  const login: ConnectionOptions = {
    socketPath: share.lease.socketPath,
    user: share.name,
    password: share.password,
    database: share.name,
  }
  const closeAll = async (): Promise<void> => {
    sessions = 0
    for (const connection of own.splice(0)) await connection.close()
  }
  const connection = async (quiet: boolean): Promise<RawMysqlConnection> => {
    await ready()
    // What a failed case left open, locks included, ends with it.
    if (caseOf !== run.current) await closeAll()
    caseOf = run.current
    if (!quiet) sessions += 1
    const made = await openMysqlConnection(run, { login, session: sessions, waiting: waiting(share), quiet })
    own.push(made)
    return made
  }
  run.cleanups.push(closeAll)
  return {
    migrate: (...paths) => (migrated ??= migrate(run, paths, () => connection(true))),
    connect: ({ quiet = false } = {}) => connection(quiet),
  }
}

/** What one run has of the server: names and logins. */
interface Share {
  lease: MysqlLease
  /** Of the database and of the account. Letters and digits only: in a GRANT `_` stands for any letter. */
  name: string
  password: string
  /** A session that may see what others wait for. */
  admin: () => Promise<Client>
}

function shareOf(run: RunState, lease: MysqlLease): Share {
  let client: Promise<Client> | null = null
  const name = `gym${run.context.runId
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase()
    .slice(0, 24)}`
  return { lease, name, password: randomBytes(12).toString('hex'), admin: () => (client ??= openAdmin(lease)) }
}

async function openAdmin({ socketPath, admin, password }: MysqlLease): Promise<Client> {
  const { createConnection } = await import('mysql2/promise')
  const client = await createConnection({ socketPath, user: admin, password })
  client.on('error', () => {})
  return client
}

/** An account that can do everything with its own database, and nothing else. */
async function provide(run: RunState, { name, password, admin, lease }: Share): Promise<void> {
  const client = await admin()
  run.cleanups.push(async () => {
    // A session that still holds locks would keep DROP waiting.
    const [sessions] = await client.query<RowDataPacket[]>(
      'select id from information_schema.processlist where user = ?',
      [name],
    )
    for (const { id } of sessions.map((row) => ({ id: Number(row['id'] ?? row['ID']) })))
      await client.query(`kill ${id}`).catch(() => {})
    await client.query(`drop database if exists \`${name}\``)
    await client.query(`drop user if exists '${name}'@'localhost'`)
    client.destroy()
  })
  await client.query(`create database \`${name}\``)
  await client.query(`create user '${name}'@'localhost' identified by '${password}' with max_user_connections 20`)
  await client.query(`grant all on \`${name}\`.* to '${name}'@'localhost'`)
  // MySQL 8 keeps a proof of the first login; without it the relay would have to speak for the program.
  const { createConnection } = await import('mysql2/promise')
  const first = await createConnection({ socketPath: lease.socketPath, user: name, password, database: name })
  first.destroy()
}

/**
 * The account's server numbers of those who wait. InnoDB's own report is live, its table is a copy of up to 100 ms ago.
 */
const waiting =
  ({ admin }: Share): Waiting =>
  async () => {
    const client = await admin()
    const [[report]] = await client.query<RowDataPacket[]>('show engine innodb status')
    const blocks = String(report?.['Status']).split('---TRANSACTION ')
    const rows = blocks
      .filter((block) => /^LOCK WAIT/m.test(block))
      .map((block) => Number(/thread id (\d+)/.exec(block)?.[1]))
    const [others] = await client.query<RowDataPacket[]>(
      `select id as id from information_schema.processlist where state like 'Waiting for%lock%' or state = 'User lock'`,
    )
    return new Set([...rows, ...others.map((row) => Number(row['id']))])
  }

async function migrate(run: RunState, paths: string[], open: () => Promise<RawMysqlConnection>): Promise<void> {
  const files = paths.map((path) => ({ path, sql: workspaceFiles(run).read(path) }))
  const connection = await open()
  for (const { path, sql } of files) {
    try {
      await connection.raw(sql.replace(/^\uFEFF/, ''), `the database for ${path}`)
    } catch (error) {
      if (error instanceof StopRun) throw error
      throw keepStop(
        run,
        new StopRun('does-not-load', `${path} cannot be applied: ${clip((error as Error).message, 300)}`),
      )
    }
    note(run, 'applied', path)
  }
}
