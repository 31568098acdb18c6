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
  /** From now on it rejects. */
  fail: (problem: string | Error) => void
  /** How many of its loads were under way together, at most. */
  together: () => number
}

/** @param ready what it answers at once; without it, each load waits for `answer` or `fail` */
function source(...ready: unknown[]): Source {
  const begun: PromiseWithResolvers<void>[] = []
  const replies: PromiseWithResolvers<unknown>[] = []
  const at = (i: number): PromiseWithResolvers<void> => (begun[i] ??= Promise.withResolvers())
  let [loads, running, together] = [0, 0, 0]
  let problem: Error | undefined
  const reply = async (): Promise<unknown> => {
    if (problem) throw problem
    if (ready.length > 0) return ready.at(-1)
    const waiting = Promise.withResolvers<unknown>()
    replies.push(waiting)
    return waiting.promise
  }
  return {
    load: async function loader() {
      together = Math.max(together, ++running)
      at(loads++).resolve()
      return reply().finally(() => (running -= 1))
    },
    loads: () => loads,
    together: () => together,
    begun: (nth = 1) => at(nth - 1).promise,
    answer: (value) => {
      ready.push(value)
      for (const waiting of replies) waiting.resolve(value)
    },
    fail: (why) => {
      problem = why instanceof Error ? why : new Error(why)
      for (const waiting of replies.splice(0)) waiting.reject(problem)
    },
  }
}

/** Waits for what has to come; a case whose wait is in vain ends, and the others go on. */
async function soon<T>(work: Promise<T>, what: string): Promise<T> {
  const late = Symbol('late')
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<typeof late>((resolve) => (timer = setTimeout(() => resolve(late), 1_200 * patience())))
  work.catch(() => {})
  const first = await Promise.race([work, limit]).finally(() => clearTimeout(timer))
  if (first === late) expect('nothing, waited in vain', what).toBe('in time')
  return first as T
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

/** The caller's time limit for Redis in cases in which Redis fails. */
const briefly = (): number => Math.round(150 * patience())

const endless = async (redis: Redis): Promise<string[]> =>
  [...(await timesLeft(redis))].filter(([, ms]) => ms === -1).map(([name]) => name)

/** The problems that nobody handled in this case. */
const unhandled = async (subject: Fixtures['subject']): Promise<string[]> =>
  (await subject.unhandled()).map((problem) => problem.error.message)

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
      ['an empty list', []],
      ['an empty object', {}],
      ['a fraction below zero', -1.5],
      ['the text null', 'null'],
      ['the text 0', '0'],
      ['a text of JSON', '{"value":1}'],
      ['an object that looks like an entry', { value: null, v: 0, data: 1, freshUntil: 1, expires: 1 }],
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

const long: Options = { ...usual, ttlMs: 600_000, lockMs: 2_000 }

/** Stores 160 values in a process of its own, and tells how long each key is kept that is kept for `ttlMs` at least. */
async function keptTimes(fixtures: Fixture, options: Options) {
  const { one, close } = await openShops(fixtures, 1)
  const from = source('tea')
  const began = performance.now()
  await Promise.all(Array.from({ length: 160 }, (_, i) => get(one, `thing ${i}`, options, from)))
  const left = await timesLeft(fixtures.redis)
  const elapsed = performance.now() - began
  const atLeast = options.ttlMs + options.staleMs - elapsed - 5
  await close()
  return { left, elapsed, times: [...left.values()].filter((ms) => ms >= atLeast), longest: Math.max(...left.values()) }
}

test(
  'a value is kept for its time, and keys that were loaded together do not end together',
  { meta: { id: 'kept-for-its-time', group: 'freshness', covers: [3, 7] } },
  async ({ subject, redis, transcript, requirement }) => {
    const [without, again] = [await keptTimes({ subject, redis }, long), await keptTimes({ subject, redis }, long)]
    const withStale = await keptTimes({ subject, redis }, { ...long, staleMs: 100_000 })
    for (const [what, { times, longest, elapsed }, base] of [
      ['staleMs 0', without, 600_000],
      ['staleMs 100000', withStale, 700_000],
    ] as const) {
      requirement(base === 600_000 ? 3 : 7)
      const [first, last] = [Math.min(...times), Math.max(...times)]
      transcript(`with ${what}`, `${times.length} keys, from ${first} to ${last} ms`)
      expect(
        times.length >= 160 ? '160 or more' : times.length,
        `keys that are kept for ttlMs 600000 and ${what} at least, of 160 values`,
      ).toBe('160 or more')
      expect(
        longest <= base + 60_000 ? 'at most 1.1 × ttlMs + staleMs' : `${longest} ms`,
        `the longest time, with ttlMs 600000 and ${what}`,
      ).toBe('at most 1.1 × ttlMs + staleMs')
      requirement(3)
      expect(
        last - first > 6_000 + elapsed ? 'spread' : `all within ${last - first} ms`,
        `the ends of 160 keys, with ${what}`,
      ).toBe('spread')
      expect(
        first > base + 6_000
          ? `none below ${first} ms`
          : last < base + 54_000 - elapsed
            ? `none above ${last} ms`
            : 'whole',
        `the range of the times of 160 keys, with ${what}`,
      ).toBe('whole')
    }
    const both = [...without.left].filter(([name]) => again.left.has(name))
    const alike = both.filter(([name, ms]) => Math.abs(ms - (again.left.get(name) ?? 0)) < 2_000).length
    expect(
      both.length >= 160 && alike > both.length / 2 ? `${alike} of ${both.length}` : 'few',
      'keys that got the same time when they were stored again',
    ).toBe('few')
  },
)

/** Long enough stale that no pause of this machine ends it. */
const aging: Options = { ...usual, ttlMs: 100, staleMs: 40_000 }

/** Asks for many old or fresh values, and counts how many of them begin to be loaded anew. */
async function refreshes(shop: Handle, keys: string[], options: Options) {
  const from = source()
  const answers = Promise.all(keys.map((key) => get(shop, key, options, from)))
  await soon(answers, 'answers at once, also where values are no longer fresh')
  const answered = performance.now()
  await until(() => from.loads() === keys.length)
  from.fail('not now')
  return { loads: from.loads(), answered }
}

test(
  'how long a value is fresh is drawn too, and not only how long it is kept',
  { meta: { id: 'freshness-is-drawn', group: 'freshness', covers: [3, 7] } },
  async ({ subject, redis, transcript, requirement }) => {
    const ttlMs = Math.round(1_500 * patience())
    const { one, close } = await openShops({ subject, redis }, 1)
    for (let round = 1; round <= 3; round++) {
      const options = { ...aging, ttlMs }
      const keys = Array.from({ length: 70 }, (_, i) => `round ${round}, thing ${i}`)
      const began = performance.now()
      await Promise.all(keys.map((key) => get(one, key, options, source('old'))))
      const stored = performance.now()
      requirement(3)
      const early = await refreshes(one, keys.slice(60), options)
      if (performance.now() - began < ttlMs) {
        requirement(3)
        expect(early.loads, 'loads of 10 values that are fresh').toBe(0)
      }
      await sleep(began + ttlMs * 1.05 - performance.now())
      const asked = performance.now()
      requirement(7)
      const { loads, answered } = await refreshes(one, keys.slice(0, 60), options)
      const [youngest, oldest] = [asked - stored, answered - began]
      // Where the machine was too slow, nothing can be said; then another round.
      if (youngest < ttlMs * 1.02 || oldest > ttlMs * 1.08) continue
      transcript('then', `60 values are 1.05 × ttlMs old; ${loads} of them were loaded anew`)
      requirement(3)
      expect(
        loads === 0 ? 'none' : loads === 60 ? 'all' : 'some',
        'which of 60 values are no longer fresh at 1.05 × ttlMs',
      ).toBe('some')
      await sleep(stored + ttlMs * 1.1 + 20 - performance.now())
      requirement(7)
      const last = await refreshes(one, keys.slice(60), options)
      expect(last.loads, 'loads of 10 values that are older than 1.1 × ttlMs').toBe(10)
      break
    }
    await close()
  },
)

test(
  'null is an answer too, is kept for its own short time, and is never given out after it',
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
    const brief = { ...options, nullTtlMs: 60 }
    expect(valueOf(await get(one, `${key} 2`, brief, source(null))), 'the first answer, with nullTtlMs 60').toBe(null)
    await sleep(120)
    const now = source('now it exists')
    const later = await soon(get(one, `${key} 2`, brief, now), 'an answer after the time of null is over')
    expect(valueOf(later), 'the answer after the time of null is over').toBe('now it exists')
    await close()
  },
)

