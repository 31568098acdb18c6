import { connect } from 'node:net'
import { createClient, type RedisClientType } from '@redis/client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { redis, type Redis } from './redis.ts'
import { closeRun, environmentOf, type RunState } from '../../run/run-state.ts'
import { nextCase } from '../../run/run-fixtures.ts'
import { lacksServer, openStand, said, type Stand } from '../service-fixtures.ts'

describe.skipIf(lacksServer('redis'))('redis', () => {
  let stand: Stand
  let run: RunState
  let server: Redis
  let url: string
  const clients: RedisClientType[] = []

  beforeAll(async () => {
    stand = openStand('redis')
    run = await stand.run()
    server = redis(run)
    url = environmentOf(run)['REDIS_URL'] ?? ''
  })

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy()
    nextCase(run)
    await server.reset()
  })

  afterAll(() => stand.close())

  async function client(options: object = {}): Promise<RedisClientType> {
    const made = createClient({ url, ...options }) as RedisClientType
    made.on('error', () => {})
    clients.push(made)
    await made.connect()
    return made
  }

  test('the program works with data, and the suite sees it', async () => {
    const program = await client()
    await program.set('tea', 'green', { PX: 60_000 })
    const admin = await server.admin()
    expect(await admin.get('tea')).toBe('green')
    expect(await admin.pTTL('tea')).toBeGreaterThan(50_000)
    await server.reset()
    expect(await program.get('tea')).toBe(null)
  })

  test.each([
    ['CONFIG', 'GET', '*'],
    ['MODULE', 'LIST'],
    ['SHUTDOWN', 'NOSAVE'],
    ['ACL', 'LIST'],
    ['ACL', 'SETUSER', 'learner', '+@all'],
    ['REPLICAOF', 'NO', 'ONE'],
    ['MONITOR'],
    ['CLIENT', 'KILL', 'ID', '1'],
    ['CLIENT', 'LIST'],
    ['SAVE'],
    ['MIGRATE', '127.0.0.1', '1', 'k', '0', '10'],
    ['SLOWLOG', 'GET'],
  ])('the program may not: %s %s', async (...command) => {
    const program = await client()
    await expect(program.sendCommand(command)).rejects.toThrow(/NOPERM/)
    expect(run.current.evidence).toEqual({ redisError: 'NOPERM' })
  })

  test('the program may: scripts, transactions, KEYS, INFO, FLUSHALL, pub/sub', async () => {
    const program = await client()
    await program.eval('return redis.call("set", KEYS[1], ARGV[1])', { keys: ['a'], arguments: ['1'] })
    expect(await program.multi().incr('a').get('a').exec()).toEqual([2, '2'])
    expect(await program.keys('*')).toEqual(['a'])
    expect(await program.info('server')).toContain('redis_version')
    const heard = Promise.withResolvers<string>()
    const listener = await client()
    await listener.subscribe('news', heard.resolve)
    await program.publish('news', 'here')
    expect(await heard.promise).toBe('here')
    await listener.unsubscribe('news')
    await program.flushAll()
  })

  test('pub/sub and answers are kept apart in version 2 as well', async () => {
    const [program, listener] = [await client({ RESP: 2 }), await client({ RESP: 2 })]
    const heard = Promise.withResolvers<string>()
    await listener.subscribe('news', heard.resolve)
    await program.publish('news', 'here')
    expect(await heard.promise).toBe('here')
    await listener.unsubscribe('news')
    expect(await listener.incr('n')).toBe(1)
    expect(server.wire.commands().at(-1)).toMatchObject({ name: 'INCR', args: ['n'], outcome: '1', answered: true })
  })

  test('commands are counted, and the transcript tells them with their answers', async () => {
    const [one, other] = [await client(), await client()]
    await one.set('tea time', 'ünï\n', { NX: true, PX: 100 })
    await other.get('none')
    await one.hGetAll('tea time').catch(() => {})
    await other.mGet(['a', 'tea time'])
    expect(server.wire.commands().map(({ name, args, session }) => [session, name, ...args])).toEqual([
      [1, 'SET', 'tea time', 'ünï\n', 'PX', '100', 'NX'],
      [2, 'GET', 'none'],
      [1, 'HGETALL', 'tea time'],
      [2, 'MGET', 'a', 'tea time'],
    ])
    expect(said(run)).toEqual([
      'its redis: SET "tea time" "ünï\\n" PX 100 NX   → OK',
      'its redis, session 2: GET none   → nil',
      'its redis: HGETALL "tea time"   → -WRONGTYPE Operation against a key holding the wrong kind of value',
      'its redis, session 2: MGET a "tea time"   → [nil, "ünï\\n"]',
    ])
    expect(server.wire.connections()).toBe(2)
    nextCase(run)
    expect(server.wire.commands()).toEqual([])
  })

  test('large values and many commands at once pass unharmed', async () => {
    const program = await client()
    const large = 'ä'.repeat(1_500_000)
    await Promise.all(Array.from({ length: 500 }, (_, i) => program.set(`k${i}`, i === 250 ? large : String(i))))
    const values = await Promise.all(Array.from({ length: 500 }, (_, i) => program.get(`k${i}`)))
    expect(values[250]).toBe(large)
    expect(values[499]).toBe('499')
    expect(server.wire.commands()).toHaveLength(1000)
    expect(run.current.transcript.length).toBeLessThan(100)
  })

  test('hold: before, the server has not seen it; after, it has', async () => {
    const [one, other] = [await client(), await client()]
    const before = server.wire.hold(/^SET a/, { when: 'before' })
    const first = one.set('a', '1')
    expect(await before.reached(first)).toBe(true)
    expect(await other.get('a')).toBe(null)
    before.release()
    await first
    const after = server.wire.hold((command) => command.name === 'SET', { nth: 2 })
    await one.set('a', '2')
    const second = one.set('a', '3')
    const behind = one.get('a')
    expect(await after.reached(second)).toBe(true)
    expect(await other.get('a')).toBe('3')
    after.release()
    expect([await second, await behind]).toEqual(['OK', '3'])
  })

  test('two answers of one connection can be held, and go on in their order', async () => {
    const one = await client()
    const [a, b] = [server.wire.hold(/^INCR a/), server.wire.hold(/^INCR b/)]
    const [first, second] = [one.incr('a'), one.incr('b')]
    expect([await a.reached(first), await b.reached(second)]).toEqual([true, true])
    b.release()
    a.release()
    expect([await first, await second]).toEqual([1, 1])
  })

  test('what is held at the end of a case goes on by itself', async () => {
    const one = await client()
    const held = server.wire.hold(/^SET/)
    const work = one.set('a', '1')
    await held.reached(work)
    nextCase(run)
    expect(await work).toBe('OK')
  })

  test('cut: the connection breaks before or after the server has done it', async () => {
    for (const [when, kept] of [
      ['before', null],
      ['after', '1'],
    ] as const) {
      const one = await client({ socket: { reconnectStrategy: false } })
      const cut = server.wire.cut(/^SET/, { when })
      await expect(one.set(`cut-${when}`, '1')).rejects.toThrow()
      expect(cut.happened()).toBe(true)
      expect(await (await server.admin()).get(`cut-${when}`)).toBe(kept)
    }
  })

  test('refuse: the server is down until it is resumed', async () => {
    const one = await client({ socket: { reconnectStrategy: 20 } })
    const lost = new Promise((resolve) => one.once('error', resolve))
    server.wire.refuse()
    await lost
    await expect(
      createClient({ url, socket: { reconnectStrategy: false } })
        .on('error', () => {})
        .connect(),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await server.wire.resume()
    expect(await one.incr('n')).toBe(1)
  })

  test('refuse: ends with the case', async () => {
    server.wire.refuse()
    nextCase(run)
    expect(await (await client()).incr('n')).toBe(1)
    server.wire.refuse()
    void server.wire.resume()
    server.wire.refuse()
    await server.wire.resume()
    expect(await (await client()).incr('n')).toBe(2)
  })

  test('hang: nothing passes, and nothing is lost', async () => {
    const one = await client()
    server.wire.hang()
    const work = one.incr('n')
    const late = client()
    expect(await server.wire.stuck(Promise.race([work, late]))).toBe(true)
    await server.wire.resume()
    expect(await work).toBe(1)
    expect(await (await late).incr('n')).toBe(2)
  })

  test('drop: open connections break, new ones are welcome', async () => {
    const one = await client({ socket: { reconnectStrategy: 5 } })
    const lost = new Promise((resolve) => one.once('error', resolve))
    server.wire.drop()
    await lost
    expect(await one.incr('n')).toBe(1)
  })

  test('another protocol is hung up on', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\n\r\n')
    await closed
    expect(await (await client()).incr('n')).toBe(1)
  })

  test('without the password nobody gets in', async () => {
    const { port } = new URL(url)
    const stranger = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: false } })
    stranger.on('error', () => {})
    await stranger.connect().catch(() => {})
    await expect(stranger.get('a')).rejects.toThrow()
    stranger.destroy()
  })

  test('nothing is left when a run ends', async () => {
    const other = await stand.run()
    const address = environmentOf(other)['REDIS_URL'] ?? ''
    const program = createClient({ url: address, socket: { reconnectStrategy: false } })
    const closed = new Promise((resolve) => program.on('error', resolve))
    await program.connect()
    await closeRun(other)
    await closed
    await expect(
      createClient({ url: address, socket: { reconnectStrategy: false } })
        .on('error', () => {})
        .connect(),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
