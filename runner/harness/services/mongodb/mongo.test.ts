import { MongoClient, type Collection } from 'mongodb'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { mongo, type Mongo } from './mongo.ts'
import { closeRun, environmentOf, type RunState } from '../../run/run-state.ts'
import { nextCase } from '../../run/run-fixtures.ts'
import { lacksServer, openStand, said, type Stand } from '../service-fixtures.ts'

interface Stock {
  _id?: number
  sku: string
  left: number
}

describe.skipIf(lacksServer('mongodb'))('mongo', () => {
  let stand: Stand
  let run: RunState
  let server: Mongo
  let url: string
  const clients: MongoClient[] = []

  beforeAll(async () => {
    stand = openStand('mongodb')
    run = await stand.run()
    server = mongo(run)
    url = environmentOf(run)['MONGODB_URL'] ?? ''
  }, 60_000)

  afterEach(async () => {
    nextCase(run)
    for (const client of clients.splice(0)) await client.close()
    await server.reset()
  })

  afterAll(() => stand.close())

  async function stock(options: object = {}): Promise<Collection<Stock>> {
    const client = await new MongoClient(url, options).connect()
    clients.push(client)
    return client.db().collection<Stock>('stock')
  }

  const suiteStock = async (): Promise<Collection<Stock>> => (await server.db()).collection<Stock>('stock')

  test('program and suite see one database, which reset empties', async () => {
    const program = await stock()
    await program.createIndex({ sku: 1 }, { unique: true })
    await program.insertOne({ sku: 'a', left: 1 })
    const suite = await suiteStock()
    expect(await suite.findOne({}, { projection: { _id: 0 } })).toEqual({ sku: 'a', left: 1 })
    await server.reset()
    expect(await suite.countDocuments()).toBe(0)
    await suite.insertMany([
      { sku: 'a', left: 1 },
      { sku: 'a', left: 2 },
    ])
  })

  test('no other database may be used', async () => {
    const program = await stock()
    const other = clients[0]!.db('other')
    await expect(other.collection('x').insertOne({})).rejects.toMatchObject({ code: 13 })
    await expect(other.dropDatabase()).rejects.toMatchObject({ code: 13 })
    await expect(clients[0]!.db('admin').command({ listDatabases: 1 })).rejects.toMatchObject({ code: 13 })
    expect(run.current.evidence).toEqual({ mongoCode: '13' })
    expect(await program.countDocuments()).toBe(0)
  })

  test('commands are counted, and told with their answers', async () => {
    const program = await stock({ maxPoolSize: 1 })
    await program.createIndex({ sku: 1 }, { unique: true })
    await program.insertMany([
      { _id: 1, sku: 'a', left: 1 },
      { _id: 2, sku: 'b', left: 0 },
    ])
    await program.insertOne({ _id: 3, sku: 'a', left: 5 }).catch(() => {})
    await program.updateOne({ sku: 'a', left: { $gte: 1 } }, { $inc: { left: -1 } })
    await program.find({ left: 0 }).toArray()
    await program.findOneAndUpdate({ sku: 'x' }, { $set: { left: 1 } })
    await program.updateOne({ sku: 'n' }, { $set: { left: 1 } }, { upsert: true })
    await program.deleteMany({})
    const names = server.wire.commands().map((c) => `${c.name} ${c.collection}`)
    expect(names).toEqual([
      'createIndexes stock',
      'insert stock',
      'insert stock',
      'update stock',
      'find stock',
      'findAndModify stock',
      'update stock',
      'delete stock',
    ])
    expect(server.wire.commands()[3]?.body['updates'][0]).toMatchObject({
      q: { sku: 'a', left: { $gte: 1 } },
      u: { $inc: { left: -1 } },
    })
    expect(said(run)).toEqual([
      expect.stringMatching(/^its mongo: createIndexes stock indexes: \[\{.*"unique":true.*\]   → ok$/),
      'its mongo: insert stock documents: [{"_id":1,"sku":"a","left":1},{"_id":2,"sku":"b","left":0}]   → n 2',
      expect.stringMatching(
        /^its mongo: insert stock documents: \[\{"_id":3.*   → refused \(11000\): E11000 duplicate key/,
      ),
      'its mongo: update stock updates: [{"q":{"sku":"a","left":{"$gte":1}},"u":{"$inc":{"left":-1}}}]   → n 1, modified 1',
      'its mongo: find stock filter: {"left":0}   → 2 found',
      expect.stringMatching(/^its mongo: findAndModify stock query: .*   → none found$/),
      expect.stringMatching(/^its mongo: update stock .*   → n 1, modified 0, upserted 1$/),
      expect.stringMatching(/^its mongo: delete stock .*   → n 3$/),
    ])
    expect(run.current.evidence).toEqual({ mongoCode: '11000' })
  })

  test('hold plays a race: two read before one writes', async () => {
    const [one, other] = [await stock(), await stock()]
    const suite = await suiteStock()
    await suite.insertOne({ sku: 'a', left: 1 })
    const buy = async (shelf: Collection<Stock>): Promise<boolean> => {
      const item = await shelf.findOne({ sku: 'a' })
      if (!item || item.left < 1) return false
      await shelf.updateOne({ sku: 'a' }, { $set: { left: item.left - 1 } })
      return true
    }
    const held = server.wire.hold((command) => command.name === 'find')
    const first = buy(one)
    expect(await held.reached(first)).toBe(true)
    expect(await buy(other)).toBe(true)
    held.release()
    expect(await first).toBe(true)
    const before = server.wire.hold(/^insert/, { when: 'before' })
    const insert = one.insertOne({ sku: 'b', left: 1 })
    expect(await before.reached(insert)).toBe(true)
    expect(await suite.countDocuments({ sku: 'b' })).toBe(0)
    before.release()
    await insert
  })

  test('a held command is answered with an error in place of the server', async () => {
    const program = await stock()
    const suite = await suiteStock()
    for (const [what, work] of [
      ['update', () => program.updateOne({ sku: 'a' }, { $set: { left: 1 } }, { upsert: true })],
      ['findAndModify', () => program.findOneAndUpdate({ sku: 'a' }, { $set: { left: 1 } }, { upsert: true })],
      ['insert', () => program.insertOne({ sku: 'a', left: 1 })],
    ] as const) {
      const held = server.wire.hold((command) => command.name === what, { when: 'before' })
      const call = work()
      expect(await held.reached(call)).toBe(true)
      server.wire.commands().at(-1)?.refuse(11000, 'E11000 duplicate key error')
      held.release()
      await expect(call).rejects.toMatchObject({ code: 11000 })
      expect(await suite.countDocuments()).toBe(0)
    }
    expect(said(run).at(-1)).toMatch(/refused \(11000\)/)
    expect(await program.countDocuments()).toBe(0)
  })

  test('cut, refuse and resume', async () => {
    const program = await stock({
      retryWrites: false,
      serverSelectionTimeoutMS: 300,
      heartbeatFrequencyMS: 500,
      minHeartbeatFrequencyMS: 50,
    })
    const suite = await suiteStock()
    server.wire.cut(/^insert/)
    await expect(program.insertOne({ sku: 'a', left: 1 })).rejects.toThrow()
    expect(await suite.countDocuments()).toBe(1)
    server.wire.refuse()
    await expect(program.insertOne({ sku: 'b', left: 1 })).rejects.toThrow()
    await server.wire.resume()
    for (let tries = 0; tries < 50; tries++)
      if (
        await program.insertOne({ sku: 'b', left: 1 }).then(
          () => true,
          () => false,
        )
      )
        break
    expect(await suite.countDocuments({ sku: 'b' })).toBe(1)
  })

  test('many documents and a large one pass unharmed', async () => {
    const program = await stock()
    await program.insertMany(
      Array.from({ length: 3000 }, (_, i) => ({ _id: i, sku: i === 7 ? 'x'.repeat(2_000_000) : `s${i}`, left: i })),
    )
    const all = await program.find().sort({ _id: 1 }).batchSize(500).toArray()
    expect([all.length, all[7]?.sku.length, all[2999]?.left]).toEqual([3000, 2_000_000, 2999])
  })

  test('$ in an update is the element that $elemMatch found', async () => {
    const suite = (await server.db()).collection<{
      _id: number
      lines: { sku: string; size: string; quantity: number }[]
    }>('carts')
    await suite.insertOne({
      _id: 1,
      lines: [
        { sku: 'A', size: 'M', quantity: 1 },
        { sku: 'B', size: 'L', quantity: 1 },
        { sku: 'A', size: 'L', quantity: 1 },
      ],
    })
    for (const filter of [
      { lines: { $elemMatch: { sku: 'A', size: 'L' } } },
      { $and: [{ _id: 1 }, { lines: { $elemMatch: { sku: 'A', size: 'L' } } }] },
    ]) {
      await suite.updateOne(filter, { $inc: { 'lines.$.quantity': 1 } })
    }
    expect((await suite.findOne({ _id: 1 }))?.lines.map((line) => line.quantity)).toEqual([1, 1, 3])
  })

  test('nothing is left when a run ends', async () => {
    const other = await stand.run()
    const [address, theirs] = [environmentOf(other)['MONGODB_URL'] ?? '', mongo(other)]
    const program = await new MongoClient(address, { serverSelectionTimeoutMS: 200 }).connect()
    await program.db().collection('things').insertOne({})
    const name = (await theirs.db()).databaseName
    await closeRun(other)
    await expect(program.db().collection('things').countDocuments()).rejects.toThrow()
    await program.close()
    const left = await new MongoClient(run.context.mongodb!.url).connect()
    clients.push(left)
    expect(await left.db(name).collection('things').countDocuments()).toBe(0)
  })
})
