import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fingerprint, git, makePlace, writeFiles } from '../git/git-fixtures.ts'
import { restoreSnapshot, takeSnapshot } from './snapshots.ts'
import { workspaceSnapshots } from './workspace-snapshots.ts'

test('wholeTree: branches, tags, a stash, packed refs, ignored files: all the same again', async () => {
  const place = makeGitExercise()
  const before = describe(place.repo)
  await takeSnapshot({ ...place, reason: 'check' })
  const files = fingerprint(place.repo, 'with-git')

  writeFiles(place.repo, { 'a.txt': 'spoilt', 'new.txt': 'n', 'ignored.log': 'spoilt' })
  git(place.repo, 'add', '-A')
  git(place.repo, 'commit', '-m', 'a mistake')
  git(place.repo, 'branch', '-D', 'feature')
  git(place.repo, 'gc', '--prune=now')
  await takeSnapshot({ ...place, reason: 'undo' })
  await restoreSnapshot({ ...place, id: '1' })
  expect(fingerprint(place.repo, 'with-git')).toEqual(files)
  expect(describe(place.repo)).toEqual(before)

  await restoreSnapshot({ ...place, id: '2' })
  expect(git(place.repo, 'log', '-1', '--format=%s')).toBe('a mistake')
  expect(git(place.repo, 'fsck', '--no-dangling')).toBe('')
})

test('wholeTree: the whole workspace was deleted: a repository that git accepts comes back', async () => {
  const place = makeGitExercise()
  const before = describe(place.repo)
  const files = fingerprint(place.repo, 'with-git')
  await takeSnapshot({ ...place, reason: 'check' })
  rmSync(place.workspace, { recursive: true })
  await restoreSnapshot({ ...place, id: '1' })
  expect(fingerprint(place.repo, 'with-git')).toEqual(files)
  expect(describe(place.repo)).toEqual(before)
  git(place.repo, 'commit', '--allow-empty', '-m', 'goes on')
})

test('wholeTree: a repository without a commit: its empty folders come back, so git accepts it', async () => {
  const place = { ...makePlace({ 'README.md': 'brief' }), wholeTree: ['repo'] }
  git(place.workspace, 'init', '-b', 'trunk', 'repo')
  await takeSnapshot({ ...place, reason: 'check' })
  rmSync(join(place.workspace, 'repo'), { recursive: true })
  await takeSnapshot({ ...place, reason: 'undo' })
  await restoreSnapshot({ ...place, id: '1' })
  expect(git(join(place.workspace, 'repo'), 'symbolic-ref', 'HEAD')).toBe('refs/heads/trunk')
  for (const folder of ['refs/heads', 'refs/tags', 'objects/info', 'objects/pack']) {
    expect(existsSync(join(place.workspace, 'repo', '.git', folder))).toBe(true)
  }
})

test('wholeTree: a lock in the middle of a command: neither saved nor left after a restore', async () => {
  const place = makeGitExercise()
  writeFileSync(join(place.repo, '.git', 'index.lock'), '')
  writeFileSync(join(place.repo, 'yarn.lock'), 'work of the learner')
  await takeSnapshot({ ...place, reason: 'check' })
  await restoreSnapshot({ ...place, id: '1' })
  expect(existsSync(join(place.repo, '.git', 'index.lock'))).toBe(false)
  expect(existsSync(join(place.repo, 'yarn.lock'))).toBe(true)
  git(place.repo, 'add', '-A')
})

test('wholeTree: a merge with conflicts, half done: comes back half done', async () => {
  const place = makeGitExercise()
  git(place.repo, 'checkout', '-b', 'theirs', 'HEAD~1')
  writeFiles(place.repo, { 'a.txt': 'theirs\n' })
  git(place.repo, 'commit', '-am', 'theirs')
  expect(() => git(place.repo, 'merge', 'main')).toThrow(/./)
  const status = git(place.repo, 'status', '--porcelain=v2', '--branch')
  expect(status).toContain('u UU')
  await takeSnapshot({ ...place, reason: 'check' })
  git(place.repo, 'merge', '--abort')
  await takeSnapshot({ ...place, reason: 'undo' })
  await restoreSnapshot({ ...place, id: '1' })
  expect(git(place.repo, 'status', '--porcelain=v2', '--branch')).toBe(status)
  expect(existsSync(join(place.repo, '.git', 'MERGE_HEAD'))).toBe(true)
})

test('wholeTree: names that look like our escapes: told apart', async () => {
  const place = {
    ...makePlace({
      'repo/%.git/HEAD': 'theirs',
      'brief.txt': 'b',
      'repo/.git/HEAD': 'git',
      'repo/%%.git/x': 'x',
      'repo/.GIT/x': 'upper',
      'repo/%keep': 'k',
      'repo/sub/%keep': 'k',
      'repo/.git/%keep': 'k',
      'repo/sub/.git/config': 'nested',
      'repo/.gitmodules': 'm',
    }),
    wholeTree: ['repo/'],
  }
  symlinkSync('HEAD', join(place.workspace, 'repo/sub/.gitmodules'))
  mkdirSync(join(place.workspace, 'repo/empty/er'), { recursive: true })
  const before = fingerprint(place.workspace, 'with-git')
  await takeSnapshot({ ...place, reason: 'check' })
  rmSync(join(place.workspace, 'repo'), { recursive: true })
  await takeSnapshot({ ...place, reason: 'undo' })
  await restoreSnapshot({ ...place, id: '1' })
  expect(fingerprint(place.workspace, 'with-git')).toEqual(before)
  expect(existsSync(join(place.workspace, 'repo/empty/er'))).toBe(true)
  await restoreSnapshot({ ...place, id: '2' })
  expect(existsSync(join(place.workspace, 'repo'))).toBe(false)
})

