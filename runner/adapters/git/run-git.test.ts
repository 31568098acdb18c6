import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder, stubEnvironment, writeScript } from './git-fixtures.ts'
import { diskFailure, gitFailure, runGit } from './run-git.ts'

const call = { action: 'save a snapshot', path: '/store' }

test.each([
  ['fatal: write error: No space left on device', 'disk-full', /\/store is full/],
  ["fatal: sha1 file 'tmp_pack_x' write error. Out of diskspace", 'disk-full', /\/store is full/],
  ['error: unable to write file: Disk quota exceeded', 'disk-full', /\/store is full/],
  ["fatal: Unable to create 'x.lock': Permission denied", 'not-writable', /\/store: permission denied/],
  ['error: could not lock: Read-only file system', 'not-writable', /read-only file system/],
  ['error: insufficient permission for adding an object', 'not-writable', /insufficient permission/],
  ['warning: something\nfatal: bad object 12\nmore', 'git-failed', /save a snapshot: bad object 12$/],
  ['', 'git-failed', /gave no reason/],
])('gitFailure: git says "%s": %s', (stderr, code, message) => {
  expect(gitFailure(stderr, call)).toMatchObject({ code, message: expect.stringMatching(message) })
})

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'not-writable'],
  ['EACCES', 'not-writable'],
])('diskFailure: %s: %s', (code, expected) => {
  const error = Object.assign(new Error(`${code}: some text`), { code })
  expect(diskFailure(error, '/store')).toMatchObject({ code: expected, cause: error })
})

test('diskFailure: an error that is not of the disk: passed on', () => {
  const error = new TypeError('a bug of ours')
  expect(diskFailure(error, '/store')).toBe(error)
})

test('runGit: no git on PATH: no-git', async () => {
  const cwd = makeFolder()
  stubEnvironment({ PATH: cwd })
  await expect(runGit(['version'], { ...call, cwd })).rejects.toMatchObject({ code: 'no-git' })
})

test('runGit: no git on PATH: nothing of it keeps the process alive', () => {
  const module = JSON.stringify(join(import.meta.dirname, 'run-git.ts'))
  const script = `const { runGit } = await import(${module})
    await runGit(['version'], { cwd: '.', action: '', path: '' }).catch((error) => console.log(error.code))`
  const options = { cwd: makeFolder(), env: { PATH: '' }, timeout: 20_000, encoding: 'utf8' } as const
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], options)).toBe('no-git\n')
})

test('runGit: the folder is missing: git-failed that names it', async () => {
  const cwd = join(makeFolder(), 'gone')
  await expect(runGit(['version'], { ...call, cwd })).rejects.toMatchObject({
    code: 'git-failed',
    message: expect.stringContaining(`${cwd} is missing`),
  })
})

test('runGit: a git that ends without reading its input: its own words are the reason', async () => {
  const cwd = makeFolder()
  writeScript(join(cwd, 'git'), 'echo "fatal: not today" >&2; exit 9')
  stubEnvironment({ PATH: cwd })
  const input = [Buffer.alloc(4_000_000)]
  await expect(runGit(['fast-import'], { ...call, cwd, input })).rejects.toMatchObject({
    code: 'git-failed',
    message: expect.stringMatching(/not today$/),
  })
})

test('runGit: the input breaks: its error is passed on and git is ended', async () => {
  function* broken(): Generator<Buffer> {
    yield Buffer.from('blob\n')
    throw new Error('unreadable')
  }
  const promise = runGit(['hash-object', '--stdin'], { ...call, cwd: makeFolder(), input: broken() })
  await expect(promise).rejects.toThrow('unreadable')
})
