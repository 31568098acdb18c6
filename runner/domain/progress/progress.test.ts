import { describe, expect, test } from 'vitest'
import { bestOf, decodeEvent, isPassed, replay, stateOf, type Progress, type ProgressEvent } from './progress.ts'
import { migrateProgress } from './progress-format.ts'

const attempt = (more: object): ProgressEvent =>
  ({
    event: 'attempt',
    at: '2026-11-22T10:00:00.000Z',
    slug: 'money-split',
    language: 'ts',
    verdict: 'failed',
    score: 40,
    hints: ['float-money'],
    seed: 1,
    durationMs: 5,
    ...more,
  }) as ProgressEvent
const started: ProgressEvent = { event: 'started', at: '2026-11-22T09:00:00.000Z', slug: 'money-split', language: 'ts' }

test('replay: the same mistake twice: counted in a row', () => {
  expect(replay([started, attempt({}), attempt({})]).exercises['money-split']?.ts?.lastHint).toEqual({
    id: 'float-money',
    times: 2,
  })
  expect(replay([started, attempt({}), attempt({ hints: ['other'] })]).exercises['money-split']?.ts?.lastHint).toEqual({
    id: 'other',
    times: 1,
  })
})

test('replay: a pass and then a worse attempt: stays passed, the best stays', () => {
  const progress = replay([started, attempt({ verdict: 'passed', score: 100 }), attempt({ score: 30 })])
  expect(isPassed(progress, 'money-split')).toBe(true)
  expect(progress.exercises['money-split']?.ts).toMatchObject({ best: 100, attempts: 2 })
})

test('replay: a broken attempt without a score: counted, the best stays', () => {
  const progress = replay([started, attempt({}), attempt({ verdict: 'broken', score: null, hints: [] })])
  expect(progress.exercises['money-split']?.ts).toMatchObject({ best: 40, attempts: 2, lastHint: null })
})

test('stateOf: two languages: the better one', () => {
  const other = { ...attempt({ verdict: 'passed', score: 100 }), language: 'py' } as ProgressEvent
  expect(stateOf(replay([started, attempt({}), other]), 'money-split')).toBe('passed')
  expect(stateOf(replay([]), 'money-split')).toBe('new')
})

const event = (name: string, minute: string): ProgressEvent =>
  ({ event: name, at: `2026-11-22T11:${minute}:00.000Z`, slug: 'money-split', language: 'ts' }) as ProgressEvent
const own = (events: ProgressEvent[]) => replay(events).exercises['money-split']?.ts

test('replay: skipped: open with its best score, whatever is tried after it, until it is passed', () => {
  const skipped = [started, attempt({ score: 92 }), event('skipped', '01')]
  expect(stateOf(replay(skipped), 'money-split')).toBe('skipped')
  expect(bestOf(replay(skipped), 'money-split')).toBe(92)
  expect(stateOf(replay([...skipped, attempt({ score: 95 })]), 'money-split')).toBe('skipped')
  expect(own([...skipped, event('skipped', '02')])).toMatchObject({ skippedAt: '2026-11-22T11:02:00.000Z' })
  expect(own([...skipped, event('resumed', '03')])).toMatchObject({ skippedAt: expect.any(String), resumed: true })
  expect(own([...skipped, event('resumed', '03'), event('skipped', '04')])).toMatchObject({ resumed: false })
  const passed = [...skipped, event('resumed', '03'), attempt({ verdict: 'passed', score: 100 })]
  expect(own(passed)).toMatchObject({ passedAt: expect.any(String), skippedAt: null, resumed: false })
})

test('replay: what is passed cannot be skipped, and what was never skipped is not taken up again', () => {
  const passed = [started, attempt({ verdict: 'passed', score: 100 }), event('skipped', '01')]
  expect(own(passed)).toMatchObject({ skippedAt: null })
  expect(own([started, event('resumed', '01')])).toMatchObject({ resumed: false })
})

test('replay: an exercise that is skipped while another is under way: that one stays the current one', () => {
  const other = { ...event('started', '00'), slug: 'retry-client' }
  expect(replay([started, attempt({}), other, event('skipped', '01')]).current).toEqual({
    slug: 'retry-client',
    language: 'ts',
  })
})

test('stateOf: skipped in one language, started in another: skipped, so that nobody is thrown back to it', () => {
  const py = { ...event('started', '02'), language: 'py' } as ProgressEvent
  expect(stateOf(replay([started, event('skipped', '01'), py]), 'money-split')).toBe('skipped')
})

