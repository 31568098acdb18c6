import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { git, makeFolder, writeFiles, writeScript } from '../git/git-fixtures.ts'
import { diffRepositories } from './repository-picture.ts'

function makeGitWorkspace(): string {
  const folder = makeFolder()
  writeFiles(folder, { 'repo/a.txt': 'one\n' })
  git(join(folder, 'repo'), 'init', '-b', 'main')
  return folder
}
const commit = (folder: string, message: string): void => {
  git(join(folder, 'repo'), 'add', '-A')
  git(join(folder, 'repo'), 'commit', '-m', message)
}
const diff = (starter: string, yours: string, ids = true): Promise<string> =>
  diffRepositories(['starter', 'yours'], [starter, yours], ids)

test('nothing differs, nothing is committed yet: empty', async () => {
  expect(await diff(makeGitWorkspace(), makeGitWorkspace())).toBe('')
})

test('a commit, although no file differs: its message, its files, its branch', async () => {
  const yours = makeGitWorkspace()
  commit(yours, 'Add a')
  const told = await diff(makeGitWorkspace(), yours)
  expect(told).toContain('+++ yours/repo (git)')
  expect(told).toMatch(/^\+ {4}Add a$/m)
  expect(told).toMatch(/^\+A\ta\.txt$/m)
  expect(told).toMatch(/^\+ {2}main \w{7}/m)
})

test('a changed file, a staged one, a removed repository', async () => {
  const yours = makeGitWorkspace()
  writeFiles(yours, { 'repo/a.txt': 'two\n' })
  git(join(yours, 'repo'), 'add', 'a.txt')
  const told = await diff(makeGitWorkspace(), yours)
  expect(told).toContain('-one\n+two')
  expect(told).toMatch(/^\+ {2}100644 \w+ 0\ta\.txt$/m)
  rmSync(join(yours, 'repo', '.git'), { recursive: true })
  expect(await diff(makeGitWorkspace(), yours)).toContain('+There is no repository.')
})

test('the same commits at another time: no difference where ids are not asked for', async () => {
  const [one, other] = [makeGitWorkspace(), makeGitWorkspace()]
  commit(one, 'Add a')
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  commit(other, 'Add a')
  expect(await diff(one, other, false)).toBe('')
  expect(await diff(one, other)).not.toBe('')
})

test('programs in their config: none runs', async () => {
  const yours = makeGitWorkspace()
  commit(yours, 'Add a')
  const trace = join(makeFolder(), 'ran')
  const program = join(makeFolder(), 'program')
  writeScript(program, `echo ran >> '${trace}'; cat`)
  for (const key of ['core.fsmonitor', 'core.pager', 'diff.external', 'filter.x.clean'])
    git(join(yours, 'repo'), 'config', key, `'${program}'`)
  expect(await diff(makeGitWorkspace(), yours)).toContain('Add a')
  expect(existsSync(trace)).toBe(false)
})
