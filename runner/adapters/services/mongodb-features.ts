import type { Db, MongoClient } from 'mongodb'
import type { MongodbFeature } from '../../harness/run-context.ts'

/** What not every server can do that speaks MongoDB's protocol (decisions/0004-mongodb.md). */

/** Resolves `true` where the server does it; anything else, an error included, means that it does not. */
type Probe = (db: Db, client: MongoClient) => Promise<boolean>

const probes: Record<MongodbFeature, Probe> = {
  transactions: (db, client) =>
    client.withSession((session) =>
      session.withTransaction(async () => {
        await db.collection('moved').insertOne({}, { session })
        return true
      }),
    ),
  'change-streams': async (db) => {
    const changes = db.collection('watched').watch([], { maxAwaitTimeMS: 100 })
    await changes.tryNext()
    await changes.close()
    return true
  },
  validation: async (db) => {
    await db.createCollection('checked', { validator: { $jsonSchema: { required: ['sku'] } } })
    return refused(db.collection('checked').insertOne({}))
  },
  collation: async (db) =>
    (await db.collection('things').countDocuments({ sku: 'TEAPOT' }, { collation: { locale: 'en', strength: 2 } })) ===
    1,
  'text-search': async (db) => {
    await db.collection('things').createIndex({ sku: 'text' })
    return (await db.collection('things').countDocuments({ $text: { $search: 'teapot' } })) === 1
  },
  explain: async (db) => 'queryPlanner' in (await db.collection('things').find({ sku: 'x' }).explain()),
  'update-pipelines': async (db) =>
    (await db.collection('things').updateOne({}, [{ $set: { twice: { $add: ['$left', '$left'] } } }])).modifiedCount ===
    1,
  'partial-indexes': async (db) => {
    const partly = db.collection('partly')
    await partly.createIndex({ sku: 1 }, { unique: true, partialFilterExpression: { open: true } })
    await partly.insertMany([{ sku: 'a' }, { sku: 'a' }])
    return true
  },
  'full-aggregation': async (db) => {
    const joined = {
      $lookup: {
        from: 'things',
        let: { wanted: '$sku' },
        pipeline: [{ $match: { $expr: { $eq: ['$sku', '$$wanted'] } } }],
        as: 'same',
      },
    }
    const [row] = await db
      .collection('things')
      .aggregate([
        { $set: { rounded: { $round: [1.26, 1] } } },
        joined,
        { $setWindowFields: { sortBy: { sku: 1 }, output: { sum: { $sum: '$left' } } } },
      ])
      .toArray()
    return row?.['same'].length === 1
  },
}

export const mongodbFeatures = Object.keys(probes) as MongodbFeature[]

const refused = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  )

/** Tries everything once, in a database that is gone afterwards. */
export async function probeMongodb(url: string): Promise<MongodbFeature[]> {
  const { MongoClient } = await import('mongodb')
  const client = await new MongoClient(url, { directConnection: true }).connect()
  try {
    const db = client.db('gym_probe')
    await db.collection('things').insertOne({ sku: 'teapot', left: 1 })
    const lacks: MongodbFeature[] = []
    for (const feature of mongodbFeatures)
      if (!(await probes[feature](db, client).catch(() => false))) lacks.push(feature)
    await db.dropDatabase()
    return lacks
  } finally {
    await client.close()
  }
}

/**
 * The same before any server runs, by its name; leases.test.ts compares it with what the probes find. mongod is started
 * alone, and what needs a replica set is missing then.
 */
export const knownLacks = (server: string): readonly MongodbFeature[] =>
  server === 'mongod' ? ['transactions', 'change-streams'] : mongodbFeatures
