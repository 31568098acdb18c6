import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { fingerprint, git, makeFolder, makeOuterRepository, makeStarted } from '../git/git-fixtures.ts'
import { makeWorkspace, stubEnvironment, useHostileSetup, writeFiles } from '../git/git-fixtures.ts'
import { initWorkspaceRepository } from './workspace-repository.ts'

const message = 'pristine starter'

test('initWorkspaceRepository: a new workspace: one commit of ours on main', async () => {
  const folder = makeWorkspace({ 'src/app.ts': 'a', '.gitignore': 'dist\n', 'dist/app.js': 'built' })
  await initWorkspaceRepository(folder, message)
  expect(git(folder, 'log', '--format=%an <%ae> %cn <%ce> %s')).toBe(
    'Backend Gym <learn@backend-gym.invalid> Backend Gym <learn@backend-gym.invalid> pristine starter',
  )
  expect(git(folder, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
  expect(git(folder, 'ls-files')).toBe('.gitignore\nsrc/app.ts')
  expect(git(folder, 'status', '--porcelain')).toBe('')
})

test('initWorkspaceRepository: a new workspace: its config and .git hold nothing of ours', async () => {
  useHostileSetup()
  const folder = makeWorkspace()
  await initWorkspaceRepository(folder, message)
  const keys = git(folder, 'config', '--local', '--list', '--name-only').split('\n')
  const probed = /^core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precompose.*)$/
  expect(keys.filter((key) => !probed.test(key))).toEqual([])
  expect(existsSync(join(folder, '.git', 'hooks'))).toBe(false)
})

test('initWorkspaceRepository: afterwards: the learner commits with their own name', async () => {
  const folder = makeWorkspace()
  await initWorkspaceRepository(folder, message)
  git(folder, 'commit', '--allow-empty', '-m', 'mine')
  expect(git(folder, 'log', '-1', '--format=%an')).toBe('Learner')
})

test('initWorkspaceRepository: signing, hooks, templates, filters of the user: none takes part', async () => {
  const trace = useHostileSetup()
  const folder = makeWorkspace({ 'a.txt': 'one\ntwo\n' })
  await initWorkspaceRepository(folder, message)
  expect(existsSync(trace)).toBe(false)
  expect(git(folder, 'symbolic-ref', '--short', 'HEAD')).toBe('main')
  expect(git(folder, 'cat-file', 'blob', 'HEAD:a.txt')).toBe('one\ntwo')
  expect(git(folder, 'cat-file', 'commit', 'HEAD')).not.toContain('gpgsig')
})

test('initWorkspaceRepository: no HOME and no identity anywhere: works', async () => {
  stubEnvironment({ HOME: undefined, XDG_CONFIG_HOME: undefined, EMAIL: undefined })
  stubEnvironment({ PREFIX: '/usr', EDITOR: 'vi', GIT_SSH: 'x' })
  const folder = makeWorkspace()
  await initWorkspaceRepository(folder, message)
  expect(git(folder, 'rev-list', '--count', 'HEAD')).toBe('1')
})

test('initWorkspaceRepository: GIT_DIR and its like exported by an outer hook: not followed', async () => {
  const outer = makeWorkspace()
  await initWorkspaceRepository(outer, 'outer')
  const before = fingerprint(outer, 'with-git')
  stubEnvironment({
    GIT_DIR: join(outer, '.git'),
    GIT_WORK_TREE: outer,
    GIT_INDEX_FILE: join(outer, '.git', 'index'),
    GIT_PREFIX: 'x/',
  })
  const folder = makeWorkspace()
  await initWorkspaceRepository(folder, message)
  expect(fingerprint(outer, 'with-git')).toEqual(before)
  expect(git(folder, 'log', '--format=%s')).toBe(message)
})

test('initWorkspaceRepository: a workspace inside another repository: that one stays as it is', async () => {
  const outer = makeOuterRepository()
  const folder = join(outer, 'workspace', 'first')
  writeFiles(folder, { 'a.txt': 'a' })
  const before = fingerprint(join(outer, '.git'))
  await initWorkspaceRepository(folder, message)
  expect(fingerprint(join(outer, '.git'))).toEqual(before)
  expect(git(outer, 'status', '--porcelain')).toBe('')
  expect(git(folder, 'rev-parse', '--show-toplevel')).toBe(folder)
})

test('initWorkspaceRepository: a repository with a commit: nothing changes', async () => {
  const folder = makeWorkspace()
  await initWorkspaceRepository(folder, message)
  writeFiles(folder, { 'new.txt': 'new' })
  const before = fingerprint(folder, 'with-git')
  await initWorkspaceRepository(folder, 'again')
  expect(fingerprint(folder, 'with-git')).toEqual(before)
})

test('initWorkspaceRepository: the learner is on an empty orphan branch: nothing is committed', async () => {
  const folder = makeWorkspace()
  await initWorkspaceRepository(folder, message)
  git(folder, 'checkout', '--orphan', 'fresh')
  await initWorkspaceRepository(folder, 'again')
  expect(git(folder, 'rev-list', '--all', '--count')).toBe('1')
})

test.each<[string, (folder: string) => void]>([
  ['after an empty .git was made', (folder) => mkdirSync(join(folder, '.git'))],
  ['after init', (folder) => void git(folder, 'init', '-b', 'main')],
  [
    'while HEAD was written',
    (folder) => {
      git(folder, 'init', '-b', 'main')
      rmSync(join(folder, '.git', 'HEAD'))
      writeFileSync(join(folder, '.git', 'HEAD.lock'), '')
    },
  ],
  [
    'while files were added',
    (folder) => {
      git(folder, 'init', '-b', 'main')
      writeFileSync(join(folder, '.git', 'index.lock'), 'half')
    },
  ],
  [
    'after files were added',
    (folder) => {
      git(folder, 'init', '-b', 'main')
      git(folder, 'add', '-A')
      writeFileSync(join(folder, '.git', 'refs', 'heads', 'main.lock'), '')
    },
  ],
])('initWorkspaceRepository: a former start cut off %s: completed', async (_when, cutOff) => {
  const folder = makeWorkspace({ 'a.txt': 'a' })
  cutOff(folder)
  await initWorkspaceRepository(folder, message)
  expect(git(folder, 'log', '--format=%s')).toBe(message)
  expect(git(folder, 'symbolic-ref', '--short', 'HEAD')).toBe('main')
  expect(git(folder, 'status', '--porcelain')).toBe('')
})

test('initWorkspaceRepository: a damaged .git inside another repository: that one is not used', async () => {
  const outer = makeOuterRepository()
  const folder = join(outer, 'workspace', 'first')
  writeFiles(folder, { 'a.txt': 'a', '.git/HEAD': 'rubbish' })
  const before = fingerprint(join(outer, '.git'))
  await initWorkspaceRepository(folder, message).catch(() => undefined)
  expect(fingerprint(join(outer, '.git'))).toEqual(before)
})

test('initWorkspaceRepository: a damaged branch of the learner: git-failed, no commit of ours', async () => {
  const folder = await makeStarted({ 'a.txt': 'a' })
  const branch = join(folder, '.git', 'refs', 'heads', 'main')
  writeFileSync(branch, `${'1'.repeat(40)}\n`)
  await expect(initWorkspaceRepository(folder, 'again')).rejects.toMatchObject({ code: 'git-failed' })
  expect(readFileSync(branch, 'utf8')).toBe(`${'1'.repeat(40)}\n`)
})

test('initWorkspaceRepository: git refuses: git-failed with its own words', async () => {
  const folder = makeWorkspace()
  writeFileSync(join(folder, '.git'), 'gitdir: /no/such/place\n')
  await expect(initWorkspaceRepository(folder, message)).rejects.toMatchObject({
    code: 'git-failed',
    message: expect.stringMatching(/^git could not start the repository of the workspace: \S/),
  })
})

test('initWorkspaceRepository: no git on this machine: no-git', async () => {
  stubEnvironment({ PATH: makeFolder() })
  // The module that looks for git remembers what it found.
  vi.resetModules()
  const { initWorkspaceRepository: init } = await import('./workspace-repository.ts')
  await expect(init(makeWorkspace(), message)).rejects.toMatchObject({ code: 'no-git' })
})
