import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KeyedResult, TakenJob, TreeFile } from '../../app/grading-ports.ts'
import type { GradeJob } from '../../domain/class/grade-plan.ts'
import { openLedger, type GroupLedger } from '../process/group-ledger.ts'
import { startPostgres, type PostgresServer } from '../services/postgres.ts'
import { openGradeQueue, type QueueOptions } from './grade-queue.ts'

const home = mkdtempSync(join(tmpdir(), 'gym-queue-'))
let ledger: GroupLedger
let server: PostgresServer
let connection: QueueOptions['connection']

beforeAll(async () => {
  ledger = openLedger(join(home, 'cache'))
  server = await startPostgres(ledger)
  const { host, port, admin: user, password } = server.lease
  connection = { host, port, user, password, database: 'postgres' }
}, 60_000)

afterAll(async () => {
  await server.stop()
  ledger.close()
  rmSync(home, { recursive: true, force: true })
})

const job = (key: string): GradeJob => ({
  key,
  slug: 'hello-gym',
  language: 'ts',
  tree: `tree-${key}`,
  seed: 1,
  suite: 's',
  engine: 'e',
})
const files: TreeFile[] = [{ path: 'src/main.ts', executable: false, content: Buffer.from('a ü\0') }]
const result = (key: string, score = 100): KeyedResult => ({
  formatVersion: 2,
  key,
  slug: 'hello-gym',
  language: 'ts',
  tree: `tree-${key}`,
  seed: 1,
  outcome: 'graded',
  problem: null,
  verdict: 'passed',
  score,
  cases: [],
  mistakes: [],
  sandbox: 'none',
})
const open = () => openGradeQueue({ connection })
type Queue = Awaited<ReturnType<typeof open>>

async function taken(
  queue: Queue,
  lanes: Parameters<Queue['take']>[0] = ['live', 'regrade'],
  ms = 30_000,
): Promise<TakenJob | null> {
  for (const until = Date.now() + ms; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const found = await queue.take(lanes)
    if (found) return found
  }
  return null
}

describe('the queue of grading', () => {
  test('a job comes out once, with its tree byte for byte; its key is known from then on', async () => {
    const queue = await open()
    await queue.put('live', [job('one')], () => files)
    await queue.put('live', [job('one')], () => files)
    const first = await taken(queue)
    expect(first?.job).toEqual(job('one'))
    expect(first?.tree.map((f) => ({ ...f, content: [...f.content] }))).toEqual([
      { ...files[0], content: [...(files[0]?.content ?? [])] },
    ])
    expect(await queue.take(['live', 'regrade'])).toBeNull()
    await first?.finish(result('one'))
    await queue.put(
      'regrade',
      [job('one')].map((j) => ({ ...j })),
      () => files,
    )
    expect(await queue.results(['one', 'two'])).toEqual([result('one')])
    await (await taken(queue))?.finish(result('one', 7))
    expect(await queue.results(['one'])).toEqual([result('one')])
    await queue.close()
  }, 60_000)

  test('live work goes before regrading; a slot for live work takes nothing else', async () => {
    const queue = await open()
    await queue.put('regrade', [job('old')], () => files)
    expect(await queue.take(['live'])).toBeNull()
    await queue.put('live', [job('new')], () => files)
    const order = [await taken(queue), await taken(queue)]
    expect(order.map((t) => t?.job.key)).toEqual(['new', 'old'])
    for (const one of order) await one?.finish(result(one.job.key))
    await queue.close()
  }, 60_000)

  test('what nobody can finish becomes a system error with its reason, and is tried again when it is put again', async () => {
    const queue = await open()
    await queue.put('live', [job('bad')], () => files)
    for (let tries = 0; tries < 3; tries++) await (await taken(queue))?.giveUp('the disk is full')
    await queue.settleDead()
    expect(await queue.results(['bad'])).toMatchObject([
      { key: 'bad', outcome: 'system-error', problem: 'the disk is full', score: null },
    ])
    await queue.put('live', [job('bad')], () => files)
    await (await taken(queue))?.finish(result('bad'))
    expect(await queue.results(['bad'])).toEqual([result('bad')])
    await queue.close()
  }, 60_000)

  test('a job whose worker is gone is given to another', async () => {
    const [lost, heir] = [await open(), await open()]
    await lost.put('live', [job('orphan')], () => files)
    expect((await taken(lost))?.job.key).toBe('orphan')
    // Its heartbeats end with its connections, as they do when it is killed.
    await lost.close()
    const again = await taken(heir, ['live'], 50_000)
    expect(again?.job.key).toBe('orphan')
    await again?.finish(result('orphan'))
    await heir.close()
  }, 90_000)

  test('a server that cannot be reached: what to do, and no stack', async () => {
    await expect(
      openGradeQueue({ connection: { connectionString: 'postgres://nobody@127.0.0.1:1/x' } }),
    ).rejects.toMatchObject({ code: 'queue-unreachable', exitCode: 3 })
  }, 60_000)
})
