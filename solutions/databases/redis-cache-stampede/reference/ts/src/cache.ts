import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from './redis.ts'
import type { Cache, Loader, Options } from './types.ts'

/** What stands under the key of a value. Redis keeps it until its stale time is over too. */
interface Entry<T> {
  value: T | null
  freshUntil: number
}

const pollMs = 25

/** Deletes the lease only while it is still ours, in one step. */
const releaseScript = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`

/** Redis has failed, or has not answered in its time. */
class RedisDown extends Error {
  override name = 'RedisDown'
}

/**
 * A cache that all processes of the shop share.
 * @param redisMs how long Redis may take for one command
 */
export function createCache(redis: Redis, redisMs: number): Cache {
  /** The client keeps commands while it has no connection, and a server can be silent: each command gets a limit. */
  function inTime<R>(command: Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new RedisDown(`no answer within ${redisMs} ms`)), redisMs)
      const failed = (cause: unknown): void => reject(new RedisDown('the command failed', { cause }))
      void command.then(resolve, failed).finally(() => clearTimeout(timer))
    })
  }

  async function read<T>(key: string): Promise<Entry<T> | null> {
    const text = await inTime(redis.get(valueKey(key)))
    return text === null ? null : (JSON.parse(text) as Entry<T>)
  }

  async function store<T>(key: string, options: Options, value: T | null): Promise<void> {
    const freshMs = Math.round((value === null ? options.nullTtlMs : options.ttlMs) * (1 + Math.random() * 0.1))
    const keptMs = freshMs + (value === null ? 0 : options.staleMs)
    const entry: Entry<T> = { value, freshUntil: Date.now() + freshMs }
    await inTime(redis.set(valueKey(key), JSON.stringify(entry), { PX: keptMs }))
  }

  /** The token of our lease, or null while somebody else has it. */
  async function takeLease(key: string, lockMs: number): Promise<string | null> {
    const token = randomUUID()
    try {
      return (await inTime(redis.set(leaseKey(key), token, { NX: true, PX: lockMs }))) === 'OK' ? token : null
    } catch (error) {
      // Only the answer may have been lost, and then the lease is ours.
      releaseLater(key, token)
      throw error
    }
  }

  const release = (key: string, token: string) => redis.eval(releaseScript, { keys: [leaseKey(key)], arguments: [token] })

  async function releaseLease(key: string, token: string): Promise<void> {
    await inTime(release(key, token)).catch(() => releaseLater(key, token))
  }

  /** Nobody waits for it. The client keeps it until there is a connection; if that breaks meanwhile, once more. */
  function releaseLater(key: string, token: string): void {
    release(key, token)
      .catch(() => release(key, token))
      .catch(() => {})
  }

  /** With the lease in hand: the second look. */
  async function readAgain<T>(key: string, token: string): Promise<Entry<T> | null> {
    try {
      return await read<T>(key)
    } catch (error) {
      releaseLater(key, token)
      throw error
    }
  }

  /** With the lease in hand: loads, stores and gives the lease back. What Redis does meanwhile cannot lose the value. */
  async function loadAndStore<T>(key: string, options: Options, loader: Loader<T>, token: string): Promise<T | null> {
    let isReached = true
    try {
      const value = (await loader()) ?? null
      isReached = await store(key, options, value).then(() => true, unlessItIsRedis)
      return value
    } finally {
      if (isReached) await releaseLease(key, token)
      else releaseLater(key, token)
    }
  }

  /** One of those who got the old value fetches the new one; nobody waits for it. */
  async function refresh<T>(key: string, options: Options, loader: Loader<T>): Promise<void> {
    const token = await takeLease(key, options.lockMs)
    if (token === null) return
    const entry = await readAgain<T>(key, token)
    if (entry && isFresh(entry)) await releaseLease(key, token)
    else await loadAndStore(key, options, loader, token)
  }

  async function getOrLoad<T>(key: string, options: Options, loader: Loader<T>): Promise<T | null> {
    try {
      for (;;) {
        const entry = await read<T>(key)
        if (entry && !isFresh(entry)) void refresh(key, options, loader).catch(() => {})
        if (entry) return entry.value

        const token = await takeLease(key, options.lockMs)
        if (token === null) {
          await sleep(pollMs)
          continue
        }
        // Whoever had the lease before us may have stored the value since we looked.
        const stored = await readAgain<T>(key, token)
        if (!stored) return await loadAndStore(key, options, loader, token)
        await releaseLease(key, token)
        return stored.value
      }
    } catch (error) {
      if (error instanceof RedisDown) return loader()
      throw error
    }
  }

  return { getOrLoad }
}

const valueKey = (key: string): string => `cache:value:${key}`
const leaseKey = (key: string): string => `cache:lease:${key}`

const isFresh = (entry: Entry<unknown>): boolean => Date.now() < entry.freshUntil

function unlessItIsRedis(error: unknown): false {
  if (!(error instanceof RedisDown)) throw error
  return false
}
