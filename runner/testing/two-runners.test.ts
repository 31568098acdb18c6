import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findServer } from '../adapters/services/find-server.ts'
import { patience } from '../harness/run/patience.ts'
import { processesLike } from './process-list.ts'
import { makeProject, type ProjectFixture } from './project-fixtures.ts'

/** Two runners at once with real servers, and a runner that is killed while one is up. */

const source = join(import.meta.dirname, '../..')
const pg = 'databases/pg-transfer-atomic'
const redis = 'databases/redis-cache-stampede'
const lacking = findServer('redis', join(source, '.cache')) === null && process.env['GYM_REQUIRE_ALL'] !== '1'

describe.skipIf(lacking)('leased servers', () => {
  let project: ProjectFixture
  /** Short, since sockets lie below it, and open to the account that servers run as. */
  let temporary: string
  const env = (): Record<string, string> => ({ TMPDIR: temporary })
  /** Copies of programs stay for the next start; folders of servers must not. */
  const serversIn = (): string[] =>
    readdirSync(temporary).filter((name) => name.startsWith('gym-') && !/^gym-(copy|postgres)-/.test(name))

  const serverProcesses = (): string[] => processesLike((words) => words.includes(temporary))

  beforeAll(async () => {
    temporary = mkdtempSync('/tmp/gymt-')
    chmodSync(temporary, 0o755)
    project = makeProject([pg, redis])
    for (const exercise of [pg, redis]) {
      const slug = exercise.split('/')[1] ?? ''
      await project.gym(['next', slug, '--lang', 'ts'], { env: env() })
      cpSync(join(source, 'solutions', exercise, 'reference/ts'), join(project.root, 'workspace', slug), {
        recursive: true,
      })
    }
  }, 120_000)

  afterAll(() => {
    rmSync(project.root, { recursive: true, force: true })
    rmSync(temporary, { recursive: true, force: true })
  })

  const check = async (slug: string): Promise<Record<string, unknown>> =>
    (await project.gym(['check', slug, '--json'], { env: env() })).json()

  test(
    'two runners at once, each with PostgreSQL or Redis: right verdicts, nothing left over',
    { timeout: 240_000 },
    async () => {
      const results = await Promise.all([
        check('pg-transfer-atomic'),
        check('redis-cache-stampede'),
        check('pg-transfer-atomic'),
      ])
      expect(results.map((r) => [r['slug'], r['verdict'], r['score']])).toEqual([
        ['pg-transfer-atomic', 'passed', 100],
        ['redis-cache-stampede', 'passed', 100],
        ['pg-transfer-atomic', 'passed', 100],
      ])
      expect(serversIn()).toEqual([])
      expect(readdirSync(join(project.root, '.cache', 'running'))).toEqual([])
    },
  )

  test(
    'kill -9 of the runner while a server is up: the next run works and cleans up',
    { timeout: 240_000 },
    async () => {
      const runner = project.start(['check', 'redis-cache-stampede', '--json'], { env: env() })
      const until = Date.now() + 30_000 * patience()
      const up = (): string | undefined => serversIn().find((name) => existsSync(join(temporary, name, 'redis.sock')))
      while (up() === undefined && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
      const orphan = up()
      expect(orphan).toBeDefined()
      const ended = new Promise((resolve) => runner.once('exit', resolve))
      runner.kill('SIGKILL')
      await ended
      if (process.platform === 'linux') await expect.poll(serverProcesses, { timeout: 5_000 }).toEqual([])
      expect(await check('redis-cache-stampede')).toMatchObject({ verdict: 'passed', score: 100 })
      expect(serversIn()).toEqual([])
      expect(readdirSync(join(project.root, '.cache', 'running'))).toEqual([])
    },
  )
})
