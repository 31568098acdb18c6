import { expect, test } from 'vitest'
import type { Judgement } from '../judging/judge.ts'
import { judgeMistake, verdictProblem } from './mistake-verdict.ts'

const judgement = (hints: [string, boolean][], kind: 'failed' | 'passed' = 'failed'): Judgement =>
  ({
    verdict: { kind },
    cases: [{ status: kind }],
    hints: hints.map(([id, confident]) => ({ id, confident })),
  }) as unknown as Judgement

test.each<[string, [string, boolean][], string[], boolean, RegExp | null]>([
  ['its own hint on top', [['own', true]], ['own'], true, null],
  ['one of several that are true', [['b', true]], ['a', 'b'], true, null],
  ['a true one behind one that is not said', [['x', false], ['own', true]], ['own'], true, null], // prettier-ignore
  ['another hint on top', [['x', true], ['own', true]], ['own'], false, /brings up the hint "x"; true of it: own/], // prettier-ignore
  ['its hint below its confidence', [['own', false]], ['own'], false, /"own" below its confidence/],
  ['no hint', [], ['own'], false, /brings up no hint; true of it: own/],
  ['requirement, and no hint', [], ['requirement'], true, null],
  ['requirement, and a hint that is not said', [['x', false]], ['requirement'], true, null],
  ['requirement, and a hint that is said', [['x', true]], ['requirement'], false, /"x"; no hint of ours is true of it/],
])('judgeMistake: %s', (_what, hints, wanted, ok, problem) => {
  const verdict = judgeMistake(judgement(hints), wanted)
  expect(verdict).toMatchObject({ failed: true, ok })
  const found = verdictProblem('m', wanted, verdict)
  if (problem === null) expect(found).toBeNull()
  else expect(found).toEqual({ rule: 'mistake-hint', message: expect.stringMatching(problem) as string })
})

test('judgeMistake: everything green: no red case, whatever the hints', () => {
  const verdict = judgeMistake(judgement([['own', true]], 'passed'), ['own'])
  expect(verdict).toEqual({ failed: false, topHint: 'own', confident: true, ok: false })
  expect(verdictProblem('m', ['own'], verdict)?.rule).toBe('mistake-red')
})

test('judgeMistake: passed by points, with a red case: failed', () => {
  const value = { ...judgement([['own', true]], 'passed'), cases: [{ status: 'failed' }] } as unknown as Judgement
  expect(judgeMistake(value, ['own']).ok).toBe(true)
})
