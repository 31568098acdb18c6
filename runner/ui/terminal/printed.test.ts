import { expect, test } from 'vitest'
import { printedLines } from './printed.ts'
import { paints } from './style.ts'

const style = { columns: 60, color: false }
const shown = (output: string): string[] =>
  printedLines(output, '/home/ada/gym/workspace/hello-gym', style, paints(style)).map((line) => line.slice(6))

test('nothing printed: nothing shown', () => expect(shown(' \n\n')).toEqual([]))

test('a crash of Node: message, line, caret and the learner’s own frames, by short paths', () => {
  const crash = `/home/ada/gym/workspace/hello-gym/src/main.ts:1
function helper(x: any) { return x.foo.bar }
                                       ^

TypeError: Cannot read properties of undefined (reading 'bar')
    at helper (file:///home/ada/gym/workspace/hello-gym/src/main.ts:1:40)
    at <anonymous> (/home/ada/gym/workspace/hello-gym/src/main.ts:2:1)
    at ModuleJob.run (node:internal/modules/esm/module_job:561:25)
    at async node:internal/modules/esm/loader:647:26
    at act (/home/ada/gym/runner/harness/children/node/node-module.mjs:150:3)

Node.js v24.21.0
`
  expect(shown(crash).slice(1, -1)).toEqual([
    'src/main.ts:1',
    'function helper(x: any) { return x.foo.bar }',
    '                                       ^',
    'TypeError: Cannot read properties of undefined ',
    "(reading 'bar')",
    '    at helper (src/main.ts:1:40)',
    '    at <anonymous> (src/main.ts:2:1)',
  ])
})

test('a stack of Java: only what is the learner’s', () => {
  const stack =
    'java.lang.IllegalStateException: no\n\tat Till.pay(Till.java:7)\n\tat java.base/java.lang.Thread.run(Thread.java:1)\n'
  expect(shown(stack).slice(1, -1)).toEqual(['java.lang.IllegalStateException: no', '    at Till.pay(Till.java:7)'])
})

test('many lines: the first and the last, and how many are between', () => {
  const lines = shown(Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n')).slice(1, -1)
  expect(lines).toHaveLength(13)
  expect([lines[0], lines[6], lines[12]]).toEqual(['line 0', '… 28 more lines …', 'line 39'])
})

test('control characters do not move the cursor', () => {
  expect(shown('a\u001b[2Jb').slice(1, -1)).toEqual(['a\\x1b[2Jb'])
})
