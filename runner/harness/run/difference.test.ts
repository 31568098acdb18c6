import { expect, test } from 'vitest'
import { describeDifference, failedAt, literal } from './difference.ts'

/** What a learner reads of a failed assertion, from the real error that vitest throws. */
const linesOf = (assertion: () => void): string[] => {
  try {
    assertion()
  } catch (error) {
    return describeDifference(error).map((l) => `${l.label}: ${l.text}`)
  }
  throw new Error('the assertion passed')
}

test('describeDifference: two words: both, as they are', () => {
  expect(linesOf(() => expect('b').toBe('a'))).toEqual(['expected: "a"', 'got: "b"'])
})

test('describeDifference: with the author’s words: what it is about', () => {
  expect(linesOf(() => expect(200, 'status of the second DELETE').toBe(404))).toEqual([
    'about: status of the second DELETE',
    'expected: 404',
    'got: 200',
  ])
})

test('failedAt: the words given to the expect that failed, whatever was expected', () => {
  const at = (assertion: () => void): string | null => {
    try {
      assertion()
    } catch (error) {
      return failedAt(error)
    }
    throw new Error('the assertion passed')
  }
  expect(at(() => expect('x: expected y', 'the text').toBe('z'))).toBe('the text')
  expect(at(() => expect([1], 'the list').toContain(2))).toBe('the list')
  expect(at(() => expect({ a: 1 }, 'the object').toHaveProperty('b'))).toBe('the object')
  expect(at(() => expect(1, 'not one').not.toBe(1))).toBe('not one')
  expect(at(() => expect(undefined, 'there').toBeDefined())).toBe('there')
  expect(at(() => expect(3, 'at most two').toBeLessThanOrEqual(2))).toBe('at most two')
  expect(at(() => expect(3).toBe(2))).toBe(null)
  expect(failedAt(new Error('a sentence'))).toBe(null)
  expect(failedAt('thrown text')).toBe(null)
})

test('describeDifference: objects: only where they differ', () => {
  const lines = linesOf(() =>
    expect({ a: 1, b: { c: 2, d: 3 }, same: true }).toEqual({ a: 1, b: { c: 9, d: 3 }, same: true }),
  )
  expect(lines).toEqual(['expected: b.c = 9', 'got: b.c = 2'])
})

test('describeDifference: a missing and an extra key: said so', () => {
  expect(linesOf(() => expect({ a: 1 }).toEqual({ b: 2 }))).toEqual([
    'expected: b = 2',
    'got: b = (nothing)',
    'expected: a = (nothing)',
    'got: a = 1',
  ])
})

test('describeDifference: matchers of the suite: in words, and what they accept is no difference', () => {
  const lines = linesOf(() =>
    expect({ id: 'x1', at: 5 }).toEqual({ id: expect.stringMatching(/^y/), at: expect.any(Number) }),
  )
  expect(lines).toEqual(['expected: id = string matching /^y/', 'got: id = "x1"'])
})

test('describeDifference: an error without values: its first line', () => {
  expect(describeDifference(new Error('The server ended during this request (exit code 1).\n at x'))).toEqual([
    { label: 'problem', text: 'The server ended during this request (exit code 1).' },
  ])
  expect(describeDifference('thrown text')).toEqual([{ label: 'error', text: 'thrown text' }])
})

test('describeDifference: long arrays: the places that differ', () => {
  const long = Array.from({ length: 60 }, (_, i) => `line ${i}`)
  expect(linesOf(() => expect(long.map((l) => (l === 'line 41' ? 'other' : l))).toEqual(long))).toEqual([
    'expected: [41] = "line 41"',
    'got: [41] = "other"',
  ])
})

test('literal: what JSON cannot say', () => {
  expect([
    literal(undefined),
    literal(-0),
    literal(10n),
    literal(new Map([[1, 2]])),
    literal(new Set([1n])),
    literal(NaN),
  ]).toEqual(['undefined', '-0', '10n', 'Map [[1,2]]', 'Set ["1n"]', 'NaN'])
})
