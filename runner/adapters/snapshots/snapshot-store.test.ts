import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { git, makePlace, writeFiles } from '../git/git-fixtures.ts'
import { listSnapshots, takeSnapshot } from './snapshots.ts'

const isRoot = process.getuid?.() === 0

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

test("takeSnapshot: a young lock on the index, which nothing here needs: in nobody's way", async () => {
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

test.each(['HEAD', 'config'])('takeSnapshot: a store with an empty %s: repaired', async (name) => {
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
  [
    'a branch to a commit that is not there',
    (store) => writeFileSync(join(store, 'refs', 'heads', 'main'), `${'1'.repeat(40)}\n`),
  ],
  [
    'an empty tree object',
    (store) => {
      const tree = git(store, 'rev-parse', 'main^{tree}')
      rmSync(join(store, 'objects', tree.slice(0, 2), tree.slice(2)))
      writeFileSync(join(store, 'objects', tree.slice(0, 2), tree.slice(2)), '')
    },
  ],
])('takeSnapshot: a store with %s: moved aside, said so, and a new one begun', async (_what, damage) => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  damage(place.store)
  const taken = await takeSnapshot({ ...place, reason: 'check' })
  expect(taken).toMatchObject({ id: '1', isNew: true, damagedStore: `${place.store}.damaged` })
  expect(existsSync(join(place.store, '..', 'first-exercise.git.damaged', 'objects'))).toBe(true)
})

test('takeSnapshot: after fifty states: they lie in a pack, and every one can be read', async () => {
  const place = makePlace()
  for (let round = 1; round <= 51; round += 1) {
    writeFiles(place.workspace, { 'a.txt': `round ${round}` })
    await takeSnapshot({ ...place, reason: 'check' })
  }
  const counted = git(place.store, 'count-objects', '-v')
  expect(Number(/^count: (\d+)/m.exec(counted)?.[1])).toBeLessThan(10)
  expect(/^packs: (\d+)/m.exec(counted)?.[1]).toBe('1')
  expect(await listSnapshots(place.store)).toHaveLength(51)
  expect(git(place.store, 'show', 'main~50:a.txt')).toBe('round 1')
}, 60_000)

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
    code: 'not-writable',
    message: expect.stringContaining(place.store),
  })
})
