import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { makeProject, type GymResult, type ProjectFixture } from '../../testing/project-fixtures.ts'

let project: ProjectFixture
const run = (...args: string[]): Promise<GymResult> => project.gym(['run', ...args])

beforeAll(async () => {
  project = makeProject(['databases/pg-transfer-atomic', 'cloud/aws-iam-least-privilege', 'testing/heap-leak'])
  for (const slug of ['pg-transfer-atomic', 'aws-iam-least-privilege', 'heap-leak', 'hello-gym'])
    await project.gym(['next', slug])
}, 180_000)

test('a try-out that needs a database has one, with its tables; afterwards nothing of it is left', async () => {
  const tried = await run('pg-transfer-atomic')
  expect([tried.code, tried.stdout]).toEqual([0, expect.stringMatching(/30\.00 from 1 to 2 → \{ transferId: /)])
  expect(tried.stderr).toMatch(/src\/try\.ts\n {2}It has a PostgreSQL of its own, made by schema\.sql, until it ends\./)
  expect(readdirSync(join(project.root, '.cache/running'))).toEqual([])
}, 60_000)

test('a schema that cannot be applied is named, and nothing is started', async () => {
  writeFileSync(join(project.root, 'workspace/pg-transfer-atomic/schema.sql'), 'create tabel x ()')
  const tried = await run('pg-transfer-atomic')
  expect([tried.code === 0, tried.stdout]).toEqual([false, ''])
  expect(tried.stderr.replaceAll(/\s+/g, ' ')).toMatch(/schema\.sql cannot be applied: syntax error at or near "tabel"/)
}, 60_000)

test('a database of the learner’s own is taken, and none is started', async () => {
  const tried = await project.gym(['run', 'pg-transfer-atomic'], {
    env: { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' },
  })
  expect([tried.code, tried.stderr]).toEqual([1, expect.stringMatching(/ECONNREFUSED/)])
  expect(tried.stderr).not.toMatch(/of its own/)
}, 60_000)

test('words after the exercise go to its tool, or name a file of the workspace', async () => {
  const asked = await run('aws-iam-least-privilege', 's3:ListBucket', 'arn:aws:s3:::shop-media', 's3:prefix=uploads/')
  expect(asked.stdout).toMatch(/^(allowed|denied)/)
  const named = await run('heap-leak', 'tools/heapq.ts')
  expect(named.stdout + named.stderr).toMatch(/heapq\.ts diff snapshots\/before\.heapsnapshot/)
}, 60_000)

test('a word that is neither: the exercise that is meant, perhaps', async () => {
  const wrong = await run('hello-gmy')
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/hello-gym/)])
  expect(existsSync(join(project.root, 'workspace/hello-gmy'))).toBe(false)
}, 60_000)
