import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { isLearners } from '../../domain/submission/learner-paths.ts'
import type { ScaffoldPlan } from '../../domain/exercise/scaffold.ts'
import { configOfOurs } from '../../domain/submission/submission-config.ts'
import { submissionTrees } from './submission-trees.ts'

const cache = mkdtempSync(join(tmpdir(), 'gym trees '))
afterAll(() => rmSync(cache, { recursive: true, force: true }))

const trees = submissionTrees({ cache, isLearners })
const planned = (to: string, text: string): ScaffoldPlan['files'][number] => ({
  to,
  source: { text },
  executable: false,
})
const plan: ScaffoldPlan = {
  slug: 'first',
  language: 'ts',
  folder: '',
  repository: null,
  files: [planned('package.json', 'ours'), planned('src/main.ts', 'starter'), planned('src/old.ts', 'starter')],
}
const handed = (path: string, text: string, executable = false) => ({ path, executable, content: Buffer.from(text) })
const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8')

describe('trees of checks', () => {
  test('what a killed check left is removed an hour later, and the folder of one’s own with its last tree', async () => {
    const checks = join(cache, 'checks')
    for (const name of ['999999999', '999999998', 'kept']) mkdirSync(join(checks, name), { recursive: true })
    utimesSync(join(checks, '999999999'), new Date(0), new Date(0))
    const own = submissionTrees({ cache, below: 'checks', isLearners })
    const folder = await own.lay(plan, [])
    expect(readdirSync(checks).sort()).toEqual([String(process.pid), '999999998', 'kept'].sort())
    own.remove(folder)
    expect(readdirSync(checks).sort()).toEqual(['999999998', 'kept'])
  })
})

describe('laying a submission out', () => {
  test('work is the learner’s alone, configuration is ours', async () => {
    const folder = await trees.lay(plan, [
      handed('package.json', 'theirs'),
      handed('src/main.ts', 'theirs'),
      handed('src/run.sh', '#!', true),
    ])
    expect([read(folder, 'package.json'), read(folder, 'src/main.ts')]).toEqual(['ours', 'theirs'])
    expect(existsSync(join(folder, 'src/old.ts')), 'a starter file that they deleted').toBe(false)
    expect(statSync(join(folder, 'src/run.sh')).mode & 0o111).toBe(0o111)
    trees.remove(folder)
    expect(existsSync(folder)).toBe(false)
  })

  test.each(['../out', 'src/../../out', '.git/config', 'src/.git/hooks/x', '/etc/x', ''])(
    'the path %j is never written',
    async (path) => {
      const folder = await trees.lay(plan, [handed(path, 'x')])
      expect(readdirSync(folder)).toEqual(['package.json'])
    },
  )

  test('a repository keeps what was rebuilt of its configuration, and no hook', async () => {
    const own = configOfOurs(
      [
        ['user.name', 'Ada'],
        ['user.email', 'ada@example.org'],
      ],
      false,
    )
    const folder = await trees.lay(plan, [
      handed('repo/.git/config', own),
      handed('repo/.git/HEAD', 'ref: refs/heads/main\n'),
      handed('repo/.git/hooks/post-checkout', '#!/bin/sh', true),
      handed('remotes/origin.git/config', '[core]\n\tfsmonitor = touch /tmp/x\n'),
      handed('remotes/origin.git/hooks/update', '#!/bin/sh', true),
    ])
    expect(read(folder, 'repo/.git/config')).toBe(own)
    expect(read(folder, 'remotes/origin.git/config')).toBe(configOfOurs([], true))
    expect([existsSync(join(folder, 'repo/.git/hooks')), existsSync(join(folder, 'remotes/origin.git/hooks'))]).toEqual(
      [false, false],
    )
  })
})
