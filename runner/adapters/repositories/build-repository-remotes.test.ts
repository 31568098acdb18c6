import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildRepository } from './build-repository.ts'
import { fingerprint, git, makeFolder, stubEnvironment, useHostileSetup } from '../git/git-fixtures.ts'

const mira = (day: number) => ({ name: 'Mira', email: 'mira@parcels.example', date: `2026-03-0${day}T10:00:00+01:00` })
const jo = (day: number) => ({ name: 'Jo', email: 'jo@parcels.example', date: `2026-03-0${day}T12:00:00Z` })
const committed = (path: string, text: string, author: object) => [
  { step: 'write', path, text },
  { step: 'stage', paths: [path] },
  { step: 'commit', message: `Add ${path}`, author },
]

/** main and feature are pushed; then a colleague adds to feature, deletes nothing, and opens a branch of their own. */
const story = [
  ...committed('a.txt', 'a', mira(1)),
  { step: 'remote' },
  { step: 'push', refs: ['main'] },
  { step: 'branch', name: 'feature', checkout: true },
  ...committed('b.txt', 'b', mira(2)),
  { step: 'push', refs: ['feature'] },
  {
    step: 'colleague',
    steps: [
      { step: 'switch', to: 'feature' },
      ...committed('c.txt', 'c', jo(3)),
      { step: 'branch', name: 'hotfix', at: 'main', checkout: true },
      ...committed('d.txt', 'd', jo(4)),
      { step: 'push', refs: ['feature', 'hotfix'] },
    ],
  },
  ...committed('e.txt', 'e', mira(5)),
  { step: 'switch', to: 'main' },
]

async function build(steps: readonly unknown[] = story): Promise<{ repo: string; origin: string; root: string }> {
  const root = makeFolder()
  writeFileSync(join(root, 'repository.json'), JSON.stringify({ steps }))
  await buildRepository(join(root, 'repository.json'), join(root, 'work', 'repo'))
  return { root, repo: join(root, 'work', 'repo'), origin: join(root, 'work', 'remotes', 'origin.git') }
}

const refs = (folder: string): string => git(folder, 'for-each-ref', '--format=%(refname)=%(objectname)')

test('remotes: a colleague has pushed: the remote is ahead, the clone knows nothing of it', async () => {
  const { repo, origin } = await build()
  expect(git(repo, 'for-each-ref', '--format=%(refname)').split('\n')).toEqual([
    'refs/heads/feature',
    'refs/heads/main',
    'refs/remotes/origin/feature',
    'refs/remotes/origin/main',
  ])
  expect(git(origin, 'for-each-ref', '--format=%(refname)').split('\n')).toEqual([
    'refs/heads/feature',
    'refs/heads/hotfix',
    'refs/heads/main',
  ])
  expect(git(origin, 'log', '--format=%an %s', 'feature').split('\n')).toEqual([
    'Jo Add c.txt',
    'Mira Add b.txt',
    'Mira Add a.txt',
  ])
  expect(() => git(repo, 'cat-file', '-e', git(origin, 'rev-parse', 'feature'))).toThrow()
  expect(git(repo, 'rev-list', '--left-right', '--count', 'feature...feature@{upstream}')).toBe('1\t0')
  expect(git(origin, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
})

test('remotes: fetch and push by a learner, after the workspace has moved, from a folder within: it works, and the journal tells', async () => {
  const { root, repo, origin } = await build()
  const before = git(origin, 'rev-parse', 'feature')
  renameSync(join(root, 'work'), join(root, 'moved here'))
  const moved = repo.replace('/work/', '/moved here/')
  git(moved, 'fetch')
  expect(git(moved, 'rev-parse', 'origin/hotfix')).not.toBe('')
  git(moved, 'push', '--force', 'origin', 'feature', ':hotfix')
  const bare = origin.replace('/work/', '/moved here/')
  const journal = readFileSync(join(bare, 'journal'), 'utf8').trim().split('\n').sort()
  expect(journal.filter((line) => line.endsWith('refs/heads/feature'))).toEqual([
    `${before} ${git(moved, 'rev-parse', 'feature')} refs/heads/feature`,
  ])
  expect(journal.filter((line) => line.endsWith('refs/heads/hotfix'))[0]).toMatch(
    /^[0-9a-f]{40} 0{40} refs\/heads\/hotfix$/,
  )
})

test('remotes: the building itself: not in the journal', async () => {
  const { origin } = await build()
  expect(existsSync(join(origin, 'journal'))).toBe(false)
})

test('remotes: a learner whose hooks lie elsewhere: the journal is kept all the same', async () => {
  const { repo, origin } = await build()
  git(repo, '-c', 'core.hooksPath=/dev/null', 'push', 'origin', 'main:copy')
  expect(readFileSync(join(origin, 'journal'), 'utf8')).toContain('refs/heads/copy')
})

test.each([
  ['settings that all get in the way', () => void useHostileSetup()],
  ['another time zone and no HOME', () => stubEnvironment({ TZ: 'Asia/Kathmandu', HOME: undefined })],
])('remotes: %s: the same ids, and nothing left behind', async (_, upset) => {
  const first = await build()
  const expected = [refs(first.repo), refs(first.origin)]
  upset()
  const again = await build()
  expect([refs(again.repo), refs(again.origin)]).toEqual(expected)
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('backend-gym-colleague-'))).toEqual([])
})

