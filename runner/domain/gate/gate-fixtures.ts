import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { declared, moduleFacts, reported, runFacts } from '../../testing/facts-fixtures.ts'
import type { Hint } from '../judging/hint.ts'
import { judge } from '../judging/judge.ts'
import type { DeclaredCase, ReportedCase } from '../judging/run-facts.ts'
import type { VariantResults } from './trial-rules.ts'
import type { TrialKind, TrialResult, WrongAnswer } from './trial.ts'

/** A sound exercise as values: a test spoils one thing and sees which rule finds it. */

export const brief = `# Split money

Ada lost a cent.

## Background

Cents are whole.

## Task

Split.

## Contract

1. Shares add up.
2. Nobody gets two cents more than another.

## Examples

10 by 3.

## What is tested

Sums.

## Out of scope

Taxes.

## Run it by hand

npm run run
`

export const exercise = exerciseFixture({ firstRed: 'adds-up', oneClause: [2] })

export const hint = (id: string, more: Partial<Hint> = {}): Hint => ({
  id,
  when: [{ failed: [`${id}-case`] }],
  confidence: 0.5,
  L1: 'Look at the last share.',
  L2: 'A remainder has to go somewhere.',
  L3: 'Give what is left to the first shares.',
  ...more,
})

const cases: DeclaredCase[] = [
  declared('adds-up', { covers: [1] }),
  declared('is-fair', { covers: [2] }),
  declared('reads-again', { probe: true, covers: [] }),
]

/** A result in which the named cases are red. */
export function result(
  kind: TrialKind,
  id: string,
  red: readonly string[],
  more: Partial<TrialResult> & { hints?: readonly Hint[]; reports?: Partial<ReportedCase> } = {},
): TrialResult {
  const { hints = soundHints, reports = {}, ...changed } = more
  const facts = moduleFacts(
    {},
    {
      declared: cases,
      reported: cases
        .filter((c) => !c.probe || red.length > 0)
        .map((c) => reported(c.id, red.includes(c.id) ? 'failed' : 'passed', reports)),
    },
  )
  return {
    kind,
    id,
    judgement: judge(exercise.groups, { kind: 'ran', facts: runFacts(facts) }, hints, new Map()),
    declared: cases,
    durationMs: 10,
    left: [],
    ...changed,
  }
}

export const wrong = (breaks: readonly number[], ...hints: string[]): { wrong: WrongAnswer } => ({
  wrong: { breaks, hints },
})

export const soundHints: Hint[] = [
  hint('loses-a-cent', { when: [{ failed: ['adds-up'] }] }),
  hint('unfair', { when: [{ failed: ['is-fair'], passed: ['adds-up'] }] }),
]

export const soundResults: TrialResult[] = [
  result('starter', 'starter', ['adds-up']),
  result('emptied', 'emptied', ['adds-up', 'is-fair']),
  result('reference', 'reference', []),
  result('alternative', 'alternative', []),
  result('mistake', 'loses-a-cent', ['adds-up'], wrong([1], 'loses-a-cent')),
  result('mistake', 'loses-two', ['adds-up'], wrong([1], 'loses-a-cent')),
  result('mistake', 'unfair', ['is-fair'], wrong([2], 'unfair')),
]

export const sound: VariantResults = {
  exercise,
  brief,
  hints: soundHints,
  slugs: new Set(['money-split']),
  results: soundResults,
  complete: true,
}

/** The sound variant with one result replaced, by its id, or added. */
export function withResult(other: TrialResult): VariantResults {
  const isThere = soundResults.some((r) => r.id === other.id)
  const results = isThere ? soundResults.map((r) => (r.id === other.id ? other : r)) : [...soundResults, other]
  return { ...sound, results }
}

export const without = (id: string): VariantResults => ({ ...sound, results: soundResults.filter((r) => r.id !== id) })
