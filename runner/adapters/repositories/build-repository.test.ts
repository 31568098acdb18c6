import { existsSync, lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildRepository } from './build-repository.ts'
import {
  fingerprint,
  git,
  makeFolder,
  makeOuterRepository,
  stubEnvironment,
  useHostileSetup,
} from '../git/git-fixtures.ts'

const mira = { name: 'Mira Ökafor', email: 'mira@parcels.example', date: '2026-03-02T10:00:00+01:00' }
const jo = { name: 'Jo', email: 'jo@parcels.example', date: '2026-03-03T09:30:00Z' }

const story = [
  { step: 'write', path: 'README.md', text: '# Rätes\n' },
  { step: 'write', path: 'bin/deploy.sh', text: '#!/bin/sh\r\nexit 0\r\n', executable: true },
  { step: 'write', path: '.gitattributes', text: '*.md text eol=crlf\n' },
  { step: 'stage', paths: ['.'] },
  { step: 'commit', message: 'Add rates\n\n# a line like a comment\nWhy not?', author: mira },
  { step: 'branch', name: 'feature', checkout: true },
  { step: 'write', path: '*.md', text: 'a file with an odd name' },
  { step: 'remove', path: 'README.md' },
  { step: 'stage', paths: ['*.md', 'README.md'] },
  { step: 'commit', message: 'Drop the readme', author: jo },
  { step: 'branch', name: 'later' },
  { step: 'write', path: '.env', text: 'KEY=1' },
]

/** Written down: a machine with other ids builds another history from the same recipe. */
const ids = {
  main: '2c0b87852e398283d28018738e1adf1b166e380c',
  feature: '36bc67c3ecf742501408d80e931ad07bc26f5255',
  later: '36bc67c3ecf742501408d80e931ad07bc26f5255',
}

async function build(steps: readonly unknown[], more: object = {}): Promise<string> {
  const root = makeFolder()
  writeFileSync(join(root, 'repository.json'), JSON.stringify({ ...more, steps }))
  await buildRepository(join(root, 'repository.json'), join(root, 'repo'))
  return join(root, 'repo')
}

const branchesOf = (repo: string): Record<string, string> =>
  Object.fromEntries(
    git(repo, 'for-each-ref', '--format=%(refname:short) %(objectname)', 'refs/heads')
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  )

test('buildRepository: a recipe with two branches: the ids that it has on every machine', async () => {
  const repo = await build(story)
  expect(branchesOf(repo)).toEqual(ids)
  expect(git(repo, 'symbolic-ref', '--short', 'HEAD')).toBe('feature')
  expect(git(repo, 'ls-tree', '-r', 'main')).toMatch(
    /^100644 .*\.gitattributes\n100644 .*README\.md\n100755 .*bin\/deploy\.sh$/,
  )
  expect(git(repo, 'log', '--format=%B', 'main')).toBe('Add rates\n\n# a line like a comment\nWhy not?')
  expect(git(repo, 'ls-tree', '--name-only', 'feature').split('\n')).toEqual(['*.md', '.gitattributes', 'bin'])
  expect(git(repo, 'status', '--porcelain')).toBe('?? .env')
})

test.each([
  ['settings that all get in the way', () => void useHostileSetup()],
  [
    'another time zone and language',
    () => stubEnvironment({ TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }),
  ],
  ['no HOME and no identity', () => stubEnvironment({ HOME: undefined, XDG_CONFIG_HOME: undefined, EMAIL: undefined })],
  [
    'the environment of an outer git hook',
    () => {
      const outer = makeOuterRepository()
      stubEnvironment({
        GIT_DIR: join(outer, '.git'),
        GIT_WORK_TREE: outer,
        GIT_INDEX_FILE: join(outer, '.git', 'index'),
        GIT_AUTHOR_DATE: 'now',
        GIT_DEFAULT_HASH: 'sha256',
      })
    },
  ],
])('buildRepository: %s: the same ids', async (_, upset) => {
  upset()
  expect(branchesOf(await build(story))).toEqual(ids)
})

test('buildRepository: signing, hooks, filters, a monitor of the user: none takes part, none is left in the repository', async () => {
  const trace = useHostileSetup()
  const repo = await build(story)
  expect(existsSync(trace)).toBe(false)
  expect(existsSync(join(repo, '.git', 'hooks'))).toBe(false)
  const keys = git(repo, 'config', '--local', '--list', '--name-only').split('\n')
  expect(
    keys.filter(
      (key) =>
        !/^core\.(repositoryformatversion|filemode|autocrlf|bare|logallrefupdates|ignorecase|precompose.*|symlinks)$/.test(
          key,
        ),
    ),
  ).toEqual([])
})

