import { expect, patience, test, type Fixtures, type Handle, type Outcome, type Redis } from '#harness'

interface Options {
  ttlMs: number
  staleMs: number
  nullTtlMs: number
  lockMs: number
}

/** Nothing expires while a case is looking. */
const usual: Options = { ttlMs: 60_000, staleMs: 0, nullTtlMs: 5_000, lockMs: 30_000 }

/** The database behind the cache, as the suite plays it: it answers when the suite wants. */
interface Source {
  load: () => Promise<unknown>
  loads: () => number
  /** Waits for the how many-th load to begin. */
  begun: (nth?: number) => Promise<void>
  answer: (value: unknown) => void
  fail: (message: string) => void
}

/** @param ready what it answers at once; without it, each load waits for `answer` or `fail` */
function source(...ready: unknown[]): Source {
  const begun: PromiseWithResolvers<void>[] = []
  const replies: PromiseWithResolvers<unknown>[] = []
  const at = (i: number): PromiseWithResolvers<void> => (begun[i] ??= Promise.withResolvers())
  let loads = 0
  return {
    load: async function loader() {
      at(loads++).resolve()
      if (ready.length > 0) return ready.at(-1)
      const reply = Promise.withResolvers<unknown>()
      replies.push(reply)
      return reply.promise
    },
    loads: () => loads,
    begun: (nth = 1) => at(nth - 1).promise,
    answer: (value) => {
      ready.push(value)
      for (const reply of replies) reply.resolve(value)
    },
    fail: (message) => replies.splice(0).forEach((reply) => reply.reject(new Error(message))),
  }
}

/** Waits for what has to come; a case whose wait is in vain ends, and the others go on. */
async function soon<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>(
    (_, reject) => (timer = setTimeout(() => reject(new Error(`Waited in vain: ${what}.`)), 1_200 * patience())),
  )
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Gives something a moment to happen that needs no help. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 60 && !holds(); tries++) await sleep(5)
}

type Fixture = Pick<Fixtures, 'subject' | 'redis'>

/** Two processes of the shop; what an earlier case has left ends with its processes. */
async function openShops(
  { subject, redis }: Fixture,
  count: 1 | 2 = 2,
  redisMs = Math.round(3_000 * patience()),
): Promise<{ one: Handle; other: Handle; close: () => Promise<void> }> {
  const processes = [subject, subject.peer()]
  await until(() => redis.wire.connections() === 0)
  if (redis.wire.connections() > 0) for (const process of processes) await process.restart()
  await redis.reset()
  const shops: Handle[] = []
  for (const process of processes.slice(0, count)) shops.push(await process.create('openShop', [redisMs]))
  const [one, other = one] = shops as [Handle, Handle]
  return { one, other, close: async () => void (await Promise.all(shops.map((shop) => shop.call('close')))) }
}

const get = (shop: Handle, key: string, options: Options, from: Source): Promise<Outcome> =>
  shop.attempt('getOrLoad', [key, options, from.load])

function valueOf(outcome: Outcome): unknown {
  if (outcome.ok) return outcome.value
  throw new Error(`getOrLoad rejected: ${outcome.error.name}: ${outcome.error.message}`)
}

/** What is in Redis, and how much time each key has left; -1 where it has no end. */
async function timesLeft(redis: Redis): Promise<Map<string, number>> {
  const admin = await redis.admin()
  const names = await admin.keys('*')
  const left = await Promise.all(names.map((name) => admin.pTTL(name)))
  return new Map(names.map((name, i) => [name, left[i] ?? -2]))
}

const endless = async (redis: Redis): Promise<string[]> =>
  [...(await timesLeft(redis))].filter(([, ms]) => ms === -1).map(([name]) => name)

const things = ['catalogue', 'teapot', 'basket', 'price list', 'opening hours', 'Größen & Maße', 'shelf:12', 'user/7']

