import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { fingerprint, git, makeFolder, stubEnvironment } from './git-fixtures.ts'
import { useHostileSetup, writeFiles, writeScript } from './git-fixtures.ts'
import { runGit } from './run-git.ts'
import { diffAgainstStarter, initWorkspaceRepository } from './workspace-repository.ts'

const message = 'pristine starter'

test('initWorkspaceRepository: a new workspace: one commit of ours on main', async () => {
  const folder = makeWorkspace({ 'src/app.ts': 'a', '.gitignore': 'dist\n', 'dist/app.js': 'built' })
  await initWorkspaceRepository(folder, message)
  expect(git(folder, 'log', '--format=%an <%ae> %cn <%ce> %s'))
    .toBe('Backend Gym <learn@backend-gym.invalid> Backend Gym <learn@backend-gym.invalid> pristine starter')
  expect(git(folder, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
  expect(git(folder, 'ls-files')).toBe('.gitignore\nsrc/app.ts')
  expect(git(folder, 'status', '--porcelain')).toBe('')
})

test('initWorkspaceRepository: a new workspace: its config and .git hold nothing of ours', async () => {
  useHostileSetup()
  const folder = makeWorkspace()
  await initWorkspaceRepository(folder, message)
  const keys = git(folder, 'config', '--local', '--list', '--name-only').split('\n')
  const usual = /^core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode)$/
  expect(keys.filter((key) => !usual.test(key))).toEqual([])
  expect(existsSync(join(folder, '.git', 'hooks'))).toBe(false)
})

test('initWorkspaceRepository: afterwards: the learner commits with their own name', async () => {
  const folder = makeWorkspace()
  await initWorkspaceRepository(folder, message)
  git(folder, 'commit', '--allow-empty', '-m', 'mine')
  expect(git(folder, 'log', '-1', '--format=%an')).toBe('Learner')
})

test('initWorkspaceRepository: signing, hooks, templates, filters, default branch: none takes part', async () => {
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
  ['while HEAD was written', (folder) => {
    git(folder, 'init', '-b', 'main')
    rmSync(join(folder, '.git', 'HEAD'))
    writeFileSync(join(folder, '.git', 'HEAD.lock'), '')
  }],
  ['while files were added', (folder) => {
    git(folder, 'init', '-b', 'main')
    writeFileSync(join(folder, '.git', 'index.lock'), 'half')
  }],
  ['after files were added', (folder) => {
    git(folder, 'init', '-b', 'main')
    git(folder, 'add', '-A')
    writeFileSync(join(folder, '.git', 'refs', 'heads', 'main.lock'), '')
  }],
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

test('diffAgainstStarter: changed, new, removed and ignored files: all but the ignored', async () => {
  const folder = await makeStarted({ 'a.txt': 'one\n', 'b.txt': 'gone\n', '.gitignore': 'dist\n' })
  writeFiles(folder, { 'a.txt': 'two\n', 'grün neu.txt': 'new\n', 'dist/out': 'built' })
  rmSync(join(folder, 'b.txt'))
  const diff = await diffAgainstStarter(folder)
  expect(diff).toContain('--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two')
  expect(diff).toContain('+++ b/grün neu.txt')
  expect(diff).toContain('deleted file mode 100644')
  expect(diff).not.toContain('dist')
})

test('diffAgainstStarter: nothing changed: empty', async () => {
  expect(await diffAgainstStarter(await makeStarted({ 'a.txt': 'one\n' }))).toBe('')
})

test('diffAgainstStarter: commits, a second root, a detached HEAD: still against the starter', async () => {
  const folder = await makeStarted({ 'a.txt': 'one\n' })
  writeFiles(folder, { 'a.txt': 'two\n' })
  git(folder, 'commit', '-am', 'mine')
  git(folder, 'checkout', '--orphan', 'other')
  git(folder, 'commit', '-m', 'another root')
  git(folder, 'checkout', 'main')
  git(folder, 'merge', '--allow-unrelated-histories', '-m', 'merged', 'other')
  git(folder, 'checkout', '--detach')
  expect(await diffAgainstStarter(folder)).toContain('-one\n+two')
})

test('diffAgainstStarter: programs and hooks in their config: none runs, .git untouched', async () => {
  const folder = await makeStarted({ 'a.txt': 'one\n' })
  const trace = join(makeFolder(), 'ran')
  const program = join(makeFolder(), 'program')
  writeScript(program, `echo ran >> '${trace}'; cat`)
  mkdirSync(join(folder, '.git', 'hooks'))
  writeScript(join(folder, '.git', 'hooks', 'post-index-change'), `echo hook >> '${trace}'`)
  writeFiles(folder, { '.gitattributes': '*.txt filter=evil diff=evil\n', 'a.txt': 'two\n', 'b.txt': 'new\n' })
  const ofDrivers = ['filter.evil.clean', 'filter.evil.process', 'diff.evil.textconv', 'diff.evil.command']
  const keys = [...ofDrivers, 'diff.external', 'core.fsmonitor', 'core.pager']
  for (const key of keys) git(folder, 'config', key, `'${program}'`)
  const before = fingerprint(join(folder, '.git'))
  expect(await diffAgainstStarter(folder)).toContain('-one\n+two')
  expect(existsSync(trace)).toBe(false)
  expect(fingerprint(join(folder, '.git'))).toEqual(before)
})

test('diffAgainstStarter: a file that was tracked and is ignored now: still compared', async () => {
  const folder = await makeStarted({ 'a.txt': 'one\n' })
  writeFiles(folder, { '.gitignore': '*.txt\n', 'a.txt': 'two\n' })
  expect(await diffAgainstStarter(folder)).toContain('-one\n+two')
})

test('diffAgainstStarter: line ends by attribute: no differences that are none', async () => {
  const folder = await makeStarted({ '.gitattributes': '*.txt text eol=crlf\n', 'a.txt': 'one\r\n' })
  expect(await diffAgainstStarter(folder)).toBe('')
})

test('diffAgainstStarter: a folder in place of a file is shown, a repository inside is not', async () => {
  const folder = await makeStarted({ a: 'one\nof several\nlines\n' })
  rmSync(join(folder, 'a'))
  writeFiles(folder, { 'a/b': 'two\n' })
  for (const inner of ['inner', 'inner with a commit']) git(folder, 'init', inner)
  git(join(folder, 'inner with a commit'), 'commit', '--allow-empty', '-m', 'inner')
  const diff = await diffAgainstStarter(folder)
  expect(diff).toContain('--- a/a\n+++ /dev/null')
  expect(diff).toContain('--- /dev/null\n+++ b/a/b')
  expect(diff).not.toContain('inner')
})

test('diffAgainstStarter: a repository with SHA-256: works', async () => {
  const folder = makeWorkspace({ 'a.txt': 'one\n' })
  git(folder, 'init', '--object-format=sha256', '-b', 'main')
  await initWorkspaceRepository(folder, message)
  writeFiles(folder, { 'a.txt': 'two\n' })
  expect(await diffAgainstStarter(folder)).toContain('-one\n+two')
})

test.skipIf(process.getuid?.() !== 0)('a workspace of another user, and we are root: everything works', async () => {
  const folder = makeWorkspace({ 'a.txt': 'one\n' })
  chownSync(folder, 65_534, 65_534)
  await initWorkspaceRepository(folder, message)
  chownSync(join(folder, '.git'), 65_534, 65_534)
  await initWorkspaceRepository(folder, message)
  expect(await diffAgainstStarter(folder)).toBe('')
  const printed = await runGit(['status', '--porcelain'], { cwd: folder, action: 'look', path: folder })
  expect(printed.toString()).toBe('')
})

test('diffAgainstStarter: the repository is gone: git-failed, also inside another repository', async () => {
  const outer = makeOuterRepository()
  const folder = join(outer, 'workspace', 'first')
  writeFiles(folder, { 'a.txt': 'a' })
  await expect(diffAgainstStarter(folder)).rejects.toMatchObject({ code: 'git-failed' })
})

function makeWorkspace(files: Record<string, string> = { 'README.md': 'brief\n' }): string {
  const folder = makeFolder()
  writeFiles(folder, files)
  return folder
}

async function makeStarted(files: Record<string, string>): Promise<string> {
  const folder = makeWorkspace(files)
  await initWorkspaceRepository(folder, message)
  return folder
}

function makeOuterRepository(): string {
  const outer = makeWorkspace({ '.gitignore': 'workspace/\n', 'outer.txt': 'outer' })
  git(outer, 'init', '-b', 'main')
  git(outer, 'add', '-A')
  git(outer, 'commit', '-m', 'outer')
  expect(readFileSync(join(outer, '.git', 'HEAD'), 'utf8')).toContain('main')
  return outer
}