test('buildRepository: built twice: nothing in .git tells the machine or its user, the index’s file times aside', async () => {
  const withoutTimes = (repo: string) =>
    Object.entries(fingerprint(repo, 'with-git')).filter(([path]) => path !== '.git/index')
  const first = await build(story)
  stubEnvironment({ USER: 'somebody', LOGNAME: 'somebody', HOSTNAME: 'elsewhere', TZ: 'Asia/Kathmandu' })
  expect(withoutTimes(await build(story))).toEqual(withoutTimes(first))
  expect(readFileSync(join(first, '.git/logs/HEAD'), 'utf8')).toContain(
    'Mira Ökafor <mira@parcels.example> 1772442000 +0100\tcheckout: moving from main to feature',
  )
})

test('buildRepository: the folder is renamed afterwards: the repository works where it is', async () => {
  const repo = await build(story)
  const moved = join(makeFolder(), 'repo')
  renameSync(repo, moved)
  expect(git(moved, 'rev-parse', '--show-toplevel')).toBe(moved)
  expect(git(moved, 'status', '--porcelain')).toBe('?? .env')
})

test('buildRepository: everything staged and nothing committed: an unborn branch, ignored files staged too, modes as they were staged', async () => {
  const repo = await build(
    [
      { step: 'write', path: '.gitignore', text: '*.log\n' },
      { step: 'write', path: 'x.log', text: 'x' },
      { step: 'write', path: 'run.sh', text: '' },
      { step: 'write', path: 'sub/go.sh', text: '', executable: true },
      { step: 'stage', paths: ['x.log', '.gitignore', 'run.sh', 'sub'] },
      { step: 'write', path: 'run.sh', text: '', executable: true },
    ],
    { branch: 'trunk' },
  )
  expect(git(repo, 'symbolic-ref', 'HEAD')).toBe('refs/heads/trunk')
  expect(git(repo, 'status', '--porcelain').split('\n')).toEqual([
    'A  .gitignore',
    'AM run.sh',
    'A  sub/go.sh',
    'A  x.log',
  ])
  expect(git(repo, 'ls-files', '--stage', 'run.sh', 'sub')).toMatch(/^100644 .*run\.sh\n100755 .*sub\/go\.sh$/)
  expect(lstatSync(join(repo, 'run.sh')).mode & 0o777).toBe(0o755)
})

test('buildRepository: the first step makes a branch: the unborn HEAD moves there', async () => {
  const repo = await build([
    { step: 'branch', name: 'feature', checkout: true },
    { step: 'commit', message: 'Empty', author: jo },
  ])
  expect(Object.keys(branchesOf(repo))).toEqual(['feature'])
})

test('buildRepository: a repository was there: replaced as a whole', async () => {
  const repo = await build(story)
  writeFileSync(join(repo, 'mine.txt'), 'mine')
  git(repo, 'commit', '--allow-empty', '-m', 'mine')
  await buildRepository(join(repo, '..', 'repository.json'), repo)
  expect(branchesOf(repo)).toEqual(ids)
  expect(existsSync(join(repo, 'mine.txt'))).toBe(false)
})

test.each<[string, unknown[], RegExp]>([
  ['a step that nobody knows', [{ step: 'push' }], /steps\.0/],
  [
    'a date without a time zone',
    [{ step: 'commit', message: 'x', author: { ...jo, date: '2026-03-02T10:00:00' } }],
    /steps\.0\.author\.date.*time zone/,
  ],
  ['a path out of the repository', [{ step: 'write', path: '../x', text: '' }], /"\.\.\/x" leaves the repository/],
  ['the repository itself', [{ step: 'remove', path: '.' }], /"\." leaves the repository/],
])('buildRepository: %s: content-invalid, and where', async (_, steps, message) => {
  await expect(build(steps)).rejects.toMatchObject({ code: 'content-invalid', message: expect.stringMatching(message) })
})

test('buildRepository: a file is staged that is not there: git-failed with git’s own words', async () => {
  await expect(build([{ step: 'stage', paths: ['gone.txt'] }])).rejects.toMatchObject({
    code: 'git-failed',
    message: expect.stringMatching(
      /^git could not build the repository of the exercise: pathspec 'gone\.txt' did not match/,
    ),
  })
})
