import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import type { PostgresLease } from '../../harness/run-context.ts'
import { recordProcess, type GroupLedger } from '../process/group-ledger.ts'
import { binariesForOthers, embeddedPostgres, makeLinks, reachableByOthers } from './embedded-postgres.ts'
import { firstAdmin, layCluster, type Cluster } from './postgres-cluster.ts'

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

/** PostgreSQL refuses to run as root; this is "nobody" on Linux, and the binaries need no account. */
const nobody = 65534
const asRoot = (): boolean => process.getuid?.() === 0

export async function startPostgres(ledger: Pick<GroupLedger, 'folder'>, options: PostgresOptions = {}): Promise<PostgresServer> {
  const found = options.native === undefined ? embeddedPostgres() : options.native
  if (!found) throw failure('its binaries are not installed')
  makeLinks(found)
  const temporary = temporaryFolder()
  const native = asRoot() ? binariesForOthers(found, temporary) : found
  const server = (cached: boolean): Promise<PostgresServer> => startIn(mkdtempSync(join(temporary, 'gym-pg-')), native, cached ? options.cache : undefined, ledger)
  // A cluster in the cache that does not start is made anew.
  return options.cache === undefined ? server(false) : server(true).catch(() => server(false))
}

async function startIn(folder: string, native: string, cache: string | undefined, ledger: Pick<GroupLedger, 'folder'>): Promise<PostgresServer> {
  try {
    if (asRoot()) chownSync(folder, nobody, nobody)
    const cluster: Cluster = { native, folder, env: serverEnv(), identity: asRoot() ? { uid: nobody, gid: nobody } : {} }
    return await startServer(cluster, await layCluster(cluster, cache), ledger)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** A socket's path may have 104 bytes at most, and as root "nobody" has to reach it. */
function temporaryFolder(): string {
  const usable = (path: string): boolean => Buffer.byteLength(path) <= 70 && (!asRoot() || reachableByOthers(path))
  return [tmpdir(), '/tmp'].find(usable) ?? tmpdir()
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

async function startServer(cluster: Cluster, firstPassword: string, ledger: Pick<GroupLedger, 'folder'>): Promise<PostgresServer> {
  const { native, folder, env, identity } = cluster
  // A list of folders: a comma in a path would end it.
  const args = ['-D', join(folder, 'data'), '-c', `unix_socket_directories="${folder.replaceAll('"', '""')}"`]
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(join(native, 'bin', 'postgres'), [...args, ...options], { cwd: folder, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'], ...identity })
  const forget = server.pid === undefined ? () => {} : recordProcess(ledger, server.pid, folder)
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()).once('error', () => resolve()))
  const stop = async (): Promise<void> => {
    await stopServer(server, ended)
    forget()
    rmSync(folder, { recursive: true, force: true })
  }
  const lease = { host: folder, port: 5432, admin: firstAdmin, password: randomBytes(18).toString('hex') }
  try {
    await connectable(server, { ...lease, password: firstPassword })
    await secure(lease, firstPassword)
    return { lease, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, nothing is waited for. SIGQUIT is for those that do not listen. */
async function stopServer(server: ChildProcess, ended: Promise<void>): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return
  const timers = [setTimeout(() => server.kill('SIGQUIT'), 3_000), setTimeout(() => server.kill('SIGKILL'), 6_000)]
  server.kill('SIGINT')
  await ended
  for (const timer of timers) clearTimeout(timer)
}

async function connectable(server: ChildProcess, lease: PostgresLease): Promise<void> {
  let said = ''
  server.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2_000)))
  const until = Date.now() + 15_000
  while (Date.now() < until && server.pid !== undefined && server.exitCode === null && server.signalCode === null) {
    if (existsSync(join(lease.host, `.s.PGSQL.${lease.port}`)) && (await answers(lease))) return
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  throw failure(said.trim().split('\n').at(-1)?.slice(0, 200) || 'it did not answer within 15 s')
}

async function answers(lease: PostgresLease): Promise<boolean> {
  try {
    await admin(lease, ['select 1'])
    return true
  } catch {
    return false // Still starting.
  }
}

async function admin(lease: PostgresLease, statements: string[]): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ host: lease.host, port: lease.port, user: lease.admin, password: lease.password, database: 'postgres', ssl: false })
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