test(
  'a value is loaded once, then it comes from the cache: also 0, false and an empty text',
  { meta: { id: 'comes-from-the-cache', group: 'freshness', covers: [1, 2] } },
  async ({ subject, redis, random }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const nested = {
      name: 'Teekanne „Öse“ 🫖',
      cents: random.integer(100, 9_999),
      tags: ['a', null, { deep: [true, 1.5] }],
    }
    const values: [string, unknown][] = [
      ['an object', nested],
      ['a list', [3, 'x', []]],
      ['a long text', 'ñ'.repeat(100_000)],
      ['0', 0],
      ['false', false],
      ['an empty text', ''],
    ]
    for (const [i, [what, value]] of values.entries()) {
      const from = source(value)
      const key = `${random.pick(things)} ${i}`
      expect(valueOf(await get(one, key, usual, from)), `the first answer, for ${what}`).toEqual(value)
      expect(valueOf(await get(other, key, usual, from)), `the second answer, for ${what}, in another process`).toEqual(
        value,
      )
      expect(from.loads(), `loads of ${what}`).toBe(1)
    }
    await close()
  },
)

test(
  'a value is kept for its time, and keys that were loaded together do not end together',
  { meta: { id: 'kept-for-its-time', group: 'freshness', covers: [3] } },
  async ({ subject, redis, transcript }) => {
    const { one, close } = await openShops({ subject, redis }, 1)
    const from = source('tea')
    const began = performance.now()
    await Promise.all(Array.from({ length: 24 }, (_, i) => get(one, `thing ${i}`, { ...usual, lockMs: 2_000 }, from)))
    const left = [...(await timesLeft(redis)).values()].filter((ms) => ms > 2_000).sort((a, b) => a - b)
    const elapsed = performance.now() - began
    const [shortest, longest] = [left[0] ?? 0, left.at(-1) ?? 0]
    transcript('time left in Redis', `${left.length} keys, from ${shortest} to ${longest} ms`)
    expect(left.length >= 24 ? '24 or more' : left.length, 'keys of 24 values that end in their time').toBe(
      '24 or more',
    )
    expect(
      shortest >= 60_000 - elapsed - 5 ? 'at least ttlMs' : `${shortest} ms`,
      'the shortest time, with ttlMs 60000',
    ).toBe('at least ttlMs')
    expect(
      longest <= 66_000 ? 'at most 1.1 × ttlMs' : `${longest} ms`,
      'the longest time, with ttlMs 60000 and staleMs 0',
    ).toBe('at most 1.1 × ttlMs')
    expect(
      longest - shortest > 600 + elapsed ? 'spread' : `all within ${longest - shortest} ms`,
      'the ends of 24 keys',
    ).toBe('spread')
    await close()
  },
)

test(
  'null is an answer too, and is kept for its own short time',
  { meta: { id: 'null-is-kept-briefly', group: 'freshness', covers: [4] } },
  async ({ subject, redis, random }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const from = source(null)
    const key = random.pick(things)
    const options = { ...usual, staleMs: 30_000, lockMs: 2_000 }
    expect(valueOf(await get(one, key, options, from)), 'the first answer').toBe(null)
    expect(valueOf(await get(other, key, options, from)), 'the second answer').toBe(null)
    expect(from.loads(), 'loads of what does not exist').toBe(1)
    const longest = Math.max(...(await timesLeft(redis)).values())
    expect(longest <= 5_500 ? 'short' : `${longest} ms`, 'the time left for null, with nullTtlMs 5000').toBe('short')
    await close()
  },
)

test(
  'of forty callers in two processes one loads, and all get its value',
  { meta: { id: 'one-load-for-all', group: 'stampede', gate: true, covers: [5] } },
  async ({ subject, redis, random, evidence }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const from = source()
    const key = random.pick(things)
    const crowd = (shop: Handle): Promise<unknown> => shop.call('atOnce', [20, key, usual, from.load])
    const first = crowd(one)
    await soon(from.begun(), 'a load for the first of the callers')
    const second = crowd(other)
    // Whoever loads in the second process does so at once, since nothing is stored.
    await sleep(120)
    from.answer('twelve teapots')
    const answers = [await first, await second].flat()
    evidence('loads', from.loads() > 2 ? 'many' : from.loads())
    expect(from.loads(), 'loads for 40 callers').toBe(1)
    expect(new Set(answers), 'what the 40 callers got').toEqual(new Set(['twelve teapots']))
    await close()
  },
)

