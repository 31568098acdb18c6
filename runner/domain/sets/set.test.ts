import { expect, test } from 'vitest'
import { allowedLanguages, decodeSet, setTimes, solutionRule, type ExerciseSet } from './set.ts'

const least = { formatVersion: 1, id: 'week-one', name: 'Week one', version: 1, exercises: [{ slug: 'hello-gym' }] }
const decode = (more: object = {}) => decodeSet('set.json', JSON.stringify({ ...least, ...more }))

function decoded(more: object = {}): ExerciseSet {
  const read = decode(more)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.value
}

test('the least a set can be has the usual rules', () => {
  expect(decoded()).toEqual({
    ...least,
    description: '',
    groups: [],
    passMark: 80,
    opensAt: null,
    closesAt: null,
    late: null,
    rules: { hints: 'shown', attempts: 'best' },
    exercises: [{ slug: 'hello-gym', weight: 1 }],
  })
})

test('everything a set can have', () => {
  const set = decoded({
    $schema: './set.schema.json',
    description: 'For beginners',
    groups: [{ id: 'monday', name: 'Monday' }],
    exercises: [
      {
        slug: 'hello-gym',
        content: `content-${'0'.repeat(32)}`,
        languages: ['ts', 'py'],
        weight: 2.5,
        group: 'monday',
      },
    ],
    opensAt: '2026-03-01T08:00:00+01:00',
    closesAt: { local: '2026-03-08T23:59', zone: 'Europe/Berlin' },
    passMark: 50,
    late: { graceMinutes: 10, percentPerDay: 10, capPercent: 50, lateDays: 2 },
    rules: { hints: 'hidden', solutions: 'after-close', attempts: 'last' },
  })
  expect(setTimes(set)).toEqual({ opensAt: '2026-03-01T07:00:00.000Z', closesAt: '2026-03-08T22:59:00.000Z' })
  expect(allowedLanguages(set.exercises[0] ?? { slug: '', weight: 1 }, ['java', 'py', 'ts'])).toEqual(['py', 'ts'])
})

test.each<[string, object, RegExp]>([
  ['an unknown key', { deadline: 'tomorrow' }, /deadline/],
  ['another format', { formatVersion: 2 }, /formatVersion/],
  ['an id that is no slug', { id: 'Week One' }, /lower-case words/],
  ['no exercise', { exercises: [] }, /at least one exercise/],
  ['an exercise that stands twice', { exercises: [{ slug: 'a' }, { slug: 'a' }] }, /stands twice/],
  ['a hash of another form', { exercises: [{ slug: 'a', content: 'abc' }] }, /32 hexadecimal digits/],
  ['a group that is not there', { exercises: [{ slug: 'a', group: 'monday' }] }, /no group "monday"/],
  ['weights that are all zero', { exercises: [{ slug: 'a', weight: 0 }] }, /at least one weight/],
  [
    'a close before the opening',
    { opensAt: '2026-03-02T00:00:00Z', closesAt: '2026-03-01T00:00:00Z' },
    /after opensAt/,
  ],
  ['a late policy without a close', { late: {} }, /needs closesAt/],
  ['solutions after a close that is not there', { rules: { solutions: 'after-close' } }, /needs closesAt/],
  ['a time without a zone', { closesAt: '2026-03-01T00:00:00' }, /its offset/],
  ['a pass mark above 100', { passMark: 101 }, /passMark/],
])('%s is refused, and where', (_, more, expected) => {
  const read = decode(more)
  expect(read.ok).toBe(false)
  expect(read.ok ? '' : read.problems.map((p) => `${p.at}: ${p.message}`).join('\n')).toMatch(expected)
})

test('all problems are told together', () => {
  const read = decode({ id: 'A', passMark: -1, version: 0 })
  expect(read.ok ? 0 : read.problems.length).toBe(3)
})

test.each<[string, object, boolean, string, string]>([
  ['as usual', {}, false, '2026-01-01', 'open'],
  ['never, not even passed', { rules: { solutions: 'never' } }, true, '2026-01-01', 'never'],
  ['not passed', { rules: { solutions: 'after-pass' } }, false, '2026-01-01', 'after-pass'],
  ['passed', { rules: { solutions: 'after-pass' } }, true, '2026-01-01', 'open'],
  [
    'before the close',
    { rules: { solutions: 'after-close' }, closesAt: '2026-02-01T00:00:00Z' },
    true,
    '2026-01-01',
    'after-close',
  ],
  [
    'after the close',
    { rules: { solutions: 'after-close' }, closesAt: '2026-02-01T00:00:00Z' },
    false,
    '2026-02-02',
    'open',
  ],
])('solutionRule: %s', (_, more, passed, now, expected) =>
  expect(solutionRule(decoded(more), passed, Date.parse(now))).toBe(expected),
)
