import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { statesThatCount } from '../../domain/class/grade-plan.ts'
import type { SubmittedWork } from '../../domain/class/grading.ts'
import { readRules } from './set-rules.ts'

const folder = mkdtempSync(join(tmpdir(), 'gym set '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bySlug = new Map([['money-split', exerciseFixture()]])
const set = {
  formatVersion: 1,
  id: 'week-1',
  name: 'Week 1',
  version: 3,
  exercises: [{ slug: 'money-split' }, { slug: 'not-here', weight: 2 }],
  closesAt: { local: '2026-03-28T23:59', zone: 'Europe/Berlin' },
  late: { graceMinutes: 10, percentPerDay: 10, lateDays: 1 },
}
const read = (value: unknown) => {
  writeFileSync(join(folder, 'set.json'), JSON.stringify(value))
  return readRules(folder, { bySlug })
}

test('reads what the gradebook needs; titles and groups come from the catalog', () => {
  expect(read(set).rules).toEqual({
    id: 'week-1',
    version: '3',
    title: 'Week 1',
    passMark: 80,
    closesAt: '2026-03-28T22:59:00.000Z',
    inTimeUntil: '2026-03-28T23:09:00.000Z',
    attempts: 'best',
    exercises: [
      {
        slug: 'money-split',
        weight: 1,
        title: 'Split money without losing a cent',
        groups: [{ id: 'main', weight: 100 }],
      },
      { slug: 'not-here', weight: 2, title: 'not-here', groups: [] },
    ],
  })
})

test("the set's own late policy is used, by the clock of its zone", () => {
  const { late } = read(set)
  expect(late(90, '2026-03-28T23:05:00Z')).toEqual({ minutes: 0, score: 90 })
  expect(late(90, '2026-03-29T21:59:00Z')).toEqual({ minutes: 1380, score: 90 })
  expect(late(90, '2026-03-29T22:00:00Z')).toEqual({ minutes: 1381, score: 81 })
})

test('what comes within the grace is not late, and is the last one in time', () => {
  const { rules, late } = read(set)
  expect(late(90, '2026-03-28T23:09:00Z')).toEqual({ minutes: 0, score: 90 })
  expect(late(90, '2026-03-28T23:09:01Z')).toEqual({ minutes: 11, score: 90 })
  const at = ['22:00:00', '23:08:00', '23:30:00'].map((time) => ({ at: `2026-03-28T${time}Z` }) as SubmittedWork)
  expect(statesThatCount(at, 'last', rules.inTimeUntil)).toEqual([at[1], at[2]])
})

test('without a late policy lateness is only told', () => {
  expect(read({ ...set, late: null }).late(90, '2026-04-28T00:00:00Z')).toMatchObject({ minutes: 43_261, score: 90 })
})

test('a set that does not fit is named with its place', () => {
  expect(() => read({ ...set, version: 0, extra: 1 })).toThrow(
    /is no class folder: its set\.json does not fit: .*"version"/,
  )
})
