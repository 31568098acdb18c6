import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { RunnerError } from '../errors/runner-error.ts'
import { knownError } from './known-error.ts'

const refused = (code: string, path: string) =>
  Object.assign(new Error(`${code}: no`), { code, path, syscall: 'mkdir' })

test.each([
  ['EACCES', 'not-writable'],
  ['EROFS', 'not-writable'],
  ['ENOSPC', 'disk-full'],
])('%s on a path, wherever it was met: %s', (code, wanted) => {
  expect(knownError(refused(code, '/a/b'))).toMatchObject({ code: wanted, exitCode: 3 })
})

test('what is known stays; what nobody foresaw is a fault of ours', () => {
  const known = new RunnerError('nothing-started')
  expect(knownError(known)).toBe(known)
  expect(knownError(new Error('boom'))).toMatchObject({ code: 'internal', message: expect.stringContaining('boom') })
  expect(knownError(null)).toMatchObject({ code: 'internal' })
})

test('a program that may not be started is no file that cannot be written', () => {
  const { error } = spawnSync(mkdtempSync(`${tmpdir()}/gym-folder-`))
  expect(error).toMatchObject({ code: 'EACCES' })
  expect(knownError(error)).toMatchObject({ code: 'internal' })
})
