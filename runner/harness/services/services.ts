import { databaseEnvironment } from './postgres/database.ts'
import { mongoEnvironment, openMongo } from './mongodb/mongo.ts'
import { mysqlEnvironment, openMysql } from './mysql/mysql.ts'
import { openRedis, redisEnvironment } from './redis/redis.ts'
import type { RunState } from '../run/run-state.ts'

/** Opens the ways to the servers that the run was leased, before a child has to know their addresses. */
export async function openServices(run: RunState): Promise<void> {
  const { redis, mysql, mongodb } = run.context
  if (redis) await openRedis(run, redis)
  if (mysql) await openMysql(run, mysql)
  if (mongodb) await openMongo(run, mongodb)
}

/**
 * What the learner's program is told, without any doing of the suite: the URL of each server that the manifest names.
 */
export const serviceEnvironment = (run: RunState): Record<string, string> => ({
  ...databaseEnvironment(run),
  ...redisEnvironment(run),
  ...mysqlEnvironment(run),
  ...mongoEnvironment(run),
})
