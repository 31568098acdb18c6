import { randomBytes } from 'node:crypto'
import type { RedisClientType } from '@redis/client'
import { ownWords } from '../wire/recorder.ts'
import { openPortRelay, type RelayWire } from '../wire/relay.ts'
import { redisCodec, type RedisCommand } from './protocol.ts'
import type { RedisLease } from '../../run-context.ts'
import type { RunState } from '../../run/run-state.ts'

/** A client that may do everything. */
export type RedisAdmin = RedisClientType

/** Real Redis (or Valkey), a server of this run alone. The learner's program finds it under `REDIS_URL`. */
export interface Redis {
  /** The suite's own connection, past the relay. */
  admin: () => Promise<RedisAdmin>
  /** No keys, scripts and functions any more. */
  reset: () => Promise<void>
  /** What the learner's program says to the server, and what may happen to it. */
  wire: RelayWire<RedisCommand>
}

const opened = new WeakMap<RunState, Redis>()

export function redis(run: RunState): Redis {
  const present = opened.get(run)
  if (!present) throw new Error('the manifest asks for no redis service')
  return present
}

/** Opens the way to the server before the first child is started, which has to know its address. */
export async function openRedis(run: RunState, lease: RedisLease): Promise<void> {
  const password = randomBytes(12).toString('hex')
  let client: Promise<RedisAdmin> | null = null
  const admin = (): Promise<RedisAdmin> => (client ??= openAdmin(lease, password))
  const relay = await openPortRelay<RedisCommand>(run, {
    ready: async () => (await admin(), { path: lease.path }),
    take: () => ({ codec: redisCodec() }),
    words: ownWords('its redis', 'redisError'),
  })
  run.cleanups.push(async () => void (await client?.catch(() => null))?.destroy())
  run.environment.push(() => ({ REDIS_URL: `redis://${name}:${password}@127.0.0.1:${relay.port}` }))
  opened.set(run, { admin, reset: async () => reset(await admin()), wire: relay.wire })
}

const name = 'learner'

/**
 * Everything that works on data. Not: settings, other people's connections, replication, files, modules, MONITOR.
 * FLUSHALL and KEYS count as dangerous too, but here they touch nothing but the program's own data.
 */
const rights = [
  '~*',
  '&*',
  '+@all',
  '-@admin',
  '-@dangerous',
  '+flushall',
  '+flushdb',
  '+info',
  '+keys',
  '+restore',
  '+role',
  '+sort',
  '+swapdb',
]

async function openAdmin({ path, password }: RedisLease, learnerPassword: string): Promise<RedisAdmin> {
  const { createClient } = await import('@redis/client')
  const client = createClient({ socket: { path, reconnectStrategy: false }, password })
  client.on('error', () => {})
  await client.connect()
  await client.sendCommand(['ACL', 'SETUSER', name, 'reset', 'on', `>${learnerPassword}`, ...rights])
  return client
}

async function reset(client: RedisAdmin): Promise<void> {
  await client.flushAll()
  await client.sendCommand(['SCRIPT', 'FLUSH'])
  // Unknown before version 7.
  await client.sendCommand(['FUNCTION', 'FLUSH']).catch(() => {})
}
