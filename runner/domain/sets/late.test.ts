import { expect, test } from 'vitest'
import { latenessOf, pointsKept, type LatePolicy } from './late.ts'
import type { SetTime } from './set-time.ts'

const close = '2026-03-02T00:00:00+01:00'
const policy: LatePolicy = { graceMinutes: 15, percentPerDay: 10, capPercent: 25, lateDays: 0 }

test.each<[string, string, number, number, number]>([
  ['in time', '2026-03-01T22:00:00Z', 0, 0, 90],
  ['on the stroke', '2026-03-01T23:00:00Z', 0, 0, 90],
  ['a second late is in time, within the grace', '2026-03-01T23:00:01Z', 0, 0, 90],
  ['the end of the grace is in time', '2026-03-01T23:15:00Z', 0, 0, 90],
  ['after the grace the first day has begun', '2026-03-01T23:15:01Z', 16, 1, 81],
  ['the end of the first day', '2026-03-02T23:00:00Z', 1440, 1, 81],
  ['the second day', '2026-03-02T23:00:01Z', 1441, 2, 72],
  ['the cap', '2026-03-09T23:00:00Z', 11_520, 8, 67.5],
  ['with the learner’s own offset', '2026-03-02T10:00:00+11:00', 0, 0, 90],
])('%s', (_, at, minutes, days, points) => {
  const lateness = latenessOf(close, at, policy.graceMinutes)
  expect([lateness, pointsKept(90, lateness, policy)]).toEqual([{ minutes, days }, points])
})

test.each<[string, SetTime, string, number]>([
  [
    'spring: the same time tomorrow is 23 hours later, one day',
    { local: '2026-03-28T23:59', zone: 'Europe/Berlin' },
    '2026-03-29T21:59:00Z',
    1,
  ],
  [
    'spring: a minute more is the second day',
    { local: '2026-03-28T23:59', zone: 'Europe/Berlin' },
    '2026-03-29T22:00:00Z',
    2,
  ],
  [
    'autumn: the same time tomorrow is 25 hours later, one day',
    { local: '2026-10-24T23:59', zone: 'Europe/Berlin' },
    '2026-10-25T22:59:00Z',
    1,
  ],
  [
    'autumn: a minute more is the second day',
    { local: '2026-10-24T23:59', zone: 'Europe/Berlin' },
    '2026-10-25T23:00:00Z',
    2,
  ],
  ['by an offset a day has 24 hours', '2026-10-24T23:59:00+02:00', '2026-10-25T22:59:00Z', 2],
  ['across both changes of a year', { local: '2026-03-28T23:59', zone: 'Europe/Berlin' }, '2027-03-28T21:59:00Z', 365],
])('days: %s', (_, closesAt, at, days) => expect(latenessOf(closesAt, at).days).toBe(days))

test.each([
  [0, 0, 100],
  [1, 0, 100],
  [2, 0, 100],
  [3, 0, 90],
  [4, 0, 80],
])('late days: %i days with two free ones', (days, _, points) => {
  expect(pointsKept(100, { days }, { graceMinutes: 0, percentPerDay: 10, capPercent: 100, lateDays: 2 })).toBe(points)
})

test('all of it can be lost, and never more', () => {
  const harsh: LatePolicy = { graceMinutes: 0, percentPerDay: 40, capPercent: 100, lateDays: 0 }
  expect([1, 2, 3, 4].map((days) => pointsKept(100, { days }, harsh))).toEqual([60, 20, 0, 0])
})

test('without a close nothing is late', () =>
  expect(latenessOf(null, '2036-01-01T00:00:00Z')).toEqual({ minutes: 0, days: 0 }))

test('points are kept to two decimals', () => expect(pointsKept(33.33, { days: 1 }, policy)).toBe(30))
