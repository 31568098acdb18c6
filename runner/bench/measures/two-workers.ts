import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'pg'
import { openGradeQueue } from '../../adapters/queue/grade-queue.ts'
import { openLedger } from '../../adapters/process/group-ledger.ts'
import { startPostgres, urlOf, type PostgresServer } from '../../adapters/services/postgres.ts'
import type { KeyedResult } from '../../app/grading-ports.ts'
import type { GradeJob } from '../../domain/class/grade-plan.ts'
import { alternate, type Bench } from '../alternate.ts'
import { linesOf } from '../lines.ts'
import type { GymProject } from '../projects.ts'
import { rounded, type Measure } from '../statistics.ts'
import { makeGradedProject } from './graded.ts'

export interface WorkersMeasure extends Measure {
  /** What the queue alone takes for a job, from its taking to its result, in ms: hardly anything of the whole. */
  queueMsPerJob: number
}

const submissions = 200
const mostRuns = 3

/**
 * A class graded by two workers, one work at once each, in two networks of their own against one PostgreSQL (ours), and
 * by one (baseline): from the first result to the last.
 */
export async function twoWorkersVsOne(bench: Bench): Promise<WorkersMeasure> {
  const project = await makeGradedProject(bench, submissions)
  const ledger = openLedger(join(project.root, '.cache'))
  const server = await startPostgres(ledger)
  try {
    const graded = async (turn: number, workers: number): Promise<number> =>
      gradedBy(bench, project, server, `class-${turn}-${workers}`, workers)
    const measure = await alternate(
      bench,
      { ours: (turn) => graded(turn, 2), baseline: (turn) => graded(turn, 1) },
      mostRuns,
    )
    return { ...measure, queueMsPerJob: await queueAlone(server) }
  } finally {
    await server.stop()
    ledger.close()
  }
}

/** A database of its own for each turn: what was graded before is not graded again. */
async function gradedBy(
  { playground }: Bench,
  project: GymProject,
  server: PostgresServer,
  name: string,
  workers: number,
): Promise<number> {
  const url = await freshDatabase(server, name.replaceAll('-', '_'))
  cpSync(join(project.root, 'collected'), join(project.root, name), { recursive: true })
  const env = { GYM_DATABASE_URL: url }
  const started = Array.from({ length: workers }, () =>
    playground.start([...ownNetwork, process.execPath, 'runner/bootstrap.mjs', 'worker', '--workers', '1', '--plain'], {
      cwd: project.root,
      env,
    }),
  )
  // Each says so when it is ready.
  await Promise.all(started.map(async (worker) => linesOf(worker, 'stderr').next(60_000)))
  const grader = playground.start(
    [process.execPath, 'runner/bootstrap.mjs', 'grade', '--class', name, '--workers', '0', '--json'],
    { cwd: project.root, env },
  )
  const ms = await fromFirstToLast(url)
  await new Promise((resolve) => (grader.exitCode === null ? grader.once('exit', resolve) : resolve(null)))
  await Promise.all(started.map(playground.stop))
  rmSync(join(project.root, name), { recursive: true })
  return ms
}

/**
 * Words that start a command in a network of its own, where only the loopback is; the socket of PostgreSQL is a file.
 */
const ownNetwork = [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  '--net',
  '--',
  'sh',
  '-c',
  'ip link set lo up && exec "$@"',
  'sh',
]

async function freshDatabase({ lease }: PostgresServer, name: string): Promise<string> {
  await withClient(urlOf(lease, 'postgres'), (client) => client.query(`create database ${name}`))
  return urlOf(lease, name)
}

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const lookMs = 20
const mostMs = 5 * 60_000

/** Milliseconds between the first result in the queue's table and the last. */
function fromFirstToLast(url: string): Promise<number> {
  return withClient(url, async (client) => {
    let first: number | null = null
    for (
      const until = performance.now() + mostMs;
      performance.now() < until;
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    ) {
      const done = await client.query<{ n: number }>('select count(*)::int as n from gym.result').then(
        ({ rows }) => rows[0]?.n ?? 0,
        () => 0,
      )
      if (done > 0) first ??= performance.now()
      if (done === submissions) return performance.now() - (first ?? 0)
    }
    throw new Error('the class was not graded in time')
  })
}

const jobs = 200

/** Jobs through the queue by one taker that has nothing else to do. */
async function queueAlone(server: PostgresServer): Promise<number> {
  const queue = await openGradeQueue({ connection: { connectionString: await freshDatabase(server, 'queue_alone') } })
  const job = (n: number): GradeJob => ({
    key: `job-${n}`,
    slug: 'hello-gym',
    language: 'ts',
    tree: `tree-${n}`,
    seed: 1,
    suite: 's',
    engine: 'e',
  })
  const result = ({ key, slug, language, tree, seed }: GradeJob): KeyedResult => ({
    formatVersion: 2,
    key,
    slug,
    language,
    tree,
    seed,
    outcome: 'graded',
    problem: null,
    verdict: 'passed',
    score: 100,
    cases: [],
    mistakes: [],
    sandbox: 'none',
  })
  await queue.put(
    'live',
    Array.from({ length: jobs }, (_, n) => job(n)),
    () => [{ path: 'src/main.ts', executable: false, content: Buffer.from('export {}\n') }],
  )
  const started = performance.now()
  for (let done = 0; done < jobs;) {
    const taken = await queue.take(['live'])
    if (!taken) continue
    await taken.finish(result(taken.job))
    done += 1
  }
  const ms = (performance.now() - started) / jobs
  await queue.close()
  return rounded(ms, 1)
}
