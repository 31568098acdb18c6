import type { Db, MongoClient } from 'mongodb'
import { mongoCodec, type MongoCommand } from './protocol.ts'
import { ownWords } from '../wire/recorder.ts'
import { openPortRelay, type RelayWire } from '../wire/relay.ts'
import type { MongodbLease } from '../../run-context.ts'
import type { RunState } from '../../run/run-state.ts'

/**
 * MongoDB, or what stands in for it, with a database of this run alone; the learner's program finds it under
 * `MONGODB_URL`.
 */
export interface Mongo {
  /** The suite's own handle on the database, past the relay. */
  db: () => Promise<Db>
  /** No collections any more; indexes and validators go along. */
  reset: () => Promise<void>
  /**
   * Whether this server cannot do something (decisions/0004-mongodb.md). An exercise that cannot do without says so in
   * its manifest.
   */
  lacks: (feature: MongodbLease['lacks'][number]) => boolean
  /** What the learner's program says to the server, and what may happen to it. */
  wire: RelayWire<MongoCommand>
}

const opened = new WeakMap<RunState, Mongo>()

export function mongo(run: RunState): Mongo {
  const present = opened.get(run)
  if (!present) throw new Error('the manifest asks for no mongodb service')
  return present
}

/** Opens the way to the server before the first child is started, which has to know its address. */
export async function openMongo(run: RunState, lease: MongodbLease): Promise<void> {
  const { BSON } = await import('mongodb')
  const name = `gym_${run.context.runId.replace(/\W/g, '_').toLowerCase().slice(0, 40)}`
  let client: Promise<MongoClient> | null = null
  const db = async (): Promise<Db> => (await (client ??= connect(run, lease.url, name))).db(name)
  const relay = await openPortRelay<MongoCommand>(run, {
    ready: async () => (await db(), { path: lease.path }),
    take: () => ({ codec: mongoCodec(BSON, name) }),
    words: ownWords('its mongo', 'mongoCode'),
  })
  run.environment.push(() => ({ MONGODB_URL: `mongodb://127.0.0.1:${relay.port}/${name}?directConnection=true` }))
  opened.set(run, {
    db,
    reset: async () => void (await (await db()).dropDatabase()),
    lacks: (feature) => lease.lacks.includes(feature),
    wire: relay.wire,
  })
}

async function connect(run: RunState, url: string, name: string): Promise<MongoClient> {
  const { MongoClient } = await import('mongodb')
  const client = await new MongoClient(url, { directConnection: true }).connect()
  run.cleanups.push(async () => {
    await client.db(name).dropDatabase()
    await client.close()
  })
  return client
}
