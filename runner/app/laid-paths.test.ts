import { expect, test } from 'vitest'
import { asInWorkspace } from './laid-paths.ts'

test('asInWorkspace: in all texts of an outcome, plain and as a URL; the rest stays', () => {
  const laid = '/p x/.cache/checks/1/0'
  const workspace = '/p x/workspace/a'
  const outcome = {
    kind: 'ran',
    facts: {
      cases: [{ output: `at ${laid}/src/main.ts:1`, n: 1, none: null }],
      stderr: `file:///p%20x/.cache/checks/1/0/b`,
    },
  }
  expect(asInWorkspace(outcome, laid, workspace)).toEqual({
    kind: 'ran',
    facts: {
      cases: [{ output: `at ${workspace}/src/main.ts:1`, n: 1, none: null }],
      stderr: 'file:///p%20x/workspace/a/b',
    },
  })
  expect(asInWorkspace(outcome, laid, laid)).toBe(outcome)
})