test(
  'a value whose time is over is loaded again, also by the process that has loaded it before',
  { meta: { id: 'time-is-over', group: 'freshness', covers: [1, 3, 8] } },
  async ({ subject, redis, random, transcript }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const key = random.pick(things)
    const brief = { ...usual, ttlMs: 60 }
    for (const [i, shop] of [one, one, other, one].entries()) {
      const from = source(`value ${i + 1}`)
      expect(valueOf(await soon(get(shop, key, brief, from), 'a load after the time was over')), 'the answer').toBe(
        `value ${i + 1}`,
      )
      await sleep(110)
      transcript('then', 'the time of the value is over')
    }
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
    evidence('loads', from.loads() > 2 ? 'many' : from.loads())
    expect(from.loads(), 'loads while the first one is under way').toBe(1)
    from.answer('twelve teapots')
    const answers = [await first, await second].flat()
    expect(from.loads(), 'loads for 40 callers').toBe(1)
    expect(new Set(answers), 'what the 40 callers got').toEqual(new Set(['twelve teapots']))
    await close()
  },
)

test(
  'those who wait take any value for an answer: null, 0, false and an empty text',
  { meta: { id: 'waits-for-any-value', group: 'stampede', covers: [2, 4, 5] } },
  async ({ subject, redis, requirement }) => {
    const { one, other, close } = await openShops({ subject, redis })
    for (const [what, value] of [
      ['null', null],
      ['0', 0],
      ['false', false],
      ['an empty text', ''],
    ] as const) {
      const from = source()
      requirement(5)
      const calls = [one, one].map((shop) => get(shop, `key of ${what}`, usual, from))
      await soon(from.begun(), 'a load for the first caller')
      calls.push(get(other, `key of ${what}`, usual, from), get(other, `key of ${what}`, usual, from))
      await sleep(60)
      from.answer(value)
      const answers = await soon(Promise.all(calls), `the answers of four callers who get ${what}`)
      requirement(value === null ? 4 : 2)
      expect(answers.map(valueOf), `what four callers got, of ${what}`).toEqual([value, value, value, value])
      expect(from.loads(), `loads for callers who wait and get ${what}`).toBe(1)
    }
    await close()
  },
)