test(
  'a load of one key does not keep other keys waiting',
  { meta: { id: 'keys-do-not-wait', group: 'stampede', covers: [5] } },
  async ({ subject, redis }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const sources = Array.from({ length: 6 }, () => source())
    const calls = sources.map((from, i) => get(i % 2 === 0 ? one : other, `thing ${i}`, usual, from))
    for (const [i, from] of sources.entries())
      await soon(from.begun(), `the load of key ${i + 1} of 6, while the others are being loaded`)
    sources.forEach((from, i) => from.answer(i))
    expect((await Promise.all(calls)).map(valueOf), 'the six values').toEqual([0, 1, 2, 3, 4, 5])
    await close()
  },
)

const reads = /^(H|M|HM)?GET|^(P?TTL|EXISTS|P?EXPIRETIME)\b/

test(
  'a caller who looked shortly before the value was stored does not load it again',
  { meta: { id: 'looked-too-early', group: 'stampede', covers: [5] } },
  async ({ subject, redis, random, transcript }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const from = source('stored')
    const key = random.pick(things)
    const held = redis.wire.hold((command) => command.session === 1 && reads.test(command.name))
    const early = get(one, key, usual, from)
    if (await held.reached(early)) {
      transcript('meanwhile', 'the answer to process 1 is on its way, and process 2 loads and stores the value')
      expect(valueOf(await get(other, key, usual, from)), 'what process 2 got').toBe('stored')
      held.release()
    }
    expect(valueOf(await soon(early, 'the answer for process 1')), 'what process 1 got').toBe('stored')
    expect(from.loads(), 'loads').toBe(1)
    await close()
  },
)

test(
  'a loader that rejects: the caller gets its error, nothing is kept, and the next caller loads at once',
  { meta: { id: 'error-is-not-kept', group: 'hygiene', covers: [6] } },
  async ({ subject, redis, random }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const [broken, whole] = [source(), source('here again')]
    const key = random.pick(things)
    const call = get(one, key, usual, broken)
    await soon(broken.begun(), 'the load')
    broken.fail('database is down')
    expect(await soon(call, 'the error of the loader'), 'what the caller got').toMatchObject({
      ok: false,
      error: { message: 'database is down' },
    })
    for (const shop of [other, one])
      expect(
        valueOf(await soon(get(shop, key, usual, whole), 'the next call, which finds nothing in the cache')),
        'the next answer',
      ).toBe('here again')
    expect(whole.loads(), 'loads after the failed one').toBe(1)
    await close()
  },
)

/** Long enough stale that no pause of this machine ends it. */
const aging: Options = { ...usual, ttlMs: 100, staleMs: 40_000 }

/** Stores `old` and waits until it is no longer fresh. */
async function storeOld(shop: Handle, key: string, redis: Redis): Promise<void> {
  expect(valueOf(await get(shop, key, aging, source('old'))), 'the first answer').toBe('old')
  const longest = Math.max(...(await timesLeft(redis)).values())
  expect(
    longest <= 40_110 ? 'at most 1.1 × ttlMs + staleMs' : `${longest} ms`,
    'the time left in Redis, with ttlMs 100 and staleMs 40000',
  ).toBe('at most 1.1 × ttlMs + staleMs')
  await sleep(150)
}

test(
  'an old value is given out at once, while one caller loads the new one',
  { meta: { id: 'stale-while-loading', group: 'freshness', covers: [7] } },
  async ({ subject, redis, random }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const key = random.pick(things)
    await storeOld(one, key, redis)
    const from = source()
    const renewed = { ...aging, ttlMs: 60_000 }
    for (const shop of [one, other, one])
      expect(
        valueOf(await soon(get(shop, key, renewed, from), 'an answer although the new value is still being loaded')),
        'the answer meanwhile',
      ).toBe('old')
    await soon(from.begun(), 'a load of the new value')
    await get(other, key, renewed, from)
    expect(from.loads(), 'loads of the new value').toBe(1)
    from.answer('new')
    let answer: unknown = 'old'
    for (let tries = 0; answer === 'old' && tries < 50; tries++) {
      answer = valueOf(await get(other, key, renewed, from))
      await sleep(10)
    }
    expect(answer, 'the answer when the new value is loaded').toBe('new')
    expect(from.loads(), 'loads of the new value in the end').toBe(1)
    await close()
  },
)

