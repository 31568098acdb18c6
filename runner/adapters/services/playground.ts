import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ServiceId } from '../../domain/exercise/exercise.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import type { PostgresLease, RedisLease } from '../../harness/run-context.ts'
import type { GroupLedger } from '../process/group-ledger.ts'
import { openLeases } from './leases.ts'

/** Servers for a program that is started by hand: empty, of its own, and gone with it. */
export interface Playground {
  /** Where the program finds them, under the names that the tests use. */
  env: Record<string, string>
  /** What there is, in words. */
  said: string[]
  close: () => Promise<void>
}

export interface PlaygroundOptions {
  /** The workspace: the tables are made by its files. */
  folder: string
  ledger: GroupLedger
  cache: string
  /** The learner's own: a server that they name is taken, and none is started. */
  env: Readonly<Record<string, string | undefined>>
}

const variables: Partial<Record<ServiceId, string>> = { postgres: 'DATABASE_URL', redis: 'REDIS_URL' }

/** Starts what an exercise asks for, as far as a program by hand needs it. Rejects when a server does not start. */
export async function openPlayground(services: readonly ServiceId[], options: PlaygroundOptions): Promise<Playground> {
  const wanted = services.filter((id) => {
    const name = variables[id]
    return name !== undefined && !options.env[name]
  })
  const playground: Playground = { env: {}, said: [], close: async () => {} }
  if (wanted.length === 0) return playground
  const leases = openLeases(options.ledger, options.cache)
  const ends: (() => Promise<unknown>)[] = [() => leases.close()]
  playground.close = async () => {
    for (const end of ends.toReversed()) await end()
  }
  try {
    const lease = await leases.lease(wanted)
    ends.push(lease.release)
    const { postgres, redis } = lease.addresses
    if (postgres) {
      const files = tablesIn(options.folder)
      playground.env['DATABASE_URL'] = await makeDatabase(postgres, options.folder, files)
      playground.said.push(`a PostgreSQL of its own${files.length > 0 ? `, made by ${files.join(', ')}` : ''}`)
    }
    if (redis) {
      const relay = await openRelay(redis)
      ends.push(relay.close)
      playground.env['REDIS_URL'] = relay.url
      playground.said.push('an empty Redis of its own')
    }
    return playground
  } catch (error) {
    await playground.close()
    throw error
  }
}

/** By which files of a workspace its tables are made, in their order. */
function tablesIn(folder: string): string[] {
  if (existsSync(join(folder, 'schema.sql'))) return ['schema.sql']
  const migrations = join(folder, 'migrations')
  if (!existsSync(migrations)) return []
  return readdirSync(migrations)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => `migrations/${name}`)
}

/** A database and a weak role, as in the tests; what the files say goes by the learner's name. */
async function makeDatabase(
  { host, port, admin, password }: PostgresLease,
  folder: string,
  files: readonly string[],
): Promise<string> {
  const { Client } = await import('pg')
  const [user, database, own] = ['learner', 'playground', randomBytes(12).toString('hex')]
  const asAdmin = new Client({ host, port, user: admin, password, database: 'postgres' })
  await asAdmin.connect()
  try {
    await asAdmin.query(`create role ${user} login nosuperuser nocreatedb nocreaterole password '${own}'`)
    await asAdmin.query(`create database ${database} owner ${user}`)
  } finally {
    await asAdmin.end()
  }
  const asLearner = new Client({ host, port, user, password: own, database })
  await asLearner.connect()
  try {
    for (const file of files)
      await asLearner.query(readFileSync(join(folder, file), 'utf8').replace(/^\uFEFF/, '')).catch((error: Error) => {
        throw new RunnerError('service-failed', {
          service: 'postgres',
          reason: `${file} cannot be applied: ${error.message}`,
        })
      })
  } finally {
    await asLearner.end()
  }
  return `postgresql://${user}:${own}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
}

/** The server listens on a socket in a private folder; clients that are given a URL want a port. */
async function openRelay({ path, password }: RedisLease): Promise<{ url: string; close: () => Promise<void> }> {
  const relay = createServer((client) => {
    const server = connect(path)
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => to.destroy())
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const { port } = relay.address() as AddressInfo
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    close: () => new Promise((resolve) => relay.close(() => resolve())),
  }
}
