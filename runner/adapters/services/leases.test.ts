import { createClient } from '@redis/client'
import { createHmac } from 'node:crypto'
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MongoClient } from 'mongodb'
import { createConnection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLedger, type GroupLedger } from '../process/group-ledger.ts'
import { identity } from '../process/account.ts'
import { azuriteInstalled } from './azurite.ts'
import { findServer } from './find-server.ts'
import { openLeases, type Leases } from './leases.ts'
import { knownLacks } from './mongodb-features.ts'

const cache = join(import.meta.dirname, '../../../.cache')
const required = process.env['GYM_REQUIRE_ALL'] === '1'
const lacks = (there: boolean): boolean => !there && !required

/** Ports of the loopback on which this machine's account listens. */
const listening = (): string[] =>
  ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((path) => readFileSync(path, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === '0A')
    .flatMap(([, address = '', , , , , , uid]) =>
      uid === String(identity().uid ?? process.getuid?.()) ? [address] : [],
    )
    .sort()

/** Azure docs: "Authorize with Shared Key", of a request that lists the containers. */
function sharedKey(account: string, key: string): Record<string, string> {
  const [date, version] = [new Date().toUTCString(), '2024-11-04']
  const text = `GET${'\n'.repeat(12)}x-ms-date:${date}\nx-ms-version:${version}\n/${account}/${account}\ncomp:list`
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64')
  return { 'x-ms-date': date, 'x-ms-version': version, authorization: `SharedKey ${account}:${signature}` }
}

describe('leases of real servers', () => {
  let folder: string
  let ledger: GroupLedger
  let leases: Leases

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gym-leases-'))
    ledger = openLedger(folder)
    leases = openLeases(ledger, cache)
  })

  afterAll(async () => {
    await leases.close()
    ledger.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it.skipIf(lacks(findServer('redis', cache) !== null))(
    'Redis: a server for each run, ended with its folder',
    async () => {
      const [one, other] = [await leases.lease(['redis']), await leases.lease(['redis'])]
      const { path, password } = one.addresses.redis!
      const client = await createClient({ socket: { path, tls: false }, password }).connect()
      await client.set('key', 'value')
      expect(await client.get('key')).toBe('value')
      client.destroy()

      const second = other.addresses.redis!
      const clientOfOther = await createClient({
        socket: { path: second.path, tls: false },
        password: second.password,
      }).connect()
      expect(await clientOfOther.get('key')).toBe(null)
      clientOfOther.destroy()

      await one.release()
      await other.release()
      expect(existsSync(dirname(path))).toBe(false)
    },
  )

  it.skipIf(lacks(findServer('redis', cache) !== null))('Redis: refuses a client without the password', async () => {
    const lease = await leases.lease(['redis'])
    const client = createClient({ socket: { path: lease.addresses.redis!.path, reconnectStrategy: false } })
    client.on('error', () => {})
    await client.connect().catch(() => {})
    await expect(client.get('key')).rejects.toThrow()
    client.destroy()
    await lease.release()
  })

  it.skipIf(lacks(findServer('mysql', cache) !== null))(
    'MySQL: strict, utf8mb4, reads no files of the machine',
    async () => {
      const { addresses } = await leases.lease(['mysql'])
      const { socketPath, admin, password } = addresses.mysql!
      const connection = await createConnection({ socketPath, user: admin, password })
      const [rows] = await connection.query(
        'select @@sql_mode mode, @@character_set_server charset, @@secure_file_priv files',
      )
      expect(rows).toEqual([
        expect.objectContaining({ mode: expect.stringContaining('STRICT_TRANS_TABLES'), charset: 'utf8mb4' }),
      ])
      await connection.query('create database leased')
      await connection.query('create table leased.seats (id int primary key) engine=innodb')
      await expect(connection.query("load data infile '/etc/passwd' into table leased.seats")).rejects.toThrow()
      connection.destroy()
    },
  )

  it.skipIf(lacks(findServer('mysql', cache) !== null))(
    'MySQL: one server for all runs, closed to whoever has no password',
    async () => {
      const [one, other] = [await leases.lease(['mysql']), await leases.lease(['mysql'])]
      expect(one.addresses.mysql).toEqual(other.addresses.mysql)
      await expect(
        createConnection({ socketPath: one.addresses.mysql!.socketPath, user: 'root', password: '' }),
      ).rejects.toThrow(/denied/i)
    },
  )

  it.skipIf(lacks(findServer('mongodb', cache) !== null))(
    'MongoDB: conditional updates and unique indexes work',
    async () => {
      const { addresses } = await leases.lease(['mongodb'])
      const client = await new MongoClient(addresses.mongodb!.url).connect()
      const stock = client.db('leased').collection<{ sku: string; left: number }>('stock')
      await stock.createIndex({ sku: 1 }, { unique: true })
      await stock.insertOne({ sku: 'a', left: 1 })
      expect((await stock.updateOne({ sku: 'a', left: { $gte: 1 } }, { $inc: { left: -1 } })).modifiedCount).toBe(1)
      expect((await stock.updateOne({ sku: 'a', left: { $gte: 1 } }, { $inc: { left: -1 } })).matchedCount).toBe(0)
      await expect(stock.insertOne({ sku: 'a', left: 5 })).rejects.toThrow(/E11000/)
      await client.close()
    },
  )

  it.skipIf(lacks(findServer('mongodb', cache) !== null))(
    'MongoDB: what the server lacks is what is said of it before it runs',
    async () => {
      const { addresses } = await leases.lease(['mongodb'])
      const { server, lacks: found } = addresses.mongodb!
      expect([...found].sort()).toEqual([...knownLacks(server)].sort())
    },
  )

  it.skipIf(lacks(findServer('mongodb', cache) !== null))(
    'MongoDB: on a socket and on no port; what a run leaves anywhere in it is gone for the next',
    async () => {
      const own = openLeases(ledger, cache)
      const ports = listening()
      const first = await own.lease(['mongodb'])
      expect(listening()).toEqual(ports)
      const { url, path } = first.addresses.mongodb!
      expect(lstatSync(path).isSocket()).toBe(true)
      const client = await new MongoClient(url).connect()
      await client.db('elsewhere').collection('notes').insertOne({ from: 'the first' })
      const beside = await own.lease(['mongodb'])
      await first.release()
      expect(await client.db('elsewhere').collection('notes').countDocuments()).toBe(1)
      await beside.release()
      const next = await own.lease(['mongodb'])
      expect(next.addresses.mongodb).toEqual(first.addresses.mongodb)
      expect(await client.db('elsewhere').collection('notes').countDocuments()).toBe(0)
      await client.close()
      await own.close()
    },
  )

  it.skipIf(lacks(azuriteInstalled(cache)))(
    'Azurite: an account for each run, whose key opens no other; another server when all are used up',
    async () => {
      const own = openLeases(ledger, cache)
      const { url, account, key } = (await own.lease(['azurite'])).addresses.azurite!
      const other = (await own.lease(['azurite'])).addresses.azurite!
      expect(other).toMatchObject({ url, account: expect.not.stringMatching(account) })
      const listed = (store: string, signed: string): Promise<number> =>
        fetch(`${url}/${store}?comp=list`, { headers: sharedKey(store, signed) }).then(({ status }) => status)
      expect([
        await listed(account, key),
        await listed(other.account, key),
        await listed(other.account, other.key),
      ]).toEqual([200, 403, 200])
      expect((await fetch(`${url}/${account}?comp=list`)).status).toBe(403)
      for (let i = 0; i < 198; i += 1) expect((await own.lease(['azurite'])).addresses.azurite!.url).toBe(url)
      expect((await own.lease(['azurite'])).addresses.azurite!.url).not.toBe(url)
      await own.close()
    },
  )

  it.skipIf(lacks(azuriteInstalled(cache)))(
    'Azurite, where works of others run: nothing listens any more when the last run that has it has ended',
    async () => {
      const own = openLeases(ledger, cache, { others: true })
      const ports = listening()
      const [one, other] = [await own.lease(['azurite']), await own.lease(['azurite'])]
      expect(other.addresses.azurite!.url).toBe(one.addresses.azurite!.url)
      await one.release()
      expect(listening()).not.toEqual(ports)
      await other.release()
      expect(listening()).toEqual(ports)
      const next = await own.lease(['azurite'])
      expect(listening()).not.toEqual(ports)
      await next.release()
      await own.close()
    },
  )

  it('leaves neither a process nor a folder behind', async () => {
    const own = openLeases(ledger, cache)
    const { addresses } = await own.lease(['postgres'])
    await own.close()
    expect(existsSync(addresses.postgres!.host)).toBe(false)
    const left = readdirSync(ledger.folder)
    await leases.close()
    expect(readdirSync(ledger.folder).length).toBeLessThanOrEqual(left.length)
  })
})