describe('what was passed from 80 points on', () => {
  const at = (minute: string, verdict: string, score: number | null) =>
    attempt({ at: `2026-11-22T10:${minute}:00.000Z`, verdict, score, mastered: score === 100, hints: [] })
  const format1 = (more: object): unknown => ({
    formatVersion: 1,
    current: { slug: 'money-split', language: 'ts' },
    exercises: {
      'money-split': {
        ts: { startedAt: started.at, passedAt: null, masteredAt: null, gaveUpAt: null, hints: {}, ...more },
      },
    },
  })
  const [t1, t2, t3] = ['2026-11-22T10:01:00.000Z', '2026-11-22T10:02:00.000Z', '2026-11-22T10:03:00.000Z']

  test.each<[string, ProgressEvent[], object, string, object]>([
    [
      'with a red case: skipped, with its score',
      [at('01', 'passed', 92)],
      { attempts: 1, best: 92, passedAt: t1, lastAttempt: { at: t1, verdict: 'passed', score: 92 } },
      'skipped',
      { passedAt: null, skippedAt: t1, best: 92, resumed: false, lastAttempt: { verdict: 'failed' } },
    ],
    [
      'and tried again: skipped when it was passed first',
      [at('01', 'passed', 80), at('02', 'passed', 95), at('03', 'failed', 40)],
      { attempts: 3, best: 95, passedAt: t1, lastAttempt: { at: t3, verdict: 'failed', score: 40 } },
      'skipped',
      { passedAt: null, skippedAt: t1, best: 95 },
    ],
    [
      'and all green later: passed then',
      [at('01', 'passed', 85), at('02', 'passed', 100), at('03', 'passed', 85)],
      { attempts: 3, best: 100, passedAt: t1, masteredAt: t2, lastAttempt: { at: t3, verdict: 'passed', score: 85 } },
      'passed',
      { passedAt: t2, skippedAt: null, lastAttempt: { verdict: 'failed' } },
    ],
    [
      'every case green: passed',
      [at('01', 'passed', 100)],
      { attempts: 1, best: 100, passedAt: t1, masteredAt: t1, lastAttempt: { at: t1, verdict: 'passed', score: 100 } },
      'passed',
      { passedAt: t1, skippedAt: null, lastAttempt: { verdict: 'passed' } },
    ],
    [
      'not passed: started',
      [at('01', 'failed', 79), at('02', 'broken', null)],
      { attempts: 2, best: 79, lastAttempt: { at: t2, verdict: 'broken', score: null } },
      'started',
      { passedAt: null, skippedAt: null },
    ],
  ])('%s; progress.json and the journal agree', (_, events, stored, state, expected) => {
    const replayed = replay([started, ...events])
    expect(stateOf(replayed, 'money-split')).toBe(state)
    expect(replayed.exercises['money-split']?.ts).toMatchObject(expected)
    const migrated = migrateProgress(JSON.stringify(format1(stored))) as { progress: Progress }
    expect(migrated.progress).toEqual(replayed)
  })
})

test('decodeEvent: torn, foreign and future lines: null', () => {
  expect(decodeEvent('{"event":"attem')).toBeNull()
  expect(decodeEvent('')).toBeNull()
  expect(decodeEvent('{"event":"danced","slug":"x","language":"ts","at":"y"}')).toBeNull()
  expect(decodeEvent(JSON.stringify({ ...started, unknown: 1 }))).toMatchObject({ event: 'started', unknown: 1 })
})

test('migrateProgress: format 0: read, unknown keys kept; passed with a red case is skipped', () => {
  const old = {
    'money-split': {
      language: 'py',
      startedAt: '2026-01-01T00:00:00.000Z',
      passedAt: '2026-01-02T00:00:00.000Z',
      best: 90,
    },
    theme: 'dark',
  }
  const migrated = migrateProgress(JSON.stringify(old))
  expect(migrated).toMatchObject({
    kind: 'ok',
    unknown: { theme: 'dark' },
    progress: {
      exercises: {
        'money-split': { py: { best: 90, attempts: 0, passedAt: null, skippedAt: old['money-split'].passedAt } },
      },
    },
  })
})

test('migrateProgress: a newer format, broken JSON, no object: told apart', () => {
  expect(migrateProgress('{"formatVersion":9}')).toEqual({ kind: 'newer', format: 9 })
  expect(migrateProgress('{')).toMatchObject({ kind: 'unreadable' })
  expect(migrateProgress('[]')).toMatchObject({ kind: 'unreadable' })
  expect(migrateProgress('{"formatVersion":1,"exercises":7}')).toMatchObject({ kind: 'unreadable' })
  expect(migrateProgress('{"formatVersion":1,"exercises":{"x":7}}')).toMatchObject({ kind: 'unreadable' })
  expect(migrateProgress('{"formatVersion":2,"exercises":{"x":{"ts":7}}}')).toMatchObject({ kind: 'unreadable' })
})
