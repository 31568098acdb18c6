import { chmodSync, existsSync, readFileSync, readdirSync } from 'node:fs'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fingerprint, git, makePlace, stubEnvironment, useHostileSetup, writeFiles } from '../git/git-fixtures.ts'
import { listSnapshots, takeSnapshot } from './snapshots.ts'
import { initWorkspaceRepository } from '../repositories/workspace-repository.ts'

const isRoot = process.getuid?.() === 0

test('takeSnapshot: the first one: number 1 with reason, note and time', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  const taken = await takeSnapshot({ ...place, reason: 'check', note: 'score 40, grün' })
  expect(taken).toEqual({
    id: '1',
    commit: expect.stringMatching(/^[0-9a-f]{40}$/),
    at: expect.stringMatching(/^\d{4}-.*T.*\.000Z$/),
    reason: 'check',
    note: 'score 40, grün',
    isNew: true,
    skipped: [],
  })
  expect(Math.abs(Date.now() - Date.parse(taken.at))).toBeLessThan(10_000)
  const { isNew: _isNew, skipped: _skipped, ...snapshot } = taken
  expect(await listSnapshots(place.store)).toEqual([{ ...snapshot, tree: expect.stringMatching(/^[0-9a-f]{40}$/) }])
})

test('takeSnapshot: nothing changed: the last one again and no new commit', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  const first = await takeSnapshot({ ...place, reason: 'check', note: 'one' })
  const second = await takeSnapshot({ ...place, reason: 'reset', note: 'two' })
  expect(second).toEqual({ ...first, isNew: false })
  expect(await listSnapshots(place.store)).toHaveLength(1)
})

test('takeSnapshot: content, name, mode or presence of a file changed: a new one each time', async () => {
  const place = makePlace({ 'a.txt': 'a', 'b.txt': 'b' })
  const take = async () => (await takeSnapshot({ ...place, reason: 'check' })).id
  const ids = [await take()]
  writeFileSync(join(place.workspace, 'a.txt'), 'A')
  ids.push(await take())
  chmodSync(join(place.workspace, 'a.txt'), 0o755)
  ids.push(await take())
  rmSync(join(place.workspace, 'b.txt'))
  ids.push(await take())
  writeFiles(place.workspace, { 'b.txt/now a folder': 'b' })
  ids.push(await take())
  rmSync(join(place.workspace, 'b.txt'), { recursive: true })
  symlinkSync('a.txt', join(place.workspace, 'b.txt'))
  ids.push(await take())
  expect(ids).toEqual(['1', '2', '3', '4', '5', '6'])
  expect((await listSnapshots(place.store)).map(({ id }) => id)).toEqual(['6', '5', '4', '3', '2', '1'])
  expect(git(place.store, 'fsck', '--strict', '--no-dangling')).toBe('')
})

test('takeSnapshot: ignored files and the .git of the workspace: left out', async () => {
  const place = makePlace({ 'a.txt': 'a', '.gitignore': 'deps\n*.log\n', 'deps/x': '', 'sub/a.log': '' })
  await initWorkspaceRepository(place.workspace, 'starter')
  await takeSnapshot({ ...place, reason: 'check' })
  expect(git(place.store, 'ls-tree', '-r', '--name-only', 'main')).toBe('.gitignore\na.txt')
})

test('takeSnapshot: commits, a stash, a staged file of the learner: .git stays byte for byte', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  await initWorkspaceRepository(place.workspace, 'starter')
  writeFiles(place.workspace, { 'a.txt': 'b' })
  git(place.workspace, 'stash')
  git(place.workspace, 'checkout', '-b', 'feature')
  writeFiles(place.workspace, { 'staged.txt': 's', 'untracked.txt': 'u' })
  git(place.workspace, 'add', 'staged.txt')
  git(place.workspace, 'config', 'core.fsmonitor', 'touch ran-fsmonitor')
  const before = fingerprint(place.workspace, 'with-git')
  await takeSnapshot({ ...place, reason: 'check' })
  expect(fingerprint(place.workspace, 'with-git')).toEqual(before)
})

test('takeSnapshot: a set-up full of settings, and GIT_DIR exported: nothing of it takes part', async () => {
  const trace = useHostileSetup()
  const place = makePlace({ 'a.txt': 'one\ntwo\n' })
  stubEnvironment({ GIT_DIR: '/no/such', GIT_WORK_TREE: '/no/such', GIT_INDEX_FILE: '/no/such' })
  await takeSnapshot({ ...place, reason: 'check' })
  expect(existsSync(trace)).toBe(false)
  expect(git(place.store, 'cat-file', 'blob', 'main:a.txt')).toBe('one\ntwo')
})

