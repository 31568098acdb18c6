import { expect, test } from 'vitest'
import { runCommand } from './run-command.ts'

test('runCommand: an environment of its own, and an input: the command has these and no other variable', async () => {
  const result = await runCommand(['/bin/sh', '-c', 'cat; /usr/bin/env | grep -E "^(HOME|ONE)="'], {
    env: { ONE: '1' },
    onlyThisEnv: true,
    input: 'said\n',
  })
  expect(result).toMatchObject({ code: 0, stdout: 'said\nONE=1', shortMessage: '', missing: false, timedOut: false })
})

test('runCommand: a command that fails: its code and what it said, and no exception', async () => {
  const result = await runCommand(['/bin/sh', '-c', 'echo no >&2; exit 3'])
  expect(result).toMatchObject({ code: 3, stderr: 'no', missing: false })
  expect(result.shortMessage).toContain('exit code 3')
})

test('runCommand: a command that is not there, and one that takes too long: each is told as what it is', async () => {
  const [missing, late] = await Promise.all([
    runCommand(['/no/such/command']),
    runCommand(['/bin/sleep', '60'], { timeoutMs: 100 }),
  ])
  expect(missing).toMatchObject({ code: null, missing: true, timedOut: false })
  expect(late).toMatchObject({ code: null, missing: false, timedOut: true })
})