test(
  'a background load that fails disturbs nobody, and the next caller tries again',
  { meta: { id: 'failed-refresh', group: 'hygiene', covers: [7, 10] } },
  async ({ subject, redis, random }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const key = random.pick(things)
    await storeOld(one, key, redis)
    const [broken, whole] = [source(), source('new')]
    expect(valueOf(await soon(get(one, key, aging, broken), 'the old value')), 'the answer').toBe('old')
    await soon(broken.begun(), 'a load of the new value')
    broken.fail('database is down')
    await sleep(50)
    expect(valueOf(await soon(get(other, key, aging, whole), 'the old value')), 'the answer after the failure').toBe(
      'old',
    )
    await soon(whole.begun(), 'another load of the new value')
    expect(
      (await subject.unhandled()).map((problem) => problem.error.message),
      'rejections that nobody handled',
    ).toEqual([])
    await close()
  },
)

test(
  'Redis is down or silent: the loader answers',
  { meta: { id: 'redis-is-down', group: 'redis', gate: true, covers: [10] } },
  async ({ subject, redis, random, transcript }) => {
    const { one, other, close } = await openShops({ subject, redis }, 2, Math.round(150 * patience()))
    const from = source('from the loader')
    const key = random.pick(things)
    redis.wire.hang()
    transcript('meanwhile', 'Redis is silent')
    expect(
      valueOf(await soon(get(one, key, usual, from), 'an answer although Redis is silent')),
      'the answer while Redis is silent',
    ).toBe('from the loader')
    await redis.wire.resume()
    transcript('meanwhile', 'Redis answers again')
    const again = source('cached again')
    let hits = 0
    for (let tries = 0; tries < 20 * patience() && hits === 0; tries++) {
      const before = again.loads()
      await soon(get(other, 'another key', usual, again), 'an answer when Redis is back')
      if (again.loads() === before) hits += 1
      else await sleep(50)
    }
    expect(hits, 'answers from the cache when Redis is back').toBe(1)
    redis.wire.refuse()
    transcript('meanwhile', 'Redis is down')
    expect(
      valueOf(await soon(get(one, 'a third key', usual, from), 'an answer although Redis is down')),
      'the answer while Redis is down',
    ).toBe('from the loader')
    expect(
      (await subject.unhandled()).map((problem) => problem.error.message),
      'rejections that nobody handled',
    ).toEqual([])
    await close()
  },
)

test(
  'Redis goes down during a load: the caller gets what was loaded',
  { meta: { id: 'lost-during-load', group: 'redis', covers: [10] } },
  async ({ subject, redis, random, transcript }) => {
    const { one, close } = await openShops({ subject, redis }, 1, Math.round(150 * patience()))
    const from = source()
    const call = get(one, random.pick(things), usual, from)
    await soon(from.begun(), 'the load')
    redis.wire.refuse()
    transcript('meanwhile', 'Redis is down')
    from.answer('loaded')
    expect(valueOf(await soon(call, 'the answer')), 'the answer').toBe('loaded')
    expect(from.loads(), 'loads').toBe(1)
    await close()
  },
)

const firstWrites = /^(SET|SETNX|SETEX|PSETEX|HSET|HSETNX|MSET|MSETNX|INCR|APPEND|EVAL|EVALSHA)$/

test(
  'at every moment each key in Redis has an end, and the lease is over after lockMs at the latest',
  { meta: { id: 'lease-has-an-end', group: 'lease', gate: true, covers: [8, 9] } },
  async ({ subject, redis, random }) => {
    const { one, close } = await openShops({ subject, redis }, 1)
    const from = source()
    const options = { ...usual, lockMs: 4_000 }
    const write = redis.wire.hold((command) => firstWrites.test(command.name))
    const call = get(one, random.pick(things), options, from)
    expect(await write.reached(Promise.race([call, from.begun()])), 'a lease is written to Redis before the load').toBe(
      true,
    )
    expect(await endless(redis), 'keys without an end, if the process ended right after its first write').toEqual([])
    write.release()
    await soon(from.begun(), 'the load')
    const left = [...(await timesLeft(redis)).values()]
    expect(
      left.some((ms) => ms > 0 && ms <= 4_000) && Math.max(...left) <= 4_000
        ? 'a lease of at most 4000 ms'
        : `times left: ${left.join(', ')}`,
      'what is in Redis during a load with lockMs 4000',
    ).toBe('a lease of at most 4000 ms')
    from.answer('loaded')
    expect(valueOf(await call)).toBe('loaded')
    expect(await endless(redis), 'keys without an end after the load').toEqual([])
    await close()
  },
)

