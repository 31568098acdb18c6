import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { RunnerError } from '../../errors/runner-error.ts'
import type { PostgresLease } from '../../harness/run-context.ts'
import { embeddedPostgres } from './embedded-postgres.ts'
import { recordProcess, type GroupLedger } from '../process/group-ledger.ts'

/** A PostgreSQL server of our own: the embedded binaries, a temporary data folder, a private unix socket. */
export interface PostgresServer {
  lease: PostgresLease
  stop: () => Promise<void>
}

const adminName = 'gym'
const learnerName = 'learner'
/** PostgreSQL refuses to run as root; this is "nobody" on Linux, and the binaries need no account. */
const nobody = 65534

interface Identity {
  uid?: number
  gid?: number
}
const identity: Identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}

export async function startPostgres(ledger: GroupLedger): Promise<PostgresServer> {
  const found = embeddedPostgres()
  if (!found) throw new RunnerError('service-failed', { service: 'postgres', reason: 'its binaries are not installed' })
  const folder = mkdtempSync(join(tmpdir(), 'gym-pg-'))
  try {
    own(folder)
    const native = reachable(found)
    await createCluster(native, folder)
    return await startServer(native, folder, ledger)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

const own = (path: string): void => {
  if (identity.uid !== undefined) chownSync(path, nobody, nobody)
}

/**
 * The package's own install script would make these links; it does not run here (no install scripts).
 * As root the server runs as nobody, who may not reach a clone in root's home: then a copy serves.
 */
function reachable(native: string): string {
  link(native)
  if (identity.uid === undefined || readableByOthers(native)) return native
  const stamp = statSync(join(native, 'bin', 'postgres')).size
  const copy = join(tmpdir(), `gym-postgres-binaries-${stamp}`)
  if (!existsSync(copy)) {
    const fresh = `${copy}.${process.pid}`
    cpSync(native, fresh, { recursive: true, verbatimSymlinks: true })
    chmodSync(fresh, 0o755)
    renameSync(fresh, copy)
  }
  return copy
}

function link(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(native, '..', target)
    try {
      symlinkSync(basename(source), path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw linkProblem(path, error as Error)
    }
  }
}

const linkProblem = (path: string, cause: Error): RunnerError =>
  new RunnerError('not-writable', { path: dirname(path), reason: cause.message }, { cause })

function readableByOthers(path: string): boolean {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
  }
  return true
}

/** initdb takes 1.5 s: durability is off, since nothing here outlives the runner. */
async function createCluster(native: string, folder: string): Promise<void> {
  const passwordFile = join(folder, 'password')
  const password = randomBytes(18).toString('hex')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  own(passwordFile)
  const args = ['-D', join(folder, 'data'), '-U', adminName, `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  await asOwner([join(native, 'bin', 'initdb'), ...args, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions'], folder)
}

async function asOwner(command: string[], folder: string): Promise<void> {
  const { execa } = await import('execa')
  const [file = '', ...args] = command
  const result = await execa(file, args, { reject: false, cwd: folder, env: serverEnv(), extendEnv: false, stdin: 'ignore', ...identity })
  if (result.exitCode !== 0) throw new RunnerError('service-failed', { service: 'postgres', reason: firstWords(result.stderr || result.shortMessage || '') })
}

const serverEnv = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' })
const firstWords = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 200) ?? ''

const settings: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '60',
  // Deadlock cases should not wait a second each.
  deadlock_timeout: '50ms',
  log_min_messages: 'fatal',
  autovacuum: 'off',
  timezone: 'UTC',
}

async function startServer(native: string, folder: string, ledger: GroupLedger): Promise<PostgresServer> {
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const args = ['-D', join(folder, 'data'), '-k', folder, '-c', 'listen_addresses=', ...options]
  const server = spawn(join(native, 'bin', 'postgres'), args, { cwd: folder, env: serverEnv(), detached: true, stdio: ['ignore', 'ignore', 'pipe'], ...identity })
  const forget = recordProcess(ledger, server.pid ?? -1)
  const password = readFileSync(join(folder, 'password'), 'utf8')
  const lease = { host: folder, port: 5432, admin: adminName, password, learner: learnerName, learnerPassword: randomBytes(12).toString('hex') }
  const stop = async (): Promise<void> => {
    await stopServer(server)
    forget()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await connectable(server, lease)
    await createLearner(lease)
    return { lease, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, nothing is waited for. */
function stopServer(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve()
    const timer = setTimeout(() => server.kill('SIGQUIT'), 3_000)
    server.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    server.kill('SIGINT')
  })
}

async function connectable(server: ChildProcess, lease: PostgresLease): Promise<void> {
  let said = ''
  server.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2_000)))
  const until = Date.now() + 15_000
  while (Date.now() < until && server.exitCode === null) {
    if (existsSync(join(lease.host, `.s.PGSQL.${lease.port}`)) && (await answers(lease))) return
    await new Promise((resolve) => setTimeout(resolve, 15))
  }
  throw new RunnerError('service-failed', { service: 'postgres', reason: firstWords(said) || 'it did not answer within 15 s' })
}

async function answers(lease: PostgresLease): Promise<boolean> {
  try {
    await admin(lease, 'select 1')
    return true
  } catch {
    return false // Still starting.
  }
}

async function admin(lease: PostgresLease, sql: string): Promise<void> {
  const { Client } = await import('pg')
  const client = new Client({ host: lease.host, port: lease.port, user: lease.admin, password: lease.password, database: 'postgres' })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** A weak role even locally: no superuser, no files of the server, no other databases (design.md section 6). */
async function createLearner(lease: PostgresLease): Promise<void> {
  await admin(lease, `create role ${learnerName} login nosuperuser nocreatedb nocreaterole noreplication password '${lease.learnerPassword}'`)
  await admin(lease, 'revoke all on database postgres from public')
}
