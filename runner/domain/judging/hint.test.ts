import { expect, test } from 'vitest'
import { declared, moduleFacts, reported, runFacts } from '../../testing/facts-fixtures.ts'
import { chooseHints, type Hint, type HintCondition } from './hint.ts'
import type { RunFacts } from './run-facts.ts'

const hint = (id: string, ...when: HintCondition[]): Hint => ({
  id,
  when,
  confidence: 0.5,
  L1: `${id} level one`,
  L2: `${id} level two`,
  L3: `${id} level three`,
})
const ids = (hints: Hint[], facts: RunFacts, sources = new Map<string, string>()): string[] =>
  chooseHints(hints, facts, sources).map((h) => h.id)

const oneRed = runFacts(moduleFacts({ a: 'passed', b: 'failed', c: 'failed' }))

test('chooseHints: everything passed: none', () => {
  expect(ids([hint('x', { failed: [] })], runFacts(moduleFacts({ a: 'passed' })))).toEqual([])
})

test('chooseHints: a failed probe: above cases', () => {
  const facts = runFacts({
    ...moduleFacts({ a: 'failed' }),
    declared: [declared('a'), declared('p', { probe: true })],
    reported: [reported('a', 'failed'), reported('p', 'failed')],
  })
  expect(ids([hint('cases', { failed: ['a'] }), hint('probe', { probe: 'p' })], facts)).toEqual(['probe', 'cases'])
})

test('chooseHints: a probe that did not run: no match', () => {
  const facts = runFacts({ ...moduleFacts({ a: 'failed' }), declared: [declared('a'), declared('p', { probe: true })] })
  expect(ids([hint('probe', { probe: 'p' })], facts)).toEqual([])
})

test('chooseHints: failed and passed: all parts must hold', () => {
  expect(
    ids(
      [
        hint('yes', { failed: ['b'], passed: ['a'] }),
        hint('no', { failed: ['a'] }),
        hint('nor', { failed: ['b'], passed: ['c'] }),
      ],
      oneRed,
    ),
  ).toEqual(['yes'])
})

test('chooseHints: same strength: the hint for the first red case goes first', () => {
  expect(ids([hint('later', { failed: ['c'] }), hint('first', { failed: ['b'] })], oneRed)).toEqual(['first', 'later'])
})

test('chooseHints: same strength and case: the more specific one goes first', () => {
  expect(ids([hint('general', { failed: ['b'] }), hint('special', { failed: ['b', 'c'] })], oneRed)).toEqual([
    'special',
    'general',
  ])
})

test('chooseHints: at most three', () => {
  expect(
    ids(
      ['1', '2', '3', '4'].map((n) => hint(`h${n}`, { failed: ['b'] })),
      oneRed,
    ),
  ).toHaveLength(3)
})

test('chooseHints: at: the assertion with these words failed there, and it says more than the case alone', () => {
  const module = moduleFacts(
    {},
    {
      declared: [declared('a'), declared('b')],
      reported: [reported('a', 'failed', { at: 'the total' }), reported('b', 'passed', { at: null })],
    },
  )
  const hints = [
    hint('case', { failed: ['a'] }),
    hint('total', { at: { a: 'the total' } }),
    hint('either', { at: { a: ['the tax', 'the total'] } }),
    hint('tax', { at: { a: 'the tax' } }),
    hint('elsewhere', { at: { b: 'the total' } }),
  ]
  expect(ids(hints, runFacts(module))).toEqual(['total', 'either', 'case'])
})

test('chooseHints: evidence beside at: on the cases that at names', () => {
  const module = moduleFacts(
    {},
    {
      declared: [declared('a'), declared('b')],
      reported: [
        reported('a', 'failed', { at: 'the status', evidence: { status: 500 } }),
        reported('b', 'failed', { at: 'the status', evidence: { status: 404 } }),
      ],
    },
  )
  const on = (status: number): HintCondition => ({ at: { a: 'the status' }, evidence: { status } })
  expect(ids([hint('own', on(500)), hint('other', on(404))], runFacts(module))).toEqual(['own'])
})

test('chooseHints: evidence: equal values on a failed case only', () => {
  const module = moduleFacts(
    {},
    {
      declared: [declared('a'), declared('b')],
      reported: [
        reported('a', 'passed', { evidence: { status: 500 } }),
        reported('b', 'failed', { evidence: { status: 404 } }),
      ],
    },
  )
  expect(
    ids([hint('x404', { evidence: { status: 404 } }), hint('x500', { evidence: { status: 500 } })], runFacts(module)),
  ).toEqual(['x404'])
})

test('chooseHints: error pattern: transcript, message and the reason of a stop count', () => {
  const failed = moduleFacts(
    {},
    {
      declared: [declared('a')],
      reported: [reported('a', 'failed', { transcript: [{ label: 'got', text: 'EADDRINUSE' }] })],
    },
  )
  expect(ids([hint('port', { error: 'EADDRINUSE' })], runFacts(failed))).toEqual(['port'])
  const stopped = moduleFacts({}, { stop: { reason: 'timed-out', caseId: null, message: 'No answer from settle' } })
  expect(ids([hint('slow', { error: 'No answer from settle' })], runFacts(stopped))).toEqual(['slow'])
})

test('chooseHints: source alone: chosen, but below the confidence of a recommendation', () => {
  const [chosen] = chooseHints(
    [hint('src', { source: { file: 'a.ts', matches: 'forEach\\(async' } })],
    oneRed,
    new Map([['a.ts', 'x.forEach(async () => {})']]),
  )
  expect(chosen).toMatchObject({ id: 'src', confident: false })
})
