import { setTimeout as sleep } from 'node:timers/promises'
import { createCache } from './cache.ts'
import { connectionToRedis } from './redis.ts'
import type { Loader, Options } from './types.ts'

/** One process of the shop, as the tests play it: its connection to Redis, and requests that share a cache. Nothing in here has to change. */
export async function openShop(redisMs = 200) {
  const redis = connectionToRedis()
  await redis.connect()
  const cache = createCache(redis, redisMs)
  return {
    getOrLoad: (key: string, options: Options, loader: Loader<unknown>) => cache.getOrLoad(key, options, loader),
    /** As many requests for one key at the same moment. */
    atOnce: (times: number, key: string, options: Options, loader: Loader<unknown>) =>
      Promise.all(Array.from({ length: times }, () => cache.getOrLoad(key, options, loader))),
    close: async () => {
      const isLost = !redis.isReady
      redis.destroy()
      // An attempt to come back may have been under way; it ends by itself.
      if (isLost) await sleep(60)
    },
  }
}
