import type { Redis } from './redis.ts'
import type { Cache, Loader, Options } from './types.ts'

/**
 * A cache that all processes of the shop share.
 * @param redisMs how long Redis may take for one command
 */
export function createCache(redis: Redis, redisMs: number): Cache {
  async function getOrLoad<T>(key: string, options: Options, loader: Loader<T>): Promise<T | null> {
    const cached = await redis.get(`cache:${key}`)
    const value = cached ? (JSON.parse(cached) as T) : null
    if (value) return value

    const loaded = await loader()
    await redis.set(`cache:${key}`, JSON.stringify(loaded), { EX: Math.ceil(options.ttlMs / 1000) })
    return loaded
  }

  return { getOrLoad }
}
