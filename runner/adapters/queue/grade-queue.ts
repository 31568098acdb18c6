import type { Pool } from 'pg'
import type { PgBoss } from 'pg-boss'
import {
  laneNames,
  type GradeQueue,
  type KeyedResult,
  type Lane,
  type TakenJob,
  type TreeFile,
} from '../../app/grading-ports.ts'
import type { GradeJob } from '../../domain/class/grade-plan.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { sha256Of } from '../files/hash.ts'
import { openTables, type Tables } from './tables.ts'

export interface QueueOptions {
  connection:
    { connectionString: string } | { host: string; port: number; user: string; password: string; database: string }
  /** Seconds without a sign of life after which a worker's job is given to another; 10 at the least. */
  heartbeatSeconds?: number
}

const dead = 'gym-dead'
const queueOf = (lane: Lane): string => `gym-${lane}`
/** The first try and two more. */
const retryLimit = 2
const heartbeat = 10

/** Jobs in pg-boss (at least once, SKIP LOCKED, heartbeat, dead letters); trees and results in tables beside it. */
export async function openGradeQueue({ connection, heartbeatSeconds = heartbeat }: QueueOptions): Promise<GradeQueue> {
  // The commands that need no queue do not load it.
  const [{ PgBoss: Boss }, { Pool: PgPool }] = await Promise.all([
    import('pg-boss'),
    import('pg').then((m) => m.default),
  ])
  const pool = new PgPool({ ...connection, max: 4 })
  // An idle connection that breaks is opened anew at the next use, which reports what is wrong.
  pool.on('error', () => {})
  try {
    const boss = new Boss({
      ...connection,
      max: 4,
      superviseIntervalSeconds: 2,
      monitorIntervalSeconds: 2,
      schedule: false,
      monitorVacuum: false,
      reindex: false,
    })
    boss.on('error', () => {})
    await boss.start()
    const tables = await openTables(pool)
    await createQueues(boss, heartbeatSeconds)
    return queueOn(boss, pool, tables, heartbeatSeconds)
  } catch (error) {
    await pool.end()
    throw new RunnerError(
      'queue-unreachable',
      { reason: error instanceof Error ? error.message || String(error) : String(error) },
      { cause: error },
    )
  }
}

async function createQueues(boss: PgBoss, heartbeatSeconds: number): Promise<void> {
  await boss.createQueue(dead, { retentionSeconds: 30 * 86_400 })
  for (const lane of laneNames) {
    await boss.createQueue(queueOf(lane), {
      retryLimit,
      retryDelay: 1,
      heartbeatSeconds,
      expireInSeconds: 900,
      deadLetter: dead,
    })
  }
}

function queueOn(boss: PgBoss, pool: Pool, tables: Tables, heartbeatSeconds: number): GradeQueue {
  return {
    put: (lane, jobs, treeOf) => put(boss, tables, lane, jobs, treeOf),
    take: async (lanes) => {
      for (const lane of lanes) {
        const taken = await take(boss, tables, lane, heartbeatSeconds)
        if (taken) return taken
      }
      return null
    },
    settleDead: () => settleDead(boss, tables),
    results: tables.results,
    close: async () => {
      await boss.stop({ graceful: false, close: true })
      await pool.end()
    },
  }
}

async function put(
  boss: PgBoss,
  tables: Tables,
  lane: Lane,
  jobs: readonly GradeJob[],
  treeOf: (job: GradeJob) => TreeFile[],
): Promise<void> {
  const failed = await tables.forgetFailed(jobs.map((j) => j.key))
  for (const name of laneNames.map(queueOf)) if (failed.length > 0) await boss.deleteJob(name, failed.map(idOf))
  for (const chunk of chunks(jobs, 100)) {
    for (const job of chunk) await tables.putTree(job.tree, treeOf(job))
    // The id comes from the key: a job that is there already is left as it is.
    await boss.insert(
      queueOf(lane),
      chunk.map((job) => ({ id: idOf(job.key), data: job })),
    )
  }
}

async function take(boss: PgBoss, tables: Tables, lane: Lane, heartbeatSeconds: number): Promise<TakenJob | null> {
  const name = queueOf(lane)
  const [found] = await boss.fetch<GradeJob>(name, { batchSize: 1 })
  if (!found) return null
  const { id, data: job } = found
  const beat = setInterval(() => void boss.touch(name, id).catch(() => {}), (heartbeatSeconds * 1000) / 3)
  const end = async (work: () => Promise<unknown>): Promise<void> => {
    clearInterval(beat)
    await work()
  }
  return {
    job,
    tree: await tables.tree(job.tree),
    finish: (result) =>
      end(async () => {
        // First the result, then the job: a worker that dies between the two leaves work that is done once more and
        // dropped.
        await tables.putResult(result)
        await boss.complete(name, id)
      }),
    giveUp: (reason) => end(() => boss.fail(name, id, { message: reason })),
  }
}

async function settleDead(boss: PgBoss, tables: Tables): Promise<void> {
  const jobs = await boss.fetch<GradeJob>(dead, { batchSize: 50, includeMetadata: true })
  for (const { id, data: job } of jobs) {
    const reason = await lastWords(boss, job)
    await tables.putResult(systemError(job, reason))
    await boss.complete(dead, id)
  }
}

async function lastWords(boss: PgBoss, job: GradeJob): Promise<string> {
  for (const lane of laneNames) {
    const found = await boss.getJobById<GradeJob>(queueOf(lane), idOf(job.key))
    const message = (found?.output as { message?: unknown } | null)?.message
    if (typeof message === 'string') return message
  }
  return 'its worker ended in the middle of it, again and again'
}

const systemError = ({ key, slug, language, tree, seed }: GradeJob, problem: string): KeyedResult => ({
  formatVersion: 2,
  key,
  slug,
  language,
  tree,
  seed,
  outcome: 'system-error',
  problem,
  verdict: null,
  score: null,
  cases: [],
  mistakes: [],
  sandbox: 'none',
})

/** pg-boss wants a UUID: version 8 of RFC 9562, whose bits are the application's own. */
function idOf(key: string): string {
  const hex = sha256Of(key)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