test(
  'the process that loads is killed: when its lease is over, another one loads',
  { meta: { id: 'holder-is-killed', group: 'lease', covers: [8] } },
  async ({ subject, redis, random, transcript }) => {
    const { one, other } = await openShops({ subject, redis })
    const [lost, from] = [source(), source('from the other process')]
    const key = random.pick(things)
    void get(one, key, { ...usual, lockMs: 300 }, lost)
    await soon(lost.begun(), 'the load in process 1')
    await subject.restart()
    transcript('meanwhile', 'process 1 was killed during its load, with lockMs 300')
    expect(valueOf(await soon(get(other, key, usual, from), 'the answer for process 2')), 'what process 2 got').toBe(
      'from the other process',
    )
    expect(from.loads(), 'loads in process 2').toBe(1)
    await other.call('close')
  },
)

/** Process 1 loads for longer than its lease; process 2 has taken over, with a lease of 30 seconds. */
async function overtaken(fixtures: Fixture & Pick<Fixtures, 'random' | 'transcript'>) {
  const shops = await openShops(fixtures)
  const [slow, quick] = [source(), source()]
  const key = fixtures.random.pick(things)
  const late = get(shops.one, key, { ...usual, lockMs: 250 }, slow)
  await soon(slow.begun(), 'the load in process 1')
  const leaseKeys = [...(await timesLeft(fixtures.redis)).keys()]
  const next = get(shops.other, key, usual, quick)
  const takenOver = soon(quick.begun(), 'a load in process 2, after the lease of process 1 (lockMs 250) was over').then(
    () => fixtures.transcript('meanwhile', 'the lease of process 1 was over, and process 2 has taken its own of 30 s'),
  )
  takenOver.catch(() => {})
  return { ...shops, slow, quick, key, late, next, leaseKeys, takenOver }
}

const longLeases = async (redis: Redis): Promise<number> =>
  [...(await timesLeft(redis)).values()].filter((ms) => ms > 15_000).length

test(
  'who has lost the lease leaves the next one’s alone',
  { meta: { id: 'foreign-lease-stays', group: 'lease', gate: true, covers: [9] } },
  async ({ subject, redis, random, transcript }) => {
    const { slow, quick, late, next, takenOver, close } = await overtaken({ subject, redis, random, transcript })
    await takenOver
    slow.fail('too late')
    expect(await soon(late, 'the end of the slow load'), 'what the slow caller got').toMatchObject({
      ok: false,
      error: { message: 'too late' },
    })
    expect(await longLeases(redis), 'leases of 30 s in Redis, while process 2 loads').toBe(1)
    quick.answer('in time')
    expect(valueOf(await soon(next, 'the answer for process 2')), 'what process 2 got').toBe('in time')
    await close()
  },
)

test(
  'looking at the lease and giving it back is one step',
  { meta: { id: 'release-is-one-step', group: 'lease', covers: [9] } },
  async ({ subject, redis, random, transcript }) => {
    const { slow, quick, late, next, leaseKeys, takenOver, close } = await overtaken({
      subject,
      redis,
      random,
      transcript,
    })
    const look = redis.wire.hold(
      (command) => command.session === 1 && command.name === 'GET' && leaseKeys.includes(command.args[0] ?? ''),
    )
    slow.fail('failed')
    if (await look.reached(late))
      transcript('meanwhile', 'process 1 has looked at its lease, and the answer is on its way')
    await takenOver
    look.release()
    await soon(late, 'the end of the slow load')
    expect(await longLeases(redis), 'leases of 30 s in Redis, while process 2 loads').toBe(1)
    quick.answer('in time')
    expect(valueOf(await soon(next, 'the answer for process 2')), 'what process 2 got').toBe('in time')
    await close()
  },
)
