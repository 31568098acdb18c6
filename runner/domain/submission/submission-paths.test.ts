import { expect, test } from 'vitest'
import {
  embeddedRepository,
  inRepository,
  isRepositoryData,
  isSkipped,
  isTaken,
  laidOutPath,
  pathProblem,
  skippedFolder,
  storedPath,
  twins,
} from './submission-paths.ts'

test.each([
  'src/main.ts',
  'src/config.ts',
  'src/deep/er/x.py',
  'src/Main.java',
  'schema.sql',
  'answers.json',
  'application.properties',
  'ANSWER',
  '.env',
  'api/Dockerfile',
  'api/.dockerignore',
  'api/package.json',
  'profiles/import.cpuprofile',
  'repo/src/rates.js',
  'repo/package.json',
  'repo/.gitignore',
  'repo/rates.log',
  'repo/%.git/HEAD',
  'repo/%.git/config',
  'remotes/origin.git/refs/heads/main',
  'remotes/origin.git/config',
])('isTaken: %s', (path) => expect(isTaken(path)).toBe(true))

test.each([
  'package.json',
  'package-lock.json',
  '.npmrc',
  'tsconfig.json',
  'vitest.config.ts',
  'README.md',
  '.exercise.json',
  'run.json',
  '.gitignore',
  'src/native.node',
  'x.class',
  'x.pth',
  'debug.log',
  'Heap.20260101.heapsnapshot',
  'a.zip',
  'node_modules/x/index.js',
  'src/node_modules/x.js',
  '.git/config',
  '.vscode/settings.json',
  '__pycache__/x.py',
  '.github/workflows/x.yml',
  'target/x.ts',
  'repo/.git/config',
  'repo/node_modules/x.js',
  'repo/%.git',
  'repo/%.git/hooks/pre-commit',
  'repo/%.git/info/attributes',
  'repo/%.git/config.worktree',
  'repo/%.git/objects/info/alternates',
  'repo/%.git/objects/info/commit-graph',
  'repo/%.git/shallow',
  'repo/%.git/index.lock',
  'repo/%.git/modules/x/config',
  'repo/%.git/worktrees/x/HEAD',
  'repo/%.git/FETCH_HEAD',
  'repo/%.git/rebase-merge/git-rebase-todo',
  'remotes/origin.git/hooks/update',
  'repo/vendor/%.git/config',
])('isTaken: not %s', (path) => expect(isTaken(path)).toBe(false))

test.each([
  'HEAD',
  'packed-refs',
  'index',
  'refs/heads/a/b',
  'logs/HEAD',
  'objects/ab/cd',
  'objects/info/packs',
  'sharedindex.0af',
  'reftable/tables.list',
  'MERGE_HEAD',
  'BISECT_LOG',
  'rebase-merge/head-name',
])('isTaken: %s of a repository', (inner) => {
  expect([isTaken(`repo/%.git/${inner}`), isTaken(`remotes/o.git/${inner}`)]).toEqual([true, true])
})

test('isSkipped: by whole names of folders, whatever their capitals', () => {
  expect(['Node_Modules/x', 'a/.GIT/x', '.git'].map(isSkipped)).toEqual([true, true, true])
  expect(['node_modules2/x', 'my.git/x', 'repo/.github/x', 'repo/%.git/x'].map(isSkipped)).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect(isSkipped('repo/vendor/%.git/hooks/pre-commit')).toBe(true)
})

test('paths of repositories, as stored and as laid out', () => {
  expect(storedPath('repo/.git/HEAD')).toBe('repo/%.git/HEAD')
  expect(storedPath('repo/sub/.git/HEAD')).toBe('repo/sub/%.git/HEAD')
  expect(inRepository('remotes/origin.git/refs/heads/main')).toEqual({
    repository: 'remotes/origin.git',
    inner: 'refs/heads/main',
  })
  expect(inRepository('repo/src/x')).toBeNull()
  expect(['repo/%.git/HEAD', 'remotes/o.git/HEAD', 'repo/x', 'src/%.git/x'].map(isRepositoryData)).toEqual([
    true,
    true,
    false,
    false,
  ])
  const laidOut = [
    'repo/%.git/HEAD',
    'repo/%%keep',
    'repo/%.gitmodules',
    'remotes/o.git/HEAD',
    'src/%.git/config.json',
    'src/main.ts',
  ].map(laidOutPath)
  expect(laidOut).toEqual([
    'repo/.git/HEAD',
    'repo/%keep',
    'repo/.gitmodules',
    'remotes/o.git/HEAD',
    'src/%.git/config.json',
    'src/main.ts',
  ])
  expect(laidOutPath('repo/%.git/refs/tags/%keep')).toBeNull()
})

