import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { endGroup, isAlive } from './signals.ts'

test('isAlive: this process lives, and so does one of another user', () => {
  expect([isAlive(process.pid), isAlive(1)]).toEqual([true, true])
})

test('endGroup: a process and its child: both end; a second time it is no error', async () => {
  const leader = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [printed] = (await once(leader.stdout, 'data')) as [Buffer]
  const child = Number(printed.toString())
  expect(isAlive(child)).toBe(true)
  // The child has the other end of the pipe as well: it closes when both are gone.
  const closed = once(leader, 'close')
  endGroup(leader.pid)
  expect(await closed).toEqual([null, 'SIGKILL'])
  expect(() => endGroup(leader.pid)).not.toThrow()
})

test('endGroup: a process that did not start has no number: nothing happens', () => {
  expect(() => endGroup(undefined)).not.toThrow()
})
