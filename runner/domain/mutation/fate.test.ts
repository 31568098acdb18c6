import { expect, test } from 'vitest'
import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { declared, moduleFacts, reported, runFacts } from '../../testing/facts-fixtures.ts'
import { judge, type Outcome } from '../judging/judge.ts'
import type { ModuleFacts } from '../judging/run-facts.ts'
import { percentKilled } from './count.ts'
import { fateOf } from './fate.ts'

const cases = [declared('a'), declared('asks', { probe: true }), declared('b')]
const ran = (statuses: Record<string, 'passed' | 'failed'>, more: Partial<ModuleFacts> = {}): Outcome => ({
  kind: 'ran',
  facts: runFacts(
    moduleFacts({}, { declared: cases, reported: Object.entries(statuses).map(([id, s]) => reported(id, s)), ...more }),
  ),
})
const fate = (outcome: Outcome, early: boolean): string =>
  fateOf(
    {
      judgement: judge(exerciseFixture().groups, outcome, [], new Map()),
      declared: outcome.kind === 'ran' ? cases : null,
    },
    early,
  )
const stop = { reason: 'timed-out' as const, caseId: 'b', message: 'It took too long.' }

test.each([
  ['a red case', ran({ a: 'failed' }), true, 'killed'],
  ['a red case of a whole run', ran({ a: 'failed', asks: 'passed', b: 'passed' }), false, 'killed'],
  ['all green', ran({ a: 'passed', asks: 'passed', b: 'passed' }), true, 'survived'],
  ['only a probe is red, in a whole run', ran({ a: 'passed', asks: 'failed', b: 'passed' }), false, 'survived'],
  ['a probe ended the run', ran({ a: 'passed', asks: 'failed' }), true, 'unclear'],
  ['cases are missing from a whole run', ran({ a: 'passed', asks: 'passed' }), false, 'killed'],
  ['timed out', ran({ a: 'passed', asks: 'passed' }, { stop }), true, 'killed'],
  ['an error that nobody caught', ran({ a: 'passed', asks: 'passed', b: 'passed' }, { errors: ['x'] }), true, 'killed'],
  ['no compiler takes it', { kind: 'not-loadable', message: 'x', durationMs: 1 }, true, 'invalid'],
] as const)('%s: %4$s', (_, outcome, early, expected) => {
  expect(fate(outcome, early)).toBe(expected)
})

test.each([
  [19, 1, 95],
  [949, 51, 94.9],
  [9499, 501, 94.9],
  [0, 0, 100],
  [0, 3, 0],
])('%i killed and %i survived: %d percent, never rounded up', (killed, survived, percent) => {
  expect(percentKilled({ killed, survived })).toBe(percent)
})
