import { expect, test } from 'vitest'
import { collision, inRepository, isDataOfRepository, isLearners, isRepositoryData, isSkipped, laidOutPath, pathProblem, storedPath } from './submission-paths.ts'

test.each([
  'src/main.ts', 'src/app.config.ts', 'src/config.ts', 'src/deep/er/x.py', 'src/Main.java', 'lib/x.rb', 'schema.sql', 'answers.json', 'policy.json', 'application.properties', 'ANSWER', '.env', '.env.example',
  'api/Dockerfile', 'api/.dockerignore', 'notes.md', 'check.sh', 'test/main.test.ts', 'k8s/deploy.yaml',
  'repo/src/rates.js', 'repo/package.json', 'repo/.gitignore', 'repo/.env', 'repo/%.git/HEAD', 'remotes/origin.git/refs/heads/main',
])('isLearners: %s', (path) => expect(isLearners(path)).toBe(true))

test.each([
  'package.json', 'api/package.json', 'PACKAGE.JSON', 'package-lock.json', '.npmrc', '.npmrc.bak', 'api/.npmrc', 'tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts', 'src/vitest.config.mts', 'README.md', '.exercise.json', 'run.json',
  '.gitignore', '.gitattributes', '.gitmodules', 'conftest.py', 'src/sitecustomize.py', 'pyproject.toml', 'Gemfile', 'pom.xml', 'src/native.node', 'x.class', 'x.pth', 'image.png', 'data.bin', 'a.zip',
  'node_modules/x/index.js', 'src/node_modules/x.js', '.git/config', '.vscode/settings.json', '__pycache__/x.py', '.github/workflows/x.yml', 'repo/.git/config', 'repo/node_modules/x.js', 'repository/x.png',
])('isLearners: not %s', (path) => expect(isLearners(path)).toBe(false))

test('isSkipped: by whole names of folders, whatever their capitals', () => {
  expect(['Node_Modules/x', 'a/.GIT/x', '.git'].map(isSkipped)).toEqual([true, true, true])
  expect(['node_modules2/x', 'my.git/x', 'repo/.github/x', 'repo/%.git/x'].map(isSkipped)).toEqual([false, false, false, false])
  expect(isSkipped('repo/vendor/%.git/hooks/pre-commit')).toBe(true)
})

test.each([
  ['HEAD', true], ['packed-refs', true], ['index', true], ['refs/heads/a/b', true], ['logs/HEAD', true], ['objects/ab/cd', true], ['objects/info/packs', true], ['sharedindex.0af', true], ['reftable/tables.list', true],
  ['config', false], ['config.worktree', false], ['hooks/post-checkout', false], ['info/attributes', false], ['objects/info/alternates', false], ['objects/info/commit-graph', false], ['shallow', false], ['index.lock', false], ['refs/heads/main.lock', false], ['modules/x/config', false], ['worktrees/x/HEAD', false], ['FETCH_HEAD', false],
])('isDataOfRepository: %s: %s', (inner, expected) => expect(isDataOfRepository(inner)).toBe(expected))

test('paths of repositories, as stored and as laid out', () => {
  expect(storedPath('repo/.git/HEAD')).toBe('repo/%.git/HEAD')
  expect(storedPath('repo/sub/.git/HEAD')).toBe('repo/sub/.git/HEAD')
  expect(inRepository('remotes/origin.git/refs/heads/main')).toEqual({ repository: 'remotes/origin.git', inner: 'refs/heads/main' })
  expect(inRepository('repo/src/x')).toBeNull()
  expect(['repo/%.git/HEAD', 'remotes/o.git/HEAD', 'repo/x', 'src/%.git/x'].map(isRepositoryData)).toEqual([true, true, false, false])
  expect(laidOutPath('repo/%.git/HEAD')).toEqual({ path: 'repo/.git/HEAD', kind: 'file' })
  expect(laidOutPath('repo/%.git/refs/tags/%keep')).toEqual({ path: 'repo/.git/refs/tags', kind: 'folder' })
  expect(laidOutPath('repo/%%keep')).toEqual({ path: 'repo/%keep', kind: 'file' })
  expect(laidOutPath('src/%.git/config.json')).toEqual({ path: 'src/%.git/config.json', kind: 'file' })
  expect(laidOutPath('repo/%.gitmodules')).toEqual({ path: 'repo/.gitmodules', kind: 'file' })
  expect(laidOutPath('src/main.ts')).toEqual({ path: 'src/main.ts', kind: 'file' })
})

test.each([
  ['', /leaves/], ['a//b', /leaves/], ['/a', /leaves/], ['a/../b', /leaves/], ['./a', /leaves/], ['a\u0000b', /not shown/], ['a\u200bb', /not shown/], ['a\u202eb', /not shown/], ['\ufeffa', /not shown/], ['a\tb', /not shown/],
  ['a\\b', /not every system/], ['c:x', /not every system/], ['a?b', /not every system/], ['a.', /dot or a space/], ['a ', /dot or a space/], ['NUL', /devices/], ['com1.txt', /devices/], ['-x', /hyphen/], ['a/-x', /hyphen/],
  ['.git', /git’s own/], ['.GIT/x', /git’s own/], ['GIT~1', /git’s own/], ['．git', /git’s own/], ['x'.repeat(241), /longer/], ['a/'.repeat(20) + 'b', /deep/],
])('pathProblem: %j', (path, expected) => expect(pathProblem(path)).toMatch(expected))

test.each(['src/main.ts', 'docs/ü x.md', 'a-b/c--d.ts', '.env', 'rates.js~', 'console.ts', 'a…b.ts', '日本語.ts', 'repo/%.git/HEAD'])('pathProblem: %s is as good as any', (path) => expect(pathProblem(path)).toBeNull())

test('collision: capitals, composed letters, folders, and a file that is a folder', () => {
  expect(collision(['a', 'b', 'c/d', 'c/e'])).toBeNull()
  expect(collision(['A', 'a'])).toEqual(['A', 'a'])
  expect(collision(['\u00e9', 'e\u0301'])).toEqual(['\u00e9', 'e\u0301'])
  expect(collision(['Src/a', 'src/b'])).toEqual(['Src', 'src'])
  expect(collision(['src', 'src/b'])).toEqual(['src', 'src/'])
})
