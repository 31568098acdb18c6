import { chownSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fingerprint, git, makeFolder, makeOuterRepository, makeStarted } from '../git/git-fixtures.ts'
import { makeWorkspace, writeFiles, writeScript } from '../git/git-fixtures.ts'
import { runGit } from '../git/run-git.ts'
import { diffAgainstStarter, initWorkspaceRepository } from './workspace-repository.ts'

const message = 'pristine starter'

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
  writeFiles(folder, { '.gitattributes': '* filter=evil diff=evil\n', 'a.txt': 'two\n', 'b.txt': 'new\n' })
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

test.skipIf(process.getuid?.() !== 0)('we are root in a workspace of another user: it works', async () => {
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

test('diffAgainstStarter: the repository is gone or damaged: against a starter that is made for it', async () => {
  const starter = () => makeStarted({ 'a.txt': 'one\n' })
  const folder = makeWorkspace({ 'a.txt': 'two\n' })
  expect(await diffAgainstStarter(folder, starter)).toContain('-one\n+two')
  git(folder, 'init', '-b', 'main')
  expect(await diffAgainstStarter(folder, starter)).toContain('-one\n+two')
})
