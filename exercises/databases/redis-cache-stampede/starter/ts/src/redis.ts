import { createClient } from '@redis/client'

/** A connection that comes back by itself when it is lost. Until then the client keeps its commands and sends them later. */
export function connectionToRedis() {
  const redis = createClient({ url: process.env.REDIS_URL, socket: { reconnectStrategy: 50 } })
  redis.on('error', () => {})
  return redis
}

export type Redis = ReturnType<typeof connectionToRedis>
