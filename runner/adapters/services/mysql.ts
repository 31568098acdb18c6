import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MysqlLease } from '../../harness/run-context.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { giveAway, identity } from '../process/account.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
import { runCommand } from '../process/run-command.ts'
import type { FoundServer } from './find-server.ts'
import { inPlace } from './redis.ts'
import { serverFolder } from './server-folder.ts'
import { startServerProcess } from './server-process.ts'

export interface MysqlServer {
  lease: MysqlLease
  stop: () => Promise<void>
}

/** Both dialects understand these. Durability is off, since nothing here outlives the runner. */
const settings = [
  '--skip-networking',
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-buffer-pool-size=32M',
  '--innodb-lock-wait-timeout=5',
  '--character-set-server=utf8mb4',
  '--default-time-zone=+00:00',
  '--secure-file-priv=/dev/null',
  '--max-connections=60',
]

/** Settings that make the two dialects behave alike, and what only one of them knows. */
const dialects = {
  // MariaDB 11.6.2 and newer answer a lost update with error 1020; MySQL and older versions lose it in silence.
  mariadb: [
    '--loose-innodb-snapshot-isolation=OFF',
    '--sql-mode=STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY',
    '--collation-server=utf8mb4_unicode_ci',
  ],
  mysql: ['--mysqlx=OFF', '--collation-server=utf8mb4_unicode_ci'],
}

export async function startMysql(ledger: Pick<GroupLedger, 'folder'>, found: FoundServer): Promise<MysqlServer> {
  const folder = serverFolder('gym-my-')
  const [socket, data] = [join(folder, 'my.sock'), join(folder, 'data')]
  mkdirSync(data)
  giveAway(data)
  const program = inPlace(found)
  const dialect = await dialectOf(program)
  const share = shareOf(program.path)
  const base = [
    program.path,
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--pid-file=${join(folder, 'pid')}`,
    ...settings,
    ...dialects[dialect],
    ...(dialect === 'mariadb' ? [`--lc-messages-dir=${share}`, `--character-sets-dir=${join(share, 'charsets')}`] : []),
  ]
  await bootstrap(base, program.env, folder, dialect, share)
  const password = randomBytes(18).toString('hex')
  const first: MysqlLease = { socketPath: socket, admin: 'root', password: '', dialect }
  const server = await startServerProcess({
    service: 'mysql',
    command: base,
    env: program.env,
    folder,
    ledger,
    stopSignal: 'SIGTERM',
    answers: async () => existsSync(socket) && asAdmin(first, ['select 1']).then(() => true),
  })
  try {
    await asAdmin(first, [`alter user 'root'@'localhost' identified by '${password}'`])
    return { lease: { ...first, password }, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

type Program = ReturnType<typeof inPlace>

async function dialectOf(program: Program): Promise<MysqlLease['dialect']> {
  const result = await runCommand([program.path, '--no-defaults', '--version'], {
    env: program.env,
    account: identity(),
  })
  if (result.code !== 0) throw problem(result.stderr || result.shortMessage)
  return /mariadb/i.test(result.stdout) ? 'mariadb' : 'mysql'
}

/** The folder with the SQL of the system tables, beside the program: …/sbin/mariadbd → …/share/mysql. */
function shareOf(path: string): string {
  const share = join(dirname(dirname(path)), 'share')
  return (
    [join(share, 'mysql'), join(share, 'mariadb')].find((folder) =>
      existsSync(join(folder, 'mysql_system_tables.sql')),
    ) ?? join(share, 'mysql')
  )
}

const systemTables = [
  'mysql_system_tables.sql',
  'mysql_performance_tables.sql',
  'mysql_system_tables_data.sql',
  'maria_add_gis_sp_bootstrap.sql',
]

/** An empty data folder with its system tables: MySQL makes it by itself, MariaDB is fed the SQL of its own package. */
async function bootstrap(
  base: readonly string[],
  env: Record<string, string>,
  folder: string,
  dialect: MysqlLease['dialect'],
  share: string,
): Promise<void> {
  const sql = (): string =>
    [
      'create database mysql;',
      'use mysql;',
      'set @auth_root_socket = null;',
      ...systemTables
        .map((name) => join(share, name))
        .filter((path) => existsSync(path))
        .map((path) => readFileSync(path, 'utf8')),
    ].join('\n')
  const how =
    dialect === 'mysql'
      ? { args: ['--initialize-insecure'], input: '' }
      : { args: ['--bootstrap', '--log-warnings=0'], input: sql() }
  const result = await runCommand([...base, ...how.args], {
    cwd: folder,
    env,
    input: how.input,
    timeoutMs: 120_000,
    account: identity(),
  })
  if (result.code !== 0) throw problem(result.stderr || result.shortMessage)
}

const problem = (said: string): RunnerError =>
  new RunnerError('service-failed', { service: 'mysql', reason: said.trim().split('\n').at(-1)?.slice(0, 200) ?? '' })

async function asAdmin({ socketPath, admin, password }: MysqlLease, statements: string[]): Promise<void> {
  const { createConnection } = await import('mysql2/promise')
  const connection = await createConnection({ socketPath, user: admin, password, connectTimeout: 2_000 })
  try {
    for (const sql of statements) await connection.query(sql)
  } finally {
    connection.destroy()
  }
}
