import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { git } from '../../testing/project-fixtures.ts'
import { readCommitted } from './committed.ts'

const home = mkdtempSync(join(tmpdir(), 'gym committed '))
/** The project may be a folder of a larger repository. */
const root = join(home, 'gym prüf')
const at = (path: string): string => join(root, path)
const write = (path: string, text: string): void => {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text)
}
const commit = (): string => {
  git(home, 'add', '-A')
  git(home, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'x')
  return git(home, 'rev-parse', 'HEAD').trim()
}
let first = ''

beforeAll(() => {
  write('solutions/a/reference/ts/main.ts', 'first\n')
  write('templates/node/lines.ts', 'template\r\n')
  git(home, 'init', '-q')
  first = commit()
  write('solutions/a/reference/ts/main.ts', 'second\n')
  commit()
  write('solutions/a/reference/ts/main.ts', 'not committed\n')
  write('solutions/a/reference/ts/lines.ts', 'not committed\n')
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const wanted = new Map([
  ['ts/main.ts', [at('solutions/a/reference/ts/main.ts')]],
  ['ts/lines.ts', [at('solutions/a/reference/ts/lines.ts'), at('templates/node/lines.ts')]],
  ['ts/gone.ts', [at('solutions/a/reference/ts/gone.ts')]],
])

test.each([
  ['HEAD', 'second\n'],
  ['HEAD~1', 'first\n'],
])('readCommitted: %s: its texts, from the first place that it has; what is not there has no entry', async (revision, text) => {
  expect(await readCommitted(root, revision, wanted)).toEqual(
    new Map([
      ['ts/main.ts', text],
      ['ts/lines.ts', 'template\r\n'],
    ]),
  )
})

test('readCommitted: a commit by its id', async () => {
  expect((await readCommitted(root, first, wanted)).get('ts/main.ts')).toBe('first\n')
})

test.each(['nothing', '--all', 'HEAD:solutions'])('readCommitted: %j: no commit, told as that', async (revision) => {
  await expect(readCommitted(root, revision, wanted)).rejects.toMatchObject({ code: 'unknown-revision' })
})

test('readCommitted: no repository: told in git’s words', async () => {
  const bare = mkdtempSync(join(tmpdir(), 'gym no repository '))
  await expect(readCommitted(bare, 'HEAD', wanted)).rejects.toMatchObject({
    code: 'git-failed',
    message: expect.stringMatching(/could not read the project as of HEAD: not a git repository/) as string,
  })
  rmSync(bare, { recursive: true })
})
