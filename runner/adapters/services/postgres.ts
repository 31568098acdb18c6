import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import type { PostgresLease } from '../../harness/run-context.ts'
import { identity } from '../process/account.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
import { binariesForOthers, embeddedPostgres, makeLinks } from './embedded-postgres.ts'
import { firstAdmin, layCluster, type Cluster } from './postgres-cluster.ts'
import { serverFolder } from './server-folder.ts'
import { startServerProcess } from './server-process.ts'

/** A PostgreSQL server of our own: the embedded binaries, a temporary data folder, a private unix socket. */
export interface PostgresServer {
  lease: PostgresLease
  stop: () => Promise<void>
}

export interface PostgresOptions {
  /** Where an empty cluster is kept between starts: copying it takes a tenth of making it. */
  cache?: string
  /** The embedded binaries; another place in tests. */
  native?: string | null
}

export async function startPostgres(
  ledger: Pick<GroupLedger, 'folder'>,
  options: PostgresOptions = {},
): Promise<PostgresServer> {
  const found = options.native === undefined ? embeddedPostgres() : options.native
  if (!found) throw failure('its binaries are not installed')
  makeLinks(found)
  const native = binariesForOthers(found)
  const server = (cached: boolean): Promise<PostgresServer> =>
    startIn(serverFolder('gym-pg-'), native, cached ? options.cache : undefined, ledger)
  // A cluster in the cache that does not start is made anew.
  return options.cache === undefined ? server(false) : server(true).catch(() => server(false))
}

async function startIn(
  folder: string,
  native: string,
  cache: string | undefined,
  ledger: Pick<GroupLedger, 'folder'>,
): Promise<PostgresServer> {
  try {
    const cluster: Cluster = { native, folder, env: serverEnv(), identity: identity() }
    return await startServer(cluster, await layCluster(cluster, cache), ledger)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

const failure = (reason: string): RunnerError => new RunnerError('service-failed', { service: 'postgres', reason })

const serverEnv = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' })

const settings: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  // Durability is off, since nothing here outlives the runner.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  temp_file_limit: '256MB',
  max_connections: '60',
  // Passwords here are random and long: stretching them only makes logging in slow.
  scram_iterations: '1',
  // Deadlock cases should not wait a second each.
  deadlock_timeout: '50ms',
  // A statement whose session was cut off ends by itself.
  client_connection_check_interval: '500ms',
  log_min_messages: 'fatal',
  autovacuum: 'off',
  timezone: 'UTC',
}

async function startServer(
  { native, folder, env }: Cluster,
  firstPassword: string,
  ledger: Pick<GroupLedger, 'folder'>,
): Promise<PostgresServer> {
  // A list of folders: a comma in a path would end it.
  const args = ['-D', join(folder, 'data'), '-c', `unix_socket_directories="${folder.replaceAll('"', '""')}"`]
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const lease = { host: folder, port: 5432, admin: firstAdmin, password: randomBytes(18).toString('hex') }
  const first = { ...lease, password: firstPassword }
  const server = await startServerProcess({
    service: 'postgres',
    command: [join(native, 'bin', 'postgres'), ...args, ...options],
    env,
    folder,
    ledger,
    // SIGINT is PostgreSQL's fast shutdown: sessions end, nothing is waited for.
    stopSignal: 'SIGINT',
    // SIGKILL would leave its shared memory behind.
    orphanSignal: 'SIGQUIT',
    answers: async () => existsSync(join(folder, '.s.PGSQL.5432')) && admin(first, ['select 1']).then(() => true),
  })
  try {
    await secure(lease, firstPassword)
    return { lease, stop: server.stop }
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** The address in the form that libpq and node-postgres read; the socket is named by its folder. */
export const urlOf = ({ host, admin: user, password }: PostgresLease, database: string): string =>
  `postgresql://${user}:${password}@/${database}?host=${encodeURIComponent(host)}`

async function admin(lease: PostgresLease, statements: string[]): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({
    host: lease.host,
    port: lease.port,
    user: lease.admin,
    password: lease.password,
    database: 'postgres',
    ssl: false,
  })
  await client.connect()
  try {
    for (const sql of statements) await client.query(sql)
  } finally {
    await client.end()
  }
}

/** A password of this server's own, and no way for other roles into the databases of the cluster itself. */
async function secure(lease: PostgresLease, firstPassword: string): Promise<void> {
  await admin({ ...lease, password: firstPassword }, [
    'revoke all on database postgres, template1 from public',
    `alter role ${lease.admin} password '${lease.password}'`,
  ])
}