test('takeSnapshot: no HOME: works', async () => {
  stubEnvironment({ HOME: undefined, XDG_CONFIG_HOME: undefined })
  expect((await takeSnapshot({ ...makePlace({ a: 'a' }), reason: 'check' })).id).toBe('1')
})

test('takeSnapshot: a file over 20 MB: left out and named; 20 MB: taken', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  writeFileSync(join(place.workspace, 'größer.bin'), Buffer.alloc(20 * 1024 * 1024 + 1))
  writeFileSync(join(place.workspace, 'large.bin'), Buffer.alloc(20 * 1024 * 1024))
  expect((await takeSnapshot({ ...place, reason: 'check' })).skipped).toEqual(['größer.bin'])
  expect(git(place.store, 'ls-tree', '--name-only', 'main')).toBe('a.txt\nlarge.bin')
})

test.skipIf(isRoot)('takeSnapshot: files and folders that cannot be read: left out and named', async () => {
  const files = { 'a.txt': 'a', secret: 's', 'closed ü/b': 'b', 'repo/closed/c': 'c' }
  const place = { ...makePlace(files), wholeTree: ['repo'] }
  const closed = ['secret', 'closed ü', 'repo/closed']
  for (const name of closed) chmodSync(join(place.workspace, name), 0)
  const { skipped } = await takeSnapshot({ ...place, reason: 'check' })
  for (const name of closed) chmodSync(join(place.workspace, name), 0o755)
  expect(skipped.sort()).toEqual(['closed ü', 'repo/closed', 'secret'])
})

test('takeSnapshot: a repository inside that nobody declared: its files are saved, not .git', async () => {
  const place = makePlace({ 'a.txt': 'a', 'inner/b.txt': 'b', 'inner/.gitignore': 'c\n', 'inner/c': '' })
  git(join(place.workspace, 'inner'), 'init')
  git(join(place.workspace, 'inner'), 'add', '-A')
  git(join(place.workspace, 'inner'), 'commit', '-m', 'inner')
  await takeSnapshot({ ...place, reason: 'check' })
  const names = git(place.store, 'ls-tree', '-r', '--name-only', 'main').split('\n')
  expect(names).toEqual(['a.txt', 'inner/.gitignore', 'inner/b.txt'])
})

test('takeSnapshot: the workspace is gone, or only what begins with a dot is left: no state of its own', async () => {
  const place = makePlace({ 'a.txt': 'a', '.gitignore': 'x' })
  await takeSnapshot({ ...place, reason: 'check' })
  rmSync(join(place.workspace, 'a.txt'))
  expect(await takeSnapshot({ ...place, reason: 'check' })).toMatchObject({ id: '1', isNew: false })
  rmSync(place.workspace, { recursive: true })
  expect(await takeSnapshot({ ...place, reason: 'undo' })).toMatchObject({ id: '1', isNew: false })
  expect(existsSync(place.workspace)).toBe(false)
})

test('takeSnapshot: an empty workspace, the very first time: an empty snapshot', async () => {
  const place = makePlace()
  expect(await takeSnapshot({ ...place, reason: 'check' })).toMatchObject({ id: '1', isNew: true })
  expect(await takeSnapshot({ ...place, reason: 'check' })).toMatchObject({ id: '1', isNew: false })
})

test('listSnapshots: no store: none, and none is made', async () => {
  const { store } = makePlace()
  expect(await listSnapshots(store)).toEqual([])
  expect(existsSync(store)).toBe(false)
})

test('takeSnapshot: a workspace inside another repository: that one stays as it is', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  const outer = join(place.workspace, '..')
  writeFiles(outer, { '.gitignore': 'first-exercise\n.snapshots\n' })
  git(outer, 'init')
  git(outer, 'add', '-A')
  git(outer, 'commit', '-m', 'outer')
  const before = fingerprint(join(outer, '.git'))
  await takeSnapshot({ ...place, reason: 'check' })
  expect(fingerprint(join(outer, '.git'))).toEqual(before)
  expect(git(outer, 'status', '--porcelain')).toBe('')
  expect(readdirSync(outer).sort()).toEqual(['.git', '.gitignore', '.snapshots', 'first-exercise'])
  expect(readFileSync(join(place.store, 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n')
})
