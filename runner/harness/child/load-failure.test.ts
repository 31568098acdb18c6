import { expect, test } from 'vitest'
import { runOf } from '../run/run-fixtures.ts'
import { stopIfNotLoadable } from './load-failure.ts'

const run = runOf({
  workspace: '',
  launch: {
    loadFailure: [
      { pattern: '^SyntaxError.*$', flags: 'm' },
      { pattern: 'cannot find symbol', flags: '' },
    ],
  },
})
const failed = { code: 1, signal: null }

test('what a language says when a program does not load stops the run, in its own words', () => {
  expect(() => stopIfNotLoadable(run, failed, 'at line 3\nSyntaxError: Unexpected token\n    at x')).toThrow(
    expect.objectContaining({
      name: 'StopRun',
      reason: 'does-not-load',
      message: 'The program does not load: SyntaxError: Unexpected token',
    }),
  )
  expect(() => stopIfNotLoadable(run, { code: null, signal: 'SIGABRT' }, 'cannot find symbol')).toThrow('cannot find')
})

test('any other end is left to the cases: another error, and a success that only speaks of one', () => {
  stopIfNotLoadable(run, failed, 'TypeError: x is not a function')
  stopIfNotLoadable(run, { code: 0, signal: null }, 'SyntaxError: caught and told')
})
