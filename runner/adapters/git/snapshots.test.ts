import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fingerprint, git, makePlace, stubEnvironment, useHostileSetup, writeFiles } from './git-fixtures.ts'
import { listSnapshots, takeSnapshot } from './snapshots.ts'
import { initWorkspaceRepository } from './workspace-repository.ts'

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
  expect(await listSnapshots(place.store)).toEqual([snapshot])
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
  const place = makePlace({ 'a.txt': 'a', '.gitignore': 'node_modules\n*.log\n', 'node_modules/x': '', 'b/a.log': '' })
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
  const place = { ...makePlace({ 'a.txt': 'a', secret: 's', 'closed ü/b': 'b', 'repo/closed/c': 'c' }), wholeTree: ['repo'] }
  const closed = ['secret', 'closed ü', 'repo/closed']
  for (const name of closed) chmodSync(join(place.workspace, name), 0)
  const { skipped } = await takeSnapshot({ ...place, reason: 'check' })
  for (const name of closed) chmodSync(join(place.workspace, name), 0o755)
  expect(skipped.sort()).toEqual(['closed ü', 'repo/closed', 'secret'])
})

test('takeSnapshot: a repository inside that nobody declared: its files are taken, its .git not', async () => {
  const place = makePlace({ 'a.txt': 'a', 'inner/b.txt': 'b', 'inner/.gitignore': 'c.txt\n', 'inner/c.txt': '' })
  git(join(place.workspace, 'inner'), 'init')
  git(join(place.workspace, 'inner'), 'add', '-A')
  git(join(place.workspace, 'inner'), 'commit', '-m', 'inner')
  await takeSnapshot({ ...place, reason: 'check' })
  const names = git(place.store, 'ls-tree', '-r', '--name-only', 'main').split('\n')
  expect(names).toEqual(['a.txt', 'inner/.gitignore', 'inner/b.txt'])
})

test('takeSnapshot: the workspace is gone: an empty snapshot, once', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  rmSync(place.workspace, { recursive: true })
  expect(await takeSnapshot({ ...place, reason: 'undo' })).toMatchObject({ id: '2', isNew: true })
  expect(await takeSnapshot({ ...place, reason: 'undo' })).toMatchObject({ id: '2', isNew: false })
  expect(existsSync(place.workspace)).toBe(false)
})

test('takeSnapshot: six at once with the same files: one snapshot, and all return it', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  const takings = Array.from({ length: 6 }, () => takeSnapshot({ ...place, reason: 'check' }))
  const taken = await Promise.all(takings)
  expect(new Set(taken.map(({ commit }) => commit)).size).toBe(1)
  expect(await listSnapshots(place.store)).toHaveLength(1)
})

test('takeSnapshot: five at once with different files: all end well, numbers in a row', async () => {
  const { store } = makePlace()
  const takings = ['a', 'b', 'c', 'd', 'e'].map((name) => {
    const { workspace } = makePlace({ [name]: name })
    return takeSnapshot({ workspace, store, reason: 'check', note: name })
  })
  const ids = (await Promise.all(takings)).map(({ id }) => id)
  expect(ids.sort()).toEqual(['1', '2', '3', '4', '5'])
  const notes = (await listSnapshots(store)).map(({ note }) => note)
  expect(notes.sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('takeSnapshot: old locks and drafts of a killed run: removed, and it works', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  const locks = ['index.lock', 'HEAD.lock', 'packed-refs.lock', 'refs/heads/main.lock']
  const leftovers = [...locks, 'objects/pack/tmp_pack_x', 'tmp_x']
  for (const name of leftovers) {
    writeFileSync(join(place.store, name), 'half')
    utimesSync(join(place.store, name), new Date(0), new Date(0))
  }
  writeFiles(place.workspace, { 'a.txt': 'b' })
  expect((await takeSnapshot({ ...place, reason: 'check' })).id).toBe('2')
  expect(leftovers.filter((name) => existsSync(join(place.store, name)))).toEqual([])
})

test('takeSnapshot: a young lock on the index, which nothing here needs: in nobody\'s way', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  mkdirSync(place.store, { recursive: true })
  writeFileSync(join(place.store, 'index.lock'), '')
  expect((await takeSnapshot({ ...place, reason: 'check' })).id).toBe('1')
})

test('takeSnapshot: a young lock on the branch: waited for', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  const lock = join(place.store, 'refs', 'heads', 'main.lock')
  writeFileSync(lock, '')
  setTimeout(() => rmSync(lock), 300)
  writeFiles(place.workspace, { 'a.txt': 'b' })
  expect((await takeSnapshot({ ...place, reason: 'check' })).id).toBe('2')
})

