import { chmodSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collect, makeProject, type ProjectFixture } from './project-fixtures.ts'
import { spawn } from 'node:child_process'

/** A workspace or a cache that may not be written, as after one command with sudo and the next one without. */

let project: ProjectFixture
const folders = (top: string): string[] => [
  top,
  ...readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name)),
]
const lock = (top: string, mode: number): void => folders(join(project.root, top)).forEach((f) => chmodSync(f, mode))

beforeAll(async () => {
  project = makeProject()
  await project.gym(['next'])
})
afterAll(() => lock('workspace', 0o755))

/** Root may write everywhere, unless that right of its is taken away. */
const asOrdinaryUser =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : ([] as string[])

function gym(...args: string[]) {
  const [file = '', ...rest] = [...asOrdinaryUser, process.execPath, 'runner/bootstrap.mjs', ...args]
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], INIT_CWD: project.root }
  return collect(spawn(file, rest, { cwd: project.root, env, stdio: ['ignore', 'pipe', 'pipe'] }))
}

test.each([['check'], ['next'], ['reset'], ['undo'], ['solution', '--give-up']])(
  'a workspace that cannot be written: %s says so, with what to do, and exit 3',
  async (...args) => {
    lock('workspace', 0o555)
    const { code, json } = await gym(...args, '--json')
    expect([code, json()]).toEqual([
      3,
      {
        error: {
          code: 'not-writable',
          message: expect.stringContaining(join(project.root, 'workspace')),
          remedy: expect.any(String),
        },
      },
    ])
    lock('workspace', 0o755)
  },
)

test('a cache that cannot be written: run says so', async () => {
  lock('.cache', 0o555)
  const { code, json } = await gym('run', '--json')
  lock('.cache', 0o755)
  expect([code, json()]).toMatchObject([3, { error: { code: 'not-writable' } }])
})
