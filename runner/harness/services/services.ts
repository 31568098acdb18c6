import { openMongo } from './mongodb/mongo.ts'
import { openMysql } from './mysql/mysql.ts'
import { openPostgres } from './postgres/database.ts'
import { openRedis } from './redis/redis.ts'
import type { RunState } from '../run/run-state.ts'

/**
 * Opens the ways to the servers that the run was leased, before a child has to know their addresses: each driver adds
 * the URL of its server to the environment of every child, without any doing of the suite.
 */
export async function openServices(run: RunState): Promise<void> {
  const { postgres, redis, mysql, mongodb } = run.context
  if (postgres) openPostgres(run)
  if (redis) await openRedis(run, redis)
  if (mysql) await openMysql(run, mysql)
  if (mongodb) await openMongo(run, mongodb)
}