test(
  'those who wait for a long load wait for it, although it takes much longer than a command to Redis may',
  { meta: { id: 'a-long-load', group: 'stampede', covers: [5] } },
  async ({ subject, redis, random, transcript }) => {
    const { one, other, close } = await openShops({ subject, redis }, 2, briefly())
    const from = source()
    const key = random.pick(things)
    const calls = [get(one, key, usual, from)]
    await soon(from.begun(), 'the load')
    calls.push(...[one, one, other, other].map((shop) => get(shop, key, usual, from)))
    await sleep(Math.max(1_600, 5 * briefly()))
    transcript('then', 'the load has taken more than a second and a half')
    expect(from.loads(), 'loads while the first one takes its time').toBe(1)
    from.answer('at last')
    const answers = await soon(Promise.all(calls), 'the answers when the load has ended')
    expect(answers.map(valueOf), 'what the five callers got').toEqual(Array(5).fill('at last'))
    expect(from.loads(), 'loads in the end').toBe(1)
    await close()
  },
)

/** Texts that something can take for one another, or for something else. */
const alike = ['Teapot', 'teapot', ' teapot', 'teapot ', 'tea:pot', 'tea', '', 'constructor', '__proto__', 'toString']
const endless300 = 'x'.repeat(300)

test(
  'a load of one key does not keep other keys waiting, however alike they are',
  { meta: { id: 'keys-do-not-wait', group: 'stampede', covers: [1, 5] } },
  async ({ subject, redis, requirement }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const plain = Array.from({ length: 6 }, (_, i) => `thing ${i}`)
    for (const [keys, what] of [
      [plain, 'the load of a key, while five others are being loaded'],
      [[...alike, `${endless300}1`, `${endless300}2`], 'the load of each of twelve keys that look alike'],
    ] as const) {
      const sources = keys.map(() => source())
      requirement(5)
      const calls = sources.map((from, i) => get(i % 2 === 0 ? one : other, keys[i] ?? '', usual, from))
      for (const from of sources) await soon(from.begun(), what)
      sources.forEach((from, i) => from.answer(i))
      const wanted = keys.map((_, i) => i)
      requirement(1)
      expect((await soon(Promise.all(calls), 'the values')).map(valueOf), 'the value of each key').toEqual(wanted)
      const later = keys.map((key, i) => get(i % 2 === 0 ? other : one, key, usual, source('loaded again')))
      expect((await Promise.all(later)).map(valueOf), 'the value of each key, asked again').toEqual(wanted)
    }
    await close()
  },
)

const reads = /^(H|M|HM)?GET|^(P?TTL|EXISTS|P?EXPIRETIME)\b/

test(
  'a caller who looked shortly before the value was stored does not load it again',
  { meta: { id: 'looked-too-early', group: 'stampede', covers: [5] } },
  async ({ subject, redis, transcript }) => {
    const { one, other, close } = await openShops({ subject, redis })
    for (const [what, value] of [
      ['a text', 'stored'],
      ['0', 0],
      ['null', null],
    ] as const) {
      const from = source(value)
      const held = redis.wire.hold((command) => command.session === 1 && reads.test(command.name))
      const early = get(one, what, usual, from)
      if (await held.reached(early)) {
        transcript('meanwhile', 'the answer to process 1 is on its way, and process 2 loads and stores the value')
        expect(valueOf(await get(other, what, usual, from)), `what process 2 got, of ${what}`).toBe(value)
        held.release()
      }
      expect(valueOf(await soon(early, 'the answer for process 1')), `what process 1 got, of ${what}`).toBe(value)
      expect(from.loads(), value === 'stored' ? 'loads' : `loads, where the value is ${what}`).toBe(1)
    }
    await close()
  },
)

test(
  'who finds on the second look that there is nothing to load gives the lease back',
  { meta: { id: 'nothing-left-to-load', group: 'lease', covers: [5, 8] } },
  async ({ subject, redis, random, transcript, requirement }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const key = random.pick(things)
    const brief = { ...usual, ttlMs: Math.round(300 * patience()) }
    const held = redis.wire.hold((command) => command.session === 1 && reads.test(command.name))
    const early = get(one, key, brief, source('stored'))
    if (await held.reached(early)) {
      await get(other, key, brief, source('stored'))
      transcript('meanwhile', 'process 2 has loaded and stored the value, with lockMs 30000')
      held.release()
    }
    await soon(early, 'the answer for process 1')
    await sleep(brief.ttlMs * 1.1 + 50)
    transcript('then', 'the time of the value is over')
    requirement(8)
    const from = source('the next one')
    expect(
      valueOf(await soon(get(other, key, brief, from), 'a load when the time of the value is over')),
      'the answer when the time of the value is over',
    ).toBe('the next one')
    await close()
  },
)

