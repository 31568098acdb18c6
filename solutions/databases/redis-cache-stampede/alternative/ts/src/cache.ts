import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from './redis.ts'
import type { Cache, Loader, Options } from './types.ts'

/**
 * Looks and takes the lease in one step on the server, so that nothing can happen in between. A value is old when no
 * more than its stale time is left of it; `null` is never old. Answers with the value and whether the lease is ours.
 */
const claim = `
  local value = redis.call('get', KEYS[1])
  if value and (value == 'null' or redis.call('pttl', KEYS[1]) > tonumber(ARGV[3])) then return { value, 0 } end
  local taken = redis.call('set', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
  return { value, taken and 1 or 0 }`

/** Stores the value, if there is one, and gives the lease back if it is still ours. */
const finish = `
  if ARGV[2] ~= '' then redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
  if redis.call('get', KEYS[2]) == ARGV[1] then redis.call('del', KEYS[2]) end
  return 1`

type Claimed = [text: string | null, taken: number]

/** One round trip for a hit, and one caller of each process who talks to Redis about a key. */
export function createCache(redis: Redis, redisMs: number): Cache {
  const underWay = new Map<string, Promise<unknown>>()

  /** Undefined when Redis fails or is late. */
  const run = async (script: string, key: string, args: string[]): Promise<unknown> => {
    const answer = redis.eval(script, { keys: [`cache:{${key}}`, `cache:{${key}}:lease`], arguments: args })
    return Promise.race([answer, sleep(redisMs, undefined, { ref: false })]).catch(() => undefined)
  }

  /** Nobody waits for it, and it is asked once more when the connection breaks meanwhile. */
  const giveBack = async (key: string, token: string): Promise<void> => {
    const names = { keys: [`cache:{${key}}`, `cache:{${key}}:lease`], arguments: [token, '', '0'] }
    await redis
      .eval(finish, names)
      .catch(() => redis.eval(finish, names))
      .catch(() => {})
  }

  async function load<T>(key: string, options: Options, loader: Loader<T>, token: string): Promise<T | null> {
    let [text, ms] = ['', 0]
    try {
      const value = (await loader()) ?? null
      text = JSON.stringify(value)
      ms = value === null ? options.nullTtlMs : options.ttlMs * (1 + Math.random() / 10) + options.staleMs
      return value
    } finally {
      const isDone = await run(finish, key, [token, text, String(Math.round(ms))])
      if (isDone === undefined) void giveBack(key, token)
    }
  }

  async function find<T>(key: string, options: Options, loader: Loader<T>): Promise<T | null> {
    for (;;) {
      const token = randomUUID()
      const claimed = (await run(claim, key, [token, String(options.lockMs), String(options.staleMs)])) as Claimed | undefined
      // Only the answer may have been lost, and then the lease is ours.
      if (!claimed) return loader().finally(() => void giveBack(key, token))
      const [text, taken] = claimed
      if (text === null && taken) return load(key, options, loader, token)
      if (taken) load(key, options, loader, token).catch(() => {})
      if (text !== null) return JSON.parse(text) as T | null
      await sleep(20)
    }
  }

  return {
    getOrLoad: <T>(key: string, options: Options, loader: Loader<T>): Promise<T | null> => {
      const present = underWay.get(key) as Promise<T | null> | undefined
      if (present) return present
      const work = find(key, options, loader).finally(() => underWay.delete(key))
      underWay.set(key, work)
      return work
    },
  }
}