test('wholeTree: a folder in place of an empty one, a file in place of a folder: both ways', async () => {
  const place = { ...makePlace({ 'repo/a': 'file', 'repo/b/c': 'c' }), wholeTree: ['repo'] }
  mkdirSync(join(place.workspace, 'repo/d'))
  const first = fingerprint(place.workspace)
  await takeSnapshot({ ...place, reason: 'check' })
  rmSync(join(place.workspace, 'repo'), { recursive: true })
  mkdirSync(join(place.workspace, 'repo/a'), { recursive: true })
  writeFiles(place.workspace, { 'repo/b': 'file', 'repo/d/e': 'e' })
  const second = fingerprint(place.workspace)
  await takeSnapshot({ ...place, reason: 'undo' })
  expect(await restoreSnapshot({ ...place, id: '1' })).toEqual({ movedAside: [] })
  expect(fingerprint(place.workspace)).toEqual(first)
  expect(await restoreSnapshot({ ...place, id: '2' })).toEqual({ movedAside: [] })
  expect(fingerprint(place.workspace)).toEqual(second)
  expect(existsSync(join(place.workspace, 'repo/a'))).toBe(true)
})

test('workspaceSnapshots: driver git with a remote: what was pushed is undone too, and what a killed git left is gone', async () => {
  const { workspace, repo } = makeGitExercise()
  const origin = join(workspace, 'remotes/origin.git')
  git(workspace, 'init', '--bare', '-b', 'main', origin)
  git(repo, 'remote', 'add', 'origin', '../remotes/origin.git')
  git(repo, 'push', 'origin', 'main')
  const snapshots = workspaceSnapshots({ folderOf: () => workspace, stores: join(workspace, '..', '.snapshots') })
  const variant = { slug: 'first-exercise', language: 'git' } as const
  writeFileSync(join(origin, 'packed-refs.lock'), '')
  const { id } = await snapshots.take(variant, 'check')
  const before = git(origin, 'for-each-ref')
  git(repo, 'push', 'origin', 'feature', 'v1')
  await snapshots.take(variant, 'undo')
  expect(await snapshots.restore(variant, id)).toEqual([])
  expect(git(origin, 'for-each-ref')).toBe(before)
  expect(existsSync(join(origin, 'packed-refs.lock'))).toBe(false)
  expect(git(origin, 'fsck', '--no-dangling')).toBe('')
})

test('wholeTree: the folder is missing, or a link to elsewhere: taken as what it is', async () => {
  const place = { ...makePlace({ 'a.txt': 'a' }), wholeTree: ['repo'] }
  await takeSnapshot({ ...place, reason: 'check' })
  expect(git(place.store, 'ls-tree', '-r', '--name-only', 'main')).toBe('a.txt')
  symlinkSync('/', join(place.workspace, 'repo'))
  await takeSnapshot({ ...place, reason: 'check' })
  expect(git(place.store, 'ls-tree', '-r', 'main', 'repo')).toMatch(/^120000 blob/)
})

/** As the driver for git lays it out: the outer repository ignores repo/, which the learner's own is. */
function makeGitExercise() {
  const place = makePlace({ 'README.md': 'brief', '.gitignore': 'repo/\n' })
  const repo = join(place.workspace, 'repo')
  writeFiles(repo, { 'a.txt': 'one\n', 'sub/b.txt': 'b\r\n' })
  writeFiles(repo, { '.gitattributes': '* text=auto\n', '.gitignore': '*.log\n' })
  git(repo, 'init', '-b', 'main')
  git(repo, 'add', '-A')
  git(repo, 'commit', '-m', 'first')
  git(repo, 'branch', 'feature')
  git(repo, 'tag', '-a', 'v1', '-m', 'v1')
  git(repo, 'pack-refs', '--all')
  git(repo, 'repack', '-ad')
  writeFiles(repo, { 'a.txt': 'two\n' })
  git(repo, 'commit', '-am', 'second')
  git(repo, 'update-ref', 'refs/notes/mine', 'HEAD')
  writeFiles(repo, { 'a.txt': 'stashed\n' })
  git(repo, 'stash')
  writeFiles(repo, { 'staged.txt': 'staged', 'untracked.txt': 'u', 'ignored.log': 'i' })
  git(repo, 'add', 'staged.txt')
  git(repo, 'config', 'user.name', 'Learner')
  return { ...place, repo, wholeTree: ['repo'] }
}

function describe(repo: string) {
  return {
    fsck: git(repo, 'fsck', '--strict', '--full'),
    status: git(repo, 'status', '--porcelain=v2', '--branch', '--ignored', '--show-stash'),
    refs: git(repo, 'for-each-ref'),
    graph: git(repo, 'log', '--all', '--graph', '--format=%H %D'),
    reflog: git(repo, 'reflog', '--all'),
    config: git(repo, 'config', '--local', '--list'),
  }
}
