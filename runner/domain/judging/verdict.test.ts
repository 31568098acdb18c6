import { describe, expect, test } from 'vitest'
import { declared, moduleFacts, reported, runFacts } from '../../testing/facts-fixtures.ts'
import type { RunFacts } from './run-facts.ts'
import { witness } from './verdict.ts'

const good = moduleFacts({ one: 'passed', two: 'passed' })
const verdictOf = (facts: RunFacts): unknown => {
  const proof = witness(facts)
  return proof.witnessed ? 'witnessed' : 'reason' in proof.verdict ? proof.verdict.reason : proof.verdict.kind
}

test('witness: every declared case reported once, module ended, marker there: witnessed', () => {
  expect(verdictOf(runFacts(good))).toBe('witnessed')
})

test('witness: a failed case: witnessed all the same', () => {
  expect(verdictOf(runFacts(moduleFacts({ one: 'failed', two: 'passed' })))).toBe('witnessed')
})

// Each row takes one witness away; without its check the row would count as witnessed.
describe('witness: one witness removed', () => {
  const rows: [string, RunFacts, string][] = [
    ['no suite was expected', runFacts(good, { expectedModules: [] }), 'no-cases-ran'],
    ['no case was declared', runFacts(moduleFacts({})), 'no-cases-ran'],
    [
      'only probes were declared',
      runFacts(moduleFacts({}, { declared: [declared('p', { probe: true })] })),
      'no-cases-ran',
    ],
    [
      'a suite file was never reported',
      runFacts(good, { expectedModules: ['a.test.ts', 'b.test.ts'] }),
      'cases-missing',
    ],
    ['a suite file was reported twice', runFacts(good, { modules: [good, good] }), 'cases-missing'],
    ['a declared case was not reported', runFacts({ ...good, reported: [reported('one')] }), 'cases-missing'],
    [
      'a declared case was reported twice',
      runFacts({ ...good, reported: [reported('one'), reported('two'), reported('two')] }),
      'cases-missing',
    ],
    ['a declared case was skipped', runFacts(moduleFacts({ one: 'passed', two: 'skipped' })), 'cases-missing'],
    [
      'a case was reported that nobody declared',
      runFacts({ ...good, reported: [...good.reported, reported('three')] }),
      'cases-missing',
    ],
    [
      'two cases have one id',
      runFacts({ ...good, declared: [declared('one'), declared('one'), declared('two')] }),
      'cases-missing',
    ],
    ['the module was not reported as ended', runFacts({ ...good, ended: false }), 'crashed'],
    ['the end marker is missing', runFacts({ ...good, endMarker: false }), 'crashed'],
    [
      'the suite had an error outside its cases',
      runFacts({ ...good, errors: ['beforeAll failed'] }),
      'unhandled-error',
    ],
    ['an error went unhandled', runFacts(good, { unhandledErrors: ['rejected'] }), 'unhandled-error'],
    ['the worker crashed', runFacts(good, { workerEnd: 'crashed' }), 'crashed'],
    ['the run went over its budget', runFacts(good, { workerEnd: 'over-budget' }), 'timed-out'],
    [
      'the program does not load',
      runFacts({ ...good, stop: { reason: 'does-not-load', caseId: null, message: 'm' } }),
      'does-not-load',
    ],
    ['the program exited', runFacts({ ...good, stop: { reason: 'exited', caseId: 'one', message: 'm' } }), 'exited'],
    [
      'a call had no answer',
      runFacts({ ...good, stop: { reason: 'timed-out', caseId: 'one', message: 'm' } }),
      'timed-out',
    ],
  ]
  test.each(rows)('%s: not witnessed', (_, facts, expected) => {
    expect(verdictOf(facts)).toBe(expected)
  })
})

test('witness: a probe that did not run: no fault', () => {
  const module = { ...good, declared: [...good.declared, declared('p', { probe: true })] }
  expect(verdictOf(runFacts(module))).toBe('witnessed')
})
