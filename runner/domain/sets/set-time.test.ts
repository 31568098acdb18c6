import { expect, test } from 'vitest'
import * as v from 'valibot'
import { instantOf, isoOf, setTimeSchema, toldTime, type SetTime } from './set-time.ts'

const berlin = (local: string): SetTime => ({ local, zone: 'Europe/Berlin' })

test.each<[string, SetTime, string]>([
  ['an instant with an offset', '2026-03-02T00:00:00+01:00', '2026-03-01T23:00:00.000Z'],
  ['an instant without seconds', '2026-03-02T00:00Z', '2026-03-02T00:00:00.000Z'],
  ['winter in a zone', berlin('2026-01-15T23:59'), '2026-01-15T22:59:00.000Z'],
  ['summer in a zone', berlin('2026-07-15T23:59:30'), '2026-07-15T21:59:30.000Z'],
  ['a zone of half an hour', { local: '2026-07-15T12:00', zone: 'Asia/Kolkata' }, '2026-07-15T06:30:00.000Z'],
  ['a zone west of us', { local: '2026-07-15T12:00', zone: 'America/Los_Angeles' }, '2026-07-15T19:00:00.000Z'],
  ['a zone a day ahead', { local: '2026-07-15T12:00', zone: 'Pacific/Kiritimati' }, '2026-07-14T22:00:00.000Z'],
  ['a time that the clock shows twice: the second', berlin('2026-10-25T02:30'), '2026-10-25T01:30:00.000Z'],
  [
    'a time that the clock skips: as if the change had not come',
    berlin('2026-03-29T02:30'),
    '2026-03-29T01:30:00.000Z',
  ],
  ['the last minute before the change', berlin('2026-03-29T01:59'), '2026-03-29T00:59:00.000Z'],
  ['the first minute after it', berlin('2026-03-29T03:00'), '2026-03-29T01:00:00.000Z'],
  [
    'in the south, the skipped hour',
    { local: '2026-10-04T02:15', zone: 'Australia/Sydney' },
    '2026-10-03T16:15:00.000Z',
  ],
])('isoOf: %s', (_, time, iso) => expect(isoOf(time)).toBe(iso))

test('instantOf: a day later by a zone’s clock has 23 or 25 hours where it changes; by an offset always 24', () => {
  const hours = (time: SetTime): number => (instantOf(time, 1) - instantOf(time)) / 3_600_000
  expect(hours(berlin('2026-03-28T23:59'))).toBe(23)
  expect(hours(berlin('2026-10-24T23:59'))).toBe(25)
  expect(hours(berlin('2026-06-01T23:59'))).toBe(24)
  expect(hours('2026-03-28T23:59:00+01:00')).toBe(24)
})

test.each<[string, unknown]>([
  ['a day alone', '2026-03-02'],
  ['a time without a zone', '2026-03-02T10:00:00'],
  ['no such day', '2026-13-02T10:00:00Z'],
  ['a zone that nobody has', { local: '2026-03-02T10:00', zone: 'Mars/Olympus' }],
  ['an offset beside a zone', { local: '2026-03-02T10:00+01:00', zone: 'Europe/Berlin' }],
  ['no such hour', { local: '2026-03-02T25:00', zone: 'Europe/Berlin' }],
  ['a number', 1_770_000_000],
])('setTimeSchema: %s is refused', (_, value) => expect(v.safeParse(setTimeSchema, value).success).toBe(false))

test.each(['2026-02-30T10:00:00Z', '2026-04-31T10:00:00+01:00', '2025-02-29T10:00:00Z', '2026-13-01T10:00:00Z'])(
  'a day that no calendar has is none: %s',
  (text) => {
    expect(v.safeParse(setTimeSchema, text).success).toBe(false)
    expect(v.safeParse(setTimeSchema, { local: text.slice(0, 16), zone: 'Europe/Berlin' }).success).toBe(false)
    expect(v.safeParse(setTimeSchema, '2028-02-29T10:00:00Z').success).toBe(true)
  },
)

test.each<[SetTime, string]>([
  [{ local: '2026-03-02T23:59', zone: 'Europe/Berlin' }, '2026-03-02 23:59 Europe/Berlin (2026-03-02 22:59 UTC)'],
  ['2026-03-02T23:59:00-08:00', '2026-03-02 23:59 -08:00 (2026-03-03 07:59 UTC)'],
  ['2026-03-02T23:59:00Z', '2026-03-02 23:59 UTC'],
])('toldTime: in the words of the set, and in UTC', (time, told) => expect(toldTime(time)).toBe(told))