test.each(['HEAD', 'config'])('takeSnapshot: the %s of the store is cut off: repaired, nothing lost', async (name) => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  writeFileSync(join(place.store, name), '')
  expect(await listSnapshots(place.store)).toHaveLength(1)
  writeFileSync(join(place.store, name), '')
  writeFiles(place.workspace, { 'a.txt': 'b' })
  expect((await takeSnapshot({ ...place, reason: 'check' })).id).toBe('2')
})

test.each<[string, (store: string) => void]>([
  ['an empty branch file', (store) => writeFileSync(join(store, 'refs', 'heads', 'main'), '')],
  ['a branch to a commit that is not there', (store) =>
    writeFileSync(join(store, 'refs', 'heads', 'main'), `${'1'.repeat(40)}\n`)],
  ['an empty tree object', (store) => {
    const tree = git(store, 'rev-parse', 'main^{tree}')
    rmSync(join(store, 'objects', tree.slice(0, 2), tree.slice(2)))
    writeFileSync(join(store, 'objects', tree.slice(0, 2), tree.slice(2)), '')
  }],
])('takeSnapshot: a store with %s: moved aside, said so, and a new one begun', async (_what, damage) => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  damage(place.store)
  const taken = await takeSnapshot({ ...place, reason: 'check' })
  expect(taken).toMatchObject({ id: '1', isNew: true, damagedStore: `${place.store}.damaged` })
  expect(existsSync(join(place.store, '..', 'first-exercise.git.damaged', 'objects'))).toBe(true)
})

test('takeSnapshot: killed at any moment, twenty times: the store stays sound', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  for (let round = 0; round < 20; round += 1) {
    writeFiles(place.workspace, { 'a.txt': `round ${round}`, [`file ${round}`]: 'x'.repeat(1000 * round) })
    const source = `import { takeSnapshot } from ${JSON.stringify(join(import.meta.dirname, 'snapshots.ts'))}
      console.log('go')
      await takeSnapshot({ ...${JSON.stringify(place)}, reason: 'check' })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', source])
    await once(child.stdout, 'data')
    setTimeout(() => child.kill('SIGKILL'), round * 2.5)
    await once(child, 'close')
    const ids = (await listSnapshots(place.store)).map(({ id }) => Number(id))
    expect(ids.toReversed()).toEqual(ids.map((_id, at) => at + 1))
  }
  const last = await takeSnapshot({ ...place, reason: 'check' })
  expect(last).not.toHaveProperty('damagedStore')
  expect(git(place.store, 'fsck', '--strict', '--no-dangling')).toBe('')
}, 60_000)

test.skipIf(isRoot)('takeSnapshot: a store that cannot be written: not-writable', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  chmodSync(join(place.workspace, '..'), 0o555)
  await expect(takeSnapshot({ ...place, reason: 'check' })).rejects.toMatchObject({ code: 'not-writable' })
  chmodSync(join(place.workspace, '..'), 0o755)
})

test('takeSnapshot: a file stands where the store belongs: not-writable that names it', async () => {
  const place = makePlace({ 'a.txt': 'a' })
  writeFileSync(join(place.workspace, '..', '.snapshots'), '')
  await expect(takeSnapshot({ ...place, reason: 'check' })).rejects.toMatchObject({
    code: 'not-writable', message: expect.stringContaining(place.store),
  })
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

test('takeSnapshot: a workspace inside another repository that ignores it: that one stays as it is', async () => {
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
