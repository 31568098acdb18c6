import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { patience } from '../../harness/run/patience.ts'
import { embeddedPostgres, packageVersion } from './embedded-postgres.ts'
import { startPostgres, type PostgresOptions, type PostgresServer } from './postgres.ts'

const home = mkdtempSync(join(tmpdir(), 'gym-services-'))
const native = embeddedPostgres()
const root = process.getuid?.() === 0
const cleanups: (() => Promise<void> | void)[] = []

beforeAll(() => {
  chmodSync(home, 0o755)
  mkdirSync(join(home, 'ledger'))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function started(options: PostgresOptions = {}): Promise<PostgresServer> {
  const server = await startPostgres({ folder: join(home, 'ledger') }, options)
  cleanups.push(server.stop)
  return server
}

async function asAdmin(server: PostgresServer, sql: string): Promise<Record<string, unknown>[]> {
  const { host, port, admin: user, password } = server.lease
  const client = new Client({ host, port, user, password, database: 'postgres', ssl: false })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const serverPid = (server: PostgresServer): number =>
  Number(readFileSync(join(server.lease.host, 'data', 'postmaster.pid'), 'utf8').split('\n')[0])

/** A folder that serves as the temporary folder of one test. */
function temporary(name: string): string {
  const folder = join(home, name)
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = folder
  cleanups.push(() => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  })
  return folder
}

describe.skipIf(native === null)('the embedded server', () => {
  test('answers on a private socket and on no port; letters fold alike everywhere', async () => {
    const server = await started()
    const [row] = await asAdmin(
      server,
      `select lower('ÉCOLE') as folded, 'a' < 'B' as by_code, current_setting('listen_addresses') as addresses, current_setting('timezone') as zone`,
    )
    expect(row).toEqual({ folded: 'école', by_code: false, addresses: '', zone: 'UTC' })
    expect(statSync(server.lease.host).mode & 0o077).toBe(0)
  })

  test('no password lies in its folder', async () => {
    const server = await started()
    const names = readdirSync(server.lease.host)
    expect(names.filter((n) => !n.startsWith('.s.PGSQL'))).toEqual(['data'])
  })

  test('stop ends the process, removes the folder and forgets the entry; a second stop is harmless', async () => {
    const server = await started()
    const pid = serverPid(server)
    expect(readdirSync(join(home, 'ledger'))).toEqual([String(pid)])
    await server.stop()
    await server.stop()
    expect([isAlive(pid), existsSync(server.lease.host), readdirSync(join(home, 'ledger'))]).toEqual([false, false, []])
  })

  test('stop does not wait for a session that is at work', async () => {
    const server = await started()
    const busy = asAdmin(server, `do $$ begin loop end loop; end $$`).catch(() => 'ended')
    await expect
      .poll(() => asAdmin(server, `select 1 from pg_stat_activity where query like 'do %' and state = 'active'`))
      .toHaveLength(1)
    const before = Date.now()
    await server.stop()
    // After three seconds a stop turns to force.
    expect(Date.now() - before).toBeLessThan(3_000 * patience())
    expect(await busy).toBe('ended')
  })

  test('two servers at once do not meet', async () => {
    const [a, b] = await Promise.all([started(), started()])
    expect(a.lease.host).not.toBe(b.lease.host)
    await asAdmin(a, `create database only_here`)
    expect(await asAdmin(b, `select 1 from pg_database where datname = 'only_here'`)).toEqual([])
    await expect(asAdmin({ ...b, lease: { ...b.lease, password: a.lease.password } }, 'select 1')).rejects.toThrow(
      'password authentication failed',
    )
  })

  test('starts where the temporary folder’s path holds spaces, quotes and commas', async () => {
    const folder = temporary(`a b, "c" 'd'`)
    const server = await started()
    expect(server.lease.host.startsWith(folder)).toBe(true)
    expect(await asAdmin(server, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('starts where the temporary folder’s path is too long for a socket', async () => {
    temporary('long/'.repeat(20))
    expect(await asAdmin(await started(), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('a start that fails leaves nothing behind and says why', async () => {
    const folder = temporary('broken')
    const copy = join(home, 'broken-native', 'native')
    mkdirSync(join(copy, 'bin'), { recursive: true })
    writeFileSync(join(copy, 'pg-symlinks.json'), '[]')
    writeFileSync(join(copy, '..', 'package.json'), '{"version":"0"}')
    for (const path of ['lib', 'share/postgresql']) mkdirSync(join(copy, path), { recursive: true })
    for (const name of ['initdb', 'postgres'])
      writeFileSync(join(copy, 'bin', name), '#!/bin/sh\necho "no disk" >&2; exit 1\n', { mode: 0o755 })
    await expect(started({ native: copy })).rejects.toThrow('The service "postgres" did not start: no disk')
    await expect(started({ native: null })).rejects.toThrow('its binaries are not installed')
    expect(readdirSync(folder).filter((n) => n.startsWith('gym-pg-'))).toEqual([])
  })
})

describe.skipIf(native === null)('roles', () => {
  test('a role without rights reaches neither files, programs, settings nor the cluster’s own databases', async () => {
    const server = await started()
    await asAdmin(server, `create role weak login nosuperuser nocreatedb nocreaterole password 'w'`)
    await asAdmin(server, `create database weak owner weak`)
    const { host, port } = server.lease
    const login = { host, port, user: 'weak', password: 'w', ssl: false }
    for (const name of ['postgres', 'template1']) {
      await expect(new Client({ ...login, database: name }).connect(), name).rejects.toThrow(
        'permission denied for database',
      )
    }
    const weak = new Client({ ...login, database: 'weak' })
    await weak.connect()
    await weak.query('create table t (x text)')
    for (const sql of [
      `copy t from program 'id'`,
      `copy t to program 'cat'`,
      `copy t from '/etc/passwd'`,
      `copy t to '/tmp/gym-out'`,
      `select pg_read_file('/etc/passwd')`,
      `select pg_ls_dir('/')`,
      `select lo_import('/etc/passwd')`,
      `alter system set fsync = on`,
      `create role other superuser`,
      `create database other`,
      `alter role weak superuser`,
      `set session authorization gym`,
      `create extension file_fdw`,
      `create function f() returns int language c as 'libc', 'getpid'`,
      `select pg_reload_conf()`,
    ]) {
      await expect(weak.query(sql), sql).rejects.toThrow(/permission denied|must be superuser|must have/)
    }
    await weak.end()
  })
})

describe.skipIf(native === null)('the cache', () => {
  test('a second start copies the cluster, with a password of its own', async () => {
    const cache = join(home, 'cache')
    const first = await started({ cache })
    const second = await started({ cache })
    expect(second.lease.password).not.toBe(first.lease.password)
    expect(await asAdmin(second, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(readdirSync(join(cache, 'postgres'))).toEqual([`cluster-${packageVersion(native as string)}`])
  })

  test('a damaged one is passed over', async () => {
    const cache = join(home, 'damaged')
    const kept = join(cache, 'postgres', `cluster-${packageVersion(native as string)}`)
    mkdirSync(join(kept, 'data'), { recursive: true })
    writeFileSync(join(kept, 'password'), 'x')
    expect(await asAdmin(await started({ cache }), 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe.skipIf(native === null || !root)('as root', () => {
  test('the server runs as nobody, also from a clone that only root can read', async () => {
    const folder = temporary('for root')
    const clone = join(home, 'closed clone')
    cpSync(join(native as string, '..'), clone, { recursive: true, verbatimSymlinks: true })
    chmodSync(clone, 0o700)
    const server = await started({ native: join(clone, 'native') })
    const status = readFileSync(`/proc/${serverPid(server)}/status`, 'utf8')
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe('65534')
    expect(await asAdmin(server, `create extension citext; select 1`)).toBeUndefined()
    const copy = join(folder, `gym-postgres-${packageVersion(native as string)}`)
    expect(existsSync(copy)).toBe(true)
    await started({ native: join(clone, 'native') })
    expect(readdirSync(folder).filter((n) => n.startsWith('gym-postgres'))).toHaveLength(1)
  })

  test('a clone made under umask 077 and a copy that somebody else put there do not matter', async () => {
    const folder = temporary('umask')
    const clone = join(home, 'strict clone')
    cpSync(join(native as string, '..'), clone, { recursive: true, verbatimSymlinks: true })
    chmodSync(join(clone, 'native', 'share', 'postgresql'), 0o700)
    chmodSync(join(clone, 'native', 'bin', 'postgres'), 0o700)
    const planted = join(folder, `gym-postgres-${packageVersion(native as string)}`)
    mkdirSync(planted, { mode: 0o777 })
    chmodSync(planted, 0o777)
    writeFileSync(join(planted, 'postgres'), 'not ours')
    expect(await asAdmin(await started({ native: join(clone, 'native') }), 'select 1 as one')).toEqual([{ one: 1 }])
    expect(readdirSync(planted)).toEqual(['postgres'])
  })

  test('a temporary folder that only root can enter is left aside', async () => {
    chmodSync(temporary('closed'), 0o700)
    const server = await started()
    expect(server.lease.host.startsWith('/tmp/')).toBe(true)
    expect(server.lease.host.startsWith(home)).toBe(false)
  })
})