test.each([
  ['', /leaves/],
  ['a//b', /leaves/],
  ['/a', /leaves/],
  ['a/../b', /leaves/],
  ['./a', /leaves/],
  ['a\u0000b', /not shown/],
  ['a\u200bb', /not shown/],
  ['a\u202eb', /not shown/],
  ['\ufeffa', /not shown/],
  ['a\tb', /not shown/],
  ['a\\b', /not every system/],
  ['c:x', /not every system/],
  ['a?b', /not every system/],
  ['a.', /dot or a space/],
  ['a ', /dot or a space/],
  ['NUL', /devices/],
  ['com1.txt', /devices/],
  ['-x', /hyphen/],
  ['a/-x', /hyphen/],
  ['.git', /git’s own/],
  ['.GIT/x', /git’s own/],
  ['GIT~1', /git’s own/],
  ['．git', /git’s own/],
  ['x'.repeat(241), /longer/],
  ['a/'.repeat(20) + 'b', /deep/],
])('pathProblem: %j', (path, expected) => expect(pathProblem(path)).toMatch(expected))

test.each([
  'src/main.ts',
  'docs/ü x.md',
  'a-b/c--d.ts',
  '.env',
  'rates.js~',
  'console.ts',
  'a…b.ts',
  '日本語.ts',
  'repo/%.git/HEAD',
])('pathProblem: %s is as good as any', (path) => expect(pathProblem(path)).toBeNull())

test('embeddedRepository: a folder with HEAD and what belongs to it, wherever and however it is written', () => {
  expect(
    embeddedRepository([
      'src/main.ts',
      'src/head',
      'docs/HEAD/x',
      'repo/%.git/HEAD',
      'repo/%.git/config',
      'remotes/o.git/HEAD',
      'remotes/o.git/refs/heads/main',
    ]),
  ).toBeNull()
  expect(embeddedRepository(['x/Head', 'x/CONFIG'])).toBe('x/')
  expect(embeddedRepository(['HEAD', 'objects/ab/cd'])).toBe('.')
  expect(embeddedRepository(['repo/inner/HEAD', 'repo/inner/refs/heads/main'])).toBe('repo/inner/')
})

test('twins: capitals, composed letters, folders, and a file that is a folder; small letters stay', () => {
  const of = (...paths: string[]) => Object.fromEntries(twins(paths))
  expect(of('a', 'b', 'c/d', 'c/e')).toEqual({})
  expect(of('A', 'a')).toEqual({ A: 'a' })
  expect(of('a', 'A')).toEqual({ A: 'a' })
  expect(of('\u00e9', 'e\u0301')).toEqual({ 'e\u0301': '\u00e9' })
  expect(of('Src/a', 'src/b')).toEqual({ 'Src/a': 'src/' })
  expect(of('Src', 'src/b')).toEqual({ Src: 'src/' })
})

test.each(['src/.gitmodules', 'src/%keep', 'src/%%keep', 'repo/.git/HEAD', 'repo/%keep', 'src/%.git/x', 'a/%%.GIT/x'])(
  'storedPath and laidOutPath: %s comes back as it was',
  (path) => expect(laidOutPath(storedPath(path))).toBe(path),
)

test('skippedFolder: the outermost one', () => {
  expect(['src/target/x/target/y.ts', 'a/b.ts', 'node_modules/x'].map(skippedFolder)).toEqual([
    'src/target/',
    null,
    'node_modules/',
  ])
})
