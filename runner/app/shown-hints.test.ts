import { expect, test } from 'vitest'
import type { Hint } from '../domain/judging/hint.ts'
import type { JudgedCase, Judgement } from '../domain/judging/judge.ts'
import { exerciseFixture } from '../testing/exercise-fixtures.ts'
import { declared } from '../testing/facts-fixtures.ts'
import { shownHints } from './shown-hints.ts'

const brief = '# Greeting\n\n## Contract\n\n1. One.\n2. It begins with `Hello, ` and\n   **ends** with `!`.\n'
const source = { brief: () => brief }
const hint: Hint = { id: 'off-by-one', when: [], confidence: 0.5, L1: 'First.', L2: 'Second.', L3: 'Third.' }
const red: JudgedCase = {
  ...declared('greets', { covers: [2] }),
  status: 'failed',
  transcript: [],
  at: null,
  requirement: null,
  output: '',
}
const judgement = (hints: Judgement['hints']): Judgement => ({
  verdict: { kind: 'failed' },
  score: null,
  cases: [red],
  hints,
  warnings: [],
  stderr: '',
  durationMs: 1,
})
const known = judgement([{ id: hint.id, hint, strength: 1, confident: true }])

test('the same mistake again: its second level comes, and the first stays with it', () => {
  const told = (times: number) =>
    shownHints(source, exerciseFixture(), known, [hint], { hints: {}, lastHint: { id: hint.id, times } })
  expect(told(1)).toEqual([{ id: hint.id, level: 1, text: 'First.', before: [] }])
  expect(told(2)).toEqual([{ id: hint.id, level: 2, text: 'Second.', before: ['First.'] }])
})

test('no known mistake: the requirement, with the quoting that carries it', () => {
  expect(shownHints(source, exerciseFixture(), judgement([]), [hint], undefined)).toEqual([
    {
      id: 'requirement-2',
      level: 1,
      text: 'Read requirement 2 again: It begins with `Hello, ` and ends with `!`.',
      before: [],
    },
  ])
})