/** What a loader can reject with, and what a cache could take for a problem of Redis. */
const problems = (): [string, Error & { code?: string }][] => [
  ['an error', new Error('database is down')],
  ['an error with the code ECONNREFUSED', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ['a TimeoutError', Object.assign(new Error('no answer in time'), { name: 'TimeoutError' })],
]

test(
  'a loader that rejects: the caller gets its error, nothing is kept, and the next caller loads at once',
  { meta: { id: 'error-is-not-kept', group: 'hygiene', covers: [6] } },
  async ({ subject, redis, evidence }) => {
    const { one, other, close } = await openShops({ subject, redis })
    for (const [what, problem] of problems()) {
      const [broken, whole] = [source(), source('here again')]
      const call = get(one, what, usual, broken)
      await soon(broken.begun(), 'the load')
      broken.fail(problem)
      const { message, code } = problem
      const outcome = await soon(call, 'the error of the loader')
      evidence('caller', outcome.ok ? 'value' : 'error')
      expect(outcome, 'what the caller got').toMatchObject({
        ok: false,
        error: { message, ...(code && { code }) },
      })
      expect(broken.loads(), 'calls of the loader that rejects').toBe(1)
      for (const shop of [other, one])
        expect(
          valueOf(await soon(get(shop, what, usual, whole), 'the next call after an error')),
          'the next answer',
        ).toBe('here again')
      expect(whole.loads(), 'loads after the failed one').toBe(1)
    }
    await close()
  },
)

test(
  'when a load fails, those who waited get its error or load one after the other',
  { meta: { id: 'waited-for-an-error', group: 'hygiene', covers: [5, 6] } },
  async ({ subject, redis, random, requirement }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const [broken, whole] = [source(), source()]
    const key = random.pick(things)
    const first = get(one, key, usual, broken)
    await soon(broken.begun(), 'the load')
    const others = [one, one, one, other, other, other].map((shop) => get(shop, key, usual, whole))
    await sleep(60)
    requirement(5)
    expect(whole.loads(), 'loads beside the first one').toBe(0)
    broken.fail('database is down')
    requirement(6)
    expect(await soon(first, 'the error of the loader'), 'what the first caller got').toMatchObject({ ok: false })
    await Promise.race([whole.begun(), Promise.all(others)])
    await sleep(80)
    whole.answer('here again')
    const answers = await soon(Promise.all(others), 'an end for those who waited')
    const told = answers.map((answer) => (answer.ok ? answer.value : answer.error.message))
    const allowed = ['here again', 'database is down']
    expect(
      told.filter((text) => !allowed.includes(String(text))),
      'what those who waited got, besides the error and the value',
    ).toEqual([])
    expect(whole.together() <= 1 ? 'at most 1' : whole.together(), 'loads at once after the failed one').toBe(
      'at most 1',
    )
    await close()
  },
)

/** Stores `old` and waits until it is no longer fresh. */
async function storeOld(shop: Handle, key: string, redis: Redis, value: unknown = 'old'): Promise<void> {
  expect(valueOf(await get(shop, key, aging, source(value))), 'the first answer').toBe(value)
  const longest = Math.max(...(await timesLeft(redis)).values())
  expect(
    longest <= 40_110 ? 'at most 1.1 × ttlMs + staleMs' : `${longest} ms`,
    'the time left in Redis, with ttlMs 100 and staleMs 40000',
  ).toBe('at most 1.1 × ttlMs + staleMs')
  await sleep(150)
}

/** Asks again and again until the answer is another one than `old`. */
async function changed(shop: Handle, key: string, options: Options, from: Source, old: unknown): Promise<unknown> {
  let answer = old
  for (let tries = 0; answer === old && tries < 50; tries++) {
    answer = valueOf(await get(shop, key, options, from))
    await sleep(10)
  }
  return answer
}

test(
  'an old value is given out at once, while one caller loads the new one',
  { meta: { id: 'stale-while-loading', group: 'freshness', covers: [7, 8] } },
  async ({ subject, redis, random, requirement }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const key = random.pick(things)
    await storeOld(one, key, redis)
    const from = source()
    const renewed = { ...aging, ttlMs: 60_000, lockMs: 9_000 }
    requirement(7)
    for (const shop of [one, other, one])
      expect(
        valueOf(await soon(get(shop, key, renewed, from), 'an answer although the new value is still being loaded')),
        'the answer meanwhile',
      ).toBe('old')
    await soon(from.begun(), 'a load of the new value')
    await get(other, key, renewed, from)
    await sleep(60)
    expect(from.loads(), 'loads of the new value').toBe(1)
    requirement(8)
    const leases = [...(await timesLeft(redis)).values()].filter((ms) => ms <= 9_000)
    expect(leases.length > 0 ? 'a lease' : 'none', 'a key of at most 9000 ms in Redis, with lockMs 9000').toBe(
      'a lease',
    )
    requirement(7)
    from.answer('new')
    expect(await changed(other, key, renewed, from, 'old'), 'the answer when the new value is loaded').toBe('new')
    expect(valueOf(await get(one, key, renewed, from)), 'the answer of the other process').toBe('new')
    expect(from.loads(), 'loads of the new value in the end').toBe(1)
    await close()
  },
)

test(
  'a value grows old more than once, and 0, false, an empty text and null can be old or new',
  { meta: { id: 'old-again', group: 'freshness', covers: [4, 7] } },
  async ({ subject, redis, random, transcript, requirement }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const key = random.pick(things)
    const generations = [0, 'second', '', 'fourth', false, 'sixth']
    await storeOld(one, key, redis, generations[0])
    requirement(7)
    for (const [i, value] of generations.slice(1).entries()) {
      const [from, old] = [source(), generations[i]]
      for (let tries = 0; from.loads() === 0 && tries < 40; tries++) {
        const answer = await soon(get(one, key, aging, from), 'an old value at once')
        expect(valueOf(answer), 'the old value').toBe(old)
        await sleep(20)
      }
      expect(from.loads() > 0 ? 'begun' : 'none', 'a load of the next value').toBe('begun')
      from.answer(value)
      // Fresh again for a moment only: the next caller may well find it old already.
      expect(await changed(other, key, aging, source(value), old), 'the answer when the next one is loaded').toBe(value)
      await sleep(150)
      transcript('then', 'the value is old again')
    }
    requirement(4)
    const gone = source(null)
    const brief = { ...aging, nullTtlMs: 5_000, lockMs: 2_000 }
    expect(await changed(one, key, brief, gone, 'sixth'), 'the answer when the next one is null').toBe(null)
    const longest = Math.max(...(await timesLeft(redis)).values())
    expect(longest <= 5_500 ? 'short' : `${longest} ms`, 'the time left for null after an old value').toBe('short')
    await close()
  },
)

test(
  'an old value is loaded anew whatever its key is',
  { meta: { id: 'any-key-is-renewed', group: 'freshness', covers: [7] } },
  async ({ subject, redis }) => {
    const { one, close } = await openShops({ subject, redis }, 1)
    await Promise.all(alike.map((key) => get(one, key, aging, source('old'))))
    await sleep(150)
    for (const key of alike) {
      const from = source('new')
      expect(valueOf(await get(one, key, { ...aging, ttlMs: 60_000 }, from)), 'the old value of a key').toBe('old')
      await soon(from.begun(), 'a load of the new value, whatever the key is')
    }
    await close()
  },
)

test(
  'a caller who looked shortly before the new value was stored does not load it again',
  { meta: { id: 'looked-at-the-old', group: 'stampede', covers: [5, 7] } },
  async ({ subject, redis, random, transcript, requirement }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const key = random.pick(things)
    await storeOld(one, key, redis)
    const from = source('new')
    const renewed = { ...aging, ttlMs: 60_000 }
    const held = redis.wire.hold((command) => command.session === 1 && reads.test(command.name))
    const early = get(one, key, renewed, from)
    requirement(7)
    if (await held.reached(early)) {
      transcript('meanwhile', 'the answer to process 1 is on its way, and process 2 loads and stores the new value')
      await get(other, key, renewed, from)
      expect(await changed(other, key, renewed, from, 'old'), 'what process 2 gets').toBe('new')
      held.release()
    }
    await soon(early, 'the answer for process 1')
    await sleep(100)
    requirement(5)
    expect(from.loads(), 'loads of the new value').toBe(1)
    await close()
  },
)

test(
  'when the old value ends during the load of the new one, callers wait for that load',
  { meta: { id: 'old-one-ends', group: 'stampede', covers: [5, 7] } },
  async ({ subject, redis, random, transcript, requirement }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const key = random.pick(things)
    const short = { ...usual, ttlMs: 60, staleMs: Math.round(500 * patience()) }
    expect(valueOf(await get(one, key, short, source('old'))), 'the first answer').toBe('old')
    await sleep(100)
    const from = source()
    const asked = get(one, key, short, from)
    await soon(from.begun(), 'a load of the new value')
    await sleep(short.staleMs + 20)
    transcript('then', 'the old value is gone, and the load goes on')
    const waiting = [one, other, other].map((shop) => get(shop, key, { ...short, ttlMs: 60_000 }, from))
    await sleep(80)
    requirement(5)
    expect(from.loads(), 'loads').toBe(1)
    from.answer('new')
    requirement(7)
    const answers = await soon(Promise.all(waiting), 'the answers when the new value is loaded')
    expect(answers.map(valueOf), 'what the callers got').toEqual(['new', 'new', 'new'])
    await asked
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
    expect(await unhandled(subject), 'rejections that nobody handled').toEqual([])
    await close()
  },
)

/** Asks until an answer comes from the cache, for half a second and a bit. */
async function worksAgain(shop: Handle, key: string): Promise<void> {
  const from = source('cached again')
  const end = performance.now() + 900 * patience()
  for (let before = -1; before !== from.loads() && performance.now() < end;) {
    before = from.loads()
    await soon(get(shop, key, usual, from), 'an answer when Redis is back')
    if (before !== from.loads()) await sleep(40)
    else return
  }
  expect('none', 'an answer from the cache within half a second after Redis is back').toBe('one')
}

test(
  'Redis is down or silent: the loader answers, and the cache works again when Redis is back',
  { meta: { id: 'redis-is-down', group: 'redis', gate: true, covers: [10] } },
  async ({ subject, redis, random, transcript }) => {
    const { one, other, close } = await openShops({ subject, redis }, 2, briefly())
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
    await worksAgain(other, 'another key')
    redis.wire.refuse()
    transcript('meanwhile', 'Redis is down')
    for (const nth of [1, 2, 3]) {
      expect(
        valueOf(await soon(get(one, `a third key ${nth}`, usual, from), 'an answer although Redis is down')),
        'the answer while Redis is down',
      ).toBe('from the loader')
    }
    expect(from.loads(), 'loads for four calls without Redis').toBe(4)
    await redis.wire.resume()
    transcript('meanwhile', 'Redis is there again')
    for (const shop of [one, other]) await worksAgain(shop, 'a fourth key')
    expect(await unhandled(subject), 'rejections that nobody handled').toEqual([])
    await close()
  },
)

test(
  'Redis is silent or breaks off at any command of a call: the loader is called once, and its value comes',
  { meta: { id: 'fails-at-any-command', group: 'redis', covers: [10] } },
  async ({ subject, redis, transcript }) => {
    const { one, close } = await openShops({ subject, redis }, 1, briefly())
    for (const how of ['silent', 'cut before', 'cut after'] as const) {
      for (let nth = 1; nth <= 6; nth++) {
        const from = source('loaded')
        const fault =
          how === 'silent'
            ? redis.wire.hold(() => true, { nth })
            : redis.wire.cut(() => true, { nth, when: how === 'cut before' ? 'before' : 'after' })
        const before = redis.wire.commands().length
        const call = get(one, `${how} at command ${nth}`, usual, from)
        const answer = await soon(call, `the answer, with Redis ${how} at some command`)
        const met = redis.wire.commands().length - before >= nth
        transcript('meanwhile', `Redis was ${how} at command ${nth} of the call`)
        expect(valueOf(answer), `the answer, with Redis ${how} at some command`).toBe('loaded')
        expect(from.loads(), `loads, with Redis ${how} at some command`).toBe(1)
        fault.release()
        await worksAgain(one, `after ${how} ${nth}`)
        const next = get(one, `${how} at command ${nth}`, usual, source('loaded'))
        await soon(next, 'an answer for the same key, when Redis is back')
        if (!met) break
      }
    }
    expect(await unhandled(subject), 'rejections that nobody handled').toEqual([])
    await close()
  },
)

test(
  'when Redis falls silent during a load, the caller waits for one command at most',
  { meta: { id: 'waits-once', group: 'redis', covers: [10] } },
  async ({ subject, redis, transcript }) => {
    const redisMs = Math.round(400 * patience())
    const { one, close } = await openShops({ subject, redis }, 1, redisMs)
    const from = source()
    const call = get(one, 'teapot', usual, from)
    await soon(from.begun(), 'the load')
    redis.wire.hang()
    transcript('meanwhile', 'Redis is silent, and the load ends')
    const began = performance.now()
    from.answer('loaded')
    expect(valueOf(await soon(call, 'the answer')), 'the answer').toBe('loaded')
    const waited = performance.now() - began
    expect(
      waited < 1.7 * redisMs ? 'redisMs at most' : `${(waited / redisMs).toFixed(1)} × redisMs`,
      'how long the caller waits for a silent Redis after the load',
    ).toBe('redisMs at most')
    await redis.wire.resume()
    await close()
  },
)

test(
  'Redis refuses to write: the loader is called once, and its value comes',
  { meta: { id: 'refuses-writes', group: 'redis', covers: [10] } },
  async ({ subject, redis, transcript }) => {
    const { one, close } = await openShops({ subject, redis }, 1)
    const admin = await redis.admin()
    const refuse = (yes: boolean): Promise<unknown> => admin.configSet('min-replicas-to-write', yes ? '1' : '0')
    try {
      await refuse(true)
      transcript('meanwhile', 'Redis reads, and refuses to write, because it has lost its copies')
      const from = source('loaded')
      const answer = await soon(get(one, 'teapot', usual, from), 'the answer')
      expect(valueOf(answer), 'the answer while Redis refuses to write').toBe('loaded')
      expect(from.loads(), 'loads while Redis refuses to write').toBe(1)
      await refuse(false)
      const slow = source()
      const call = get(one, 'mug', usual, slow)
      await soon(slow.begun(), 'the load')
      await refuse(true)
      transcript('meanwhile', 'Redis refuses to write from the middle of the load on')
      slow.answer('loaded')
      expect(valueOf(await soon(call, 'the answer')), 'the answer').toBe('loaded')
      expect(slow.loads(), 'loads').toBe(1)
    } finally {
      await refuse(false)
    }
    expect(await unhandled(subject), 'rejections that nobody handled').toEqual([])
    await close()
  },
)

test(
  'an answer of Redis that comes late, and still within redisMs, counts',
  { meta: { id: 'late-but-in-time', group: 'redis', covers: [1, 10] } },
  async ({ subject, redis, random, transcript, requirement }) => {
    const { one, other, close } = await openShops({ subject, redis })
    const key = random.pick(things)
    await get(other, key, usual, source('stored'))
    const from = source('loaded')
    const held = redis.wire.hold(() => true)
    const call = get(one, key, usual, from)
    await held.reached(call)
    await sleep(700)
    held.release()
    transcript('then', 'the answer of Redis has come after 700 ms; redisMs is 3000 or more')
    requirement(10)
    expect(valueOf(await soon(call, 'the answer')), 'the answer').toBe('stored')
    expect(from.loads(), 'loads of a value that is stored').toBe(0)
    await close()
  },
)

test(
  'Redis goes down during a load: the one who loads gets the value, and those who wait go on without Redis',
  { meta: { id: 'lost-during-load', group: 'redis', covers: [10] } },
  async ({ subject, redis, random, transcript }) => {
    const { one, other, close } = await openShops({ subject, redis }, 2, briefly())
    const [from, own] = [source(), source('loaded without Redis')]
    const key = random.pick(things)
    const call = get(one, key, usual, from)
    await soon(from.begun(), 'the load')
    const waiting = get(other, key, usual, own)
    await sleep(60)
    redis.wire.refuse()
    transcript('meanwhile', 'Redis is down')
    expect(valueOf(await soon(waiting, 'the answer for the one who waits')), 'what the one who waited got').toBe(
      'loaded without Redis',
    )
    from.answer('loaded')
    expect(valueOf(await soon(call, 'the answer')), 'the answer').toBe('loaded')
    expect(from.loads(), 'loads').toBe(1)
    expect(own.loads(), 'loads of the one who waited').toBe(1)
    expect(await unhandled(subject), 'rejections that nobody handled').toEqual([])
    await close()
  },
)

test(
  'Redis goes down during a load in the background: nobody is disturbed',
  { meta: { id: 'lost-in-the-background', group: 'redis', covers: [7, 10] } },
  async ({ subject, redis, transcript }) => {
    for (const ending of ['ends well', 'fails'] as const) {
      const { one, close } = await openShops({ subject, redis }, 1, briefly())
      await storeOld(one, 'teapot', redis)
      const from = source()
      expect(valueOf(await soon(get(one, 'teapot', aging, from), 'the old value')), 'the answer').toBe('old')
      await soon(from.begun(), 'a load of the new value')
      redis.wire.refuse()
      transcript('meanwhile', `Redis is down, and the load ${ending}`)
      if (ending === 'fails') from.fail('database is down')
      else from.answer('new')
      await sleep(3 * briefly())
      await redis.wire.resume()
      expect(await unhandled(subject), 'rejections that nobody handled').toEqual([])
      await close()
    }
  },
)

const firstWrites = /^(SET|SETNX|SETEX|PSETEX|HSET|HSETNX|HSETEX|MSET|MSETNX|INCR|APPEND|EVAL|EVALSHA|FCALL)$/

test(
  'there is a lease in Redis before the load begins, and it is over after lockMs',
  { meta: { id: 'lease-has-an-end', group: 'lease', gate: true, covers: [8, 9] } },
  async ({ subject, redis, random, requirement }) => {
    const { one, close } = await openShops({ subject, redis }, 1)
    const from = source()
    const options = { ...usual, lockMs: 2_500 }
    const write = redis.wire.hold((command) => firstWrites.test(command.name))
    const call = get(one, random.pick(things), options, from)
    requirement(8)
    expect(await write.reached(Promise.race([call, from.begun()])), 'a lease is written to Redis before the load').toBe(
      true,
    )
    const taken = performance.now()
    requirement(9)
    expect(await endless(redis), 'keys without an end, if the process ended right after its first write').toEqual([])
    requirement(8)
    await sleep(30)
    expect(from.loads(), 'loads while nobody knows yet whether the lease was taken').toBe(0)
    write.release()
    await soon(from.begun(), 'the load')
    const left = [...(await timesLeft(redis)).values()]
    const least = 2_500 - (performance.now() - taken) - 300
    expect(
      left.some((ms) => ms > 0 && ms <= 2_500) && Math.max(...left) <= 2_500
        ? 'a lease of at most 2500 ms'
        : `times left: ${left.join(', ')}`,
      'what is in Redis during a load with lockMs 2500',
    ).toBe('a lease of at most 2500 ms')
    expect(
      left.some((ms) => ms >= least) ? 'lockMs' : `times left: ${left.join(', ')}`,
      'how long the lease lasts, with lockMs 2500',
    ).toBe('lockMs')
    from.answer('loaded')
    expect(valueOf(await call)).toBe('loaded')
    requirement(9)
    expect(await endless(redis), 'keys without an end after the load').toEqual([])
    await close()
  },
)

test(
  'at every moment each key in Redis has an end: also between two commands, for values, null and new ones',
  { meta: { id: 'every-key-has-an-end', group: 'lease', covers: [9] } },
  async ({ subject, redis }) => {
    const { one, close } = await openShops({ subject, redis }, 1)
    const sources = [source('value'), source(null), source('old'), source('new')]
    for (const [i, from] of sources.entries()) {
      const key = i === 3 ? 'key 2' : `key ${i}`
      if (i === 3) await sleep(150)
      const calls = [get(one, key, i < 2 ? usual : aging, from)]
      for (let writes = 0; writes < 8; writes++) {
        const held = redis.wire.hold((command) => firstWrites.test(command.name))
        const done = i === 3 ? sleep(120) : calls[0]
        if (!(await held.reached(done))) break
        expect(await endless(redis), 'keys without an end, if the process ended after a write').toEqual([])
        held.release()
      }
      await Promise.all(calls)
    }
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
async function overtaken(fixtures: Fixture & Pick<Fixtures, 'random' | 'transcript'>, isOld = false) {
  const shops = await openShops(fixtures)
  const [slow, quick] = [source(), source()]
  const key = fixtures.random.pick(things)
  const options = isOld ? aging : usual
  if (isOld) await storeOld(shops.one, key, fixtures.redis)
  const before = await timesLeft(fixtures.redis)
  const late = get(shops.one, key, { ...options, lockMs: 250 }, slow)
  await soon(slow.begun(), 'the load in process 1')
  const leaseKeys = [...(await timesLeft(fixtures.redis)).keys()].filter((name) => !before.has(name))
  const ask = async (): Promise<Outcome> => {
    let answer = await get(shops.other, key, options, quick)
    // An old value comes at once; it is asked for until process 2 loads.
    for (let tries = 0; isOld && quick.loads() === 0 && tries < 40; tries++) {
      await sleep(25)
      answer = await get(shops.other, key, options, quick)
    }
    return answer
  }
  const next = ask()
  next.catch(() => {})
  const takenOver = soon(quick.begun(), 'a load in process 2, after the lease of process 1 (lockMs 250) was over').then(
    () => fixtures.transcript('meanwhile', 'the lease of process 1 was over, and process 2 has taken its own of 30 s'),
  )
  takenOver.catch(() => {})
  return { ...shops, slow, quick, key, late, next, leaseKeys, takenOver }
}

/** Which of the leases have a time of 30 seconds, and not one of 250 ms. */
const longLeases = async (redis: Redis, names: string[]): Promise<number> =>
  [...(await timesLeft(redis))].filter(([name, ms]) => names.includes(name) && ms > 15_000 && ms <= 30_000).length

test(
  'who has lost the lease leaves the next one’s alone',
  { meta: { id: 'foreign-lease-stays', group: 'lease', gate: true, covers: [8, 9] } },
  async ({ subject, redis, random, transcript, requirement }) => {
    requirement(8)
    const shops = await overtaken({ subject, redis, random, transcript })
    const { slow, quick, late, next, leaseKeys, takenOver, close } = shops
    await takenOver
    requirement(9)
    slow.fail('too late')
    expect(await soon(late, 'the end of the slow load'), 'what the slow caller got').toMatchObject({
      ok: false,
      error: { message: 'too late' },
    })
    expect(await longLeases(redis, leaseKeys), 'leases of 30 s in Redis, while process 2 loads').toBe(1)
    quick.answer('in time')
    expect(valueOf(await soon(next, 'the answer for process 2')), 'what process 2 got').toBe('in time')
    await close()
  },
)

test(
  'a slow load that ends well leaves the next lease alone, too, and so does one in the background',
  { meta: { id: 'foreign-lease-stays-also', group: 'lease', covers: [8, 9] } },
  async ({ subject, redis, random, transcript, requirement }) => {
    for (const [isOld, endsWell, what] of [
      [false, true, 'after a slow load that ended well'],
      [true, true, 'after a slow load in the background that ended well'],
      [true, false, 'after a slow load in the background that failed'],
    ] as const) {
      requirement(8)
      const shops = await overtaken({ subject, redis, random, transcript }, isOld)
      const { slow, quick, late, next, leaseKeys, takenOver, close } = shops
      await takenOver
      requirement(9)
      if (endsWell) slow.answer('late')
      else slow.fail('too late')
      await soon(late, 'the end of the slow load')
      await sleep(60)
      expect(await longLeases(redis, leaseKeys), `leases of 30 s in Redis ${what}, while process 2 loads`).toBe(1)
      quick.answer('in time')
      await soon(next, 'the answer for process 2')
      await close()
    }
  },
)

test(
  'who has lost the lease to a caller of the same process leaves that one’s alone',
  { meta: { id: 'same-process', group: 'lease', covers: [9] } },
  async ({ subject, redis, random, transcript }) => {
    const { one, close } = await openShops({ subject, redis }, 1)
    const second = await subject.create('openShop', [Math.round(3_000 * patience())])
    const [slow, quick] = [source(), source()]
    const key = random.pick(things)
    const late = get(one, key, { ...usual, lockMs: 250 }, slow)
    await soon(slow.begun(), 'the load')
    const leaseKeys = [...(await timesLeft(redis)).keys()]
    const next = get(second, key, usual, quick)
    // A process may let its own callers share one load; then there is nobody to take the lease.
    const isTaken = await Promise.race([quick.begun().then(() => true), sleep(800 * patience()).then(() => false)])
    if (isTaken) transcript('meanwhile', 'the lease was over, and another caller of the process has taken its own')
    slow.fail('too late')
    await soon(late, 'the end of the slow load')
    if (isTaken)
      expect(
        await longLeases(redis, leaseKeys),
        'leases of 30 s in Redis, while the other caller of the process loads',
      ).toBe(1)
    quick.answer('in time')
    await soon(next, 'the answer for the other caller')
    await second.call('close')
    await close()
  },
)

test(
  'looking at the lease and giving it back is one step',
  { meta: { id: 'release-is-one-step', group: 'lease', covers: [9] } },
  async ({ subject, redis, random, transcript }) => {
    const shops = await overtaken({ subject, redis, random, transcript })
    const { slow, quick, late, next, leaseKeys, takenOver, close } = shops
    const look = redis.wire.hold(
      (command) => command.session === 1 && command.name === 'GET' && leaseKeys.includes(command.args[0] ?? ''),
    )
    slow.fail('failed')
    if (await look.reached(late))
      transcript('meanwhile', 'process 1 has looked at its lease, and the answer is on its way')
    await takenOver
    look.release()
    await soon(late, 'the end of the slow load')
    expect(await longLeases(redis, leaseKeys), 'leases of 30 s in Redis, while process 2 loads').toBe(1)
    quick.answer('in time')
    expect(valueOf(await soon(next, 'the answer for process 2')), 'what process 2 got').toBe('in time')
    await close()
  },
)