test('remotes: built twice: nothing in them tells the machine or its user', async () => {
  const [first, again] = [await build(), await build()]
  const comparable = (folder: string) =>
    Object.entries(fingerprint(folder, 'with-git')).filter(([path]) => path !== '.git/index')
  expect(comparable(again.origin)).toEqual(comparable(first.origin))
  expect(comparable(again.repo)).toEqual(comparable(first.repo))
})

test('remotes: built again at the same place: pushes of before are gone', async () => {
  const { root, repo, origin } = await build()
  git(repo, 'push', 'origin', 'main:copy')
  await buildRepository(join(root, 'repository.json'), repo)
  expect(git(origin, 'branch', '--list', 'copy')).toBe('')
  expect(existsSync(join(origin, 'journal'))).toBe(false)
})

test('merge, tags, reset, config: as git itself would do it', async () => {
  const { repo } = await build([
    ...committed('a.txt', 'one\n', mira(1)),
    { step: 'branch', name: 'side', checkout: true },
    { step: 'edit', path: 'a.txt', from: 'one', to: 'two' },
    { step: 'stage', paths: ['a.txt'] },
    { step: 'commit', message: 'Two', author: jo(2) },
    { step: 'switch', to: 'main' },
    { step: 'merge', branch: 'side', message: 'Merge side', author: mira(3) },
    { step: 'tag', name: 'v1', message: 'Version 1', author: mira(4) },
    { step: 'tag', name: 'light', at: 'side' },
    { step: 'edit', path: 'a.txt', from: 'two', to: 'three' },
    { step: 'stage', paths: ['a.txt'] },
    { step: 'commit', message: 'Three', author: mira(5) },
    { step: 'switch', to: 'side' },
    { step: 'edit', path: 'a.txt', from: 'two', to: 'four' },
    { step: 'stage', paths: ['a.txt'] },
    { step: 'commit', message: 'Four', author: jo(6) },
    { step: 'switch', to: 'main' },
    {
      step: 'merge',
      branch: 'side',
      message: 'Merge side again',
      author: mira(7),
      resolve: [{ path: 'a.txt', text: ['three', 'four'] }],
    },
    ...committed('lost.txt', 'l', mira(8)),
    { step: 'reset', to: 'HEAD~1' },
    { step: 'config', key: 'merge.conflictStyle', value: 'diff3' },
  ])
  expect(git(repo, 'log', '--first-parent', '--format=%s').split('\n')).toEqual([
    'Merge side again',
    'Three',
    'Merge side',
    'Add a.txt',
  ])
  expect(git(repo, 'log', '--merges', '--format=%s').split('\n')).toEqual(['Merge side again', 'Merge side'])
  expect(git(repo, 'show', 'HEAD:a.txt')).toBe('three\nfour')
  expect(
    git(repo, 'for-each-ref', '--format=%(refname:short) %(objecttype) %(taggername)', 'refs/tags').split('\n'),
  ).toEqual(['light commit ', 'v1 tag Mira'])
  expect(git(repo, 'reflog', '-1', '--format=%gs')).toContain('reset: moving to HEAD~1')
  expect(git(repo, 'config', '--local', 'merge.conflictStyle')).toBe('diff3')
  expect(git(repo, 'status', '--porcelain')).toBe('')
})

test('merge: a conflict that the recipe does not resolve: git-failed with git’s own words', async () => {
  await expect(
    build([
      ...committed('a.txt', 'one\n', mira(1)),
      { step: 'branch', name: 'side', checkout: true },
      { step: 'write', path: 'a.txt', text: 'two\n' },
      { step: 'stage', paths: ['.'] },
      { step: 'commit', message: 'Two', author: jo(2) },
      { step: 'switch', to: 'main' },
      { step: 'write', path: 'a.txt', text: 'three\n' },
      { step: 'stage', paths: ['.'] },
      { step: 'commit', message: 'Three', author: jo(3) },
      { step: 'merge', branch: 'side', message: 'x', author: mira(4) },
    ]),
  ).rejects.toMatchObject({ code: 'git-failed', message: expect.stringMatching(/merging side: .*CONFLICT/s) })
})
