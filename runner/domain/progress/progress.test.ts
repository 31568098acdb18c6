import { expect, test } from 'vitest'
import { decodeEvent, isPassed, replay, stateOf, type ProgressEvent } from './progress.ts'
import { migrateProgress } from './progress-format.ts'

const attempt = (more: object): ProgressEvent =>
  ({
    event: 'attempt',
    at: '2026-11-22T10:00:00.000Z',
    slug: 'money-split',
    language: 'ts',
    verdict: 'failed',
    score: 40,
    mastered: false,
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
  const progress = replay([started, attempt({ verdict: 'passed', score: 90 }), attempt({ score: 30 })])
  expect(isPassed(progress, 'money-split')).toBe(true)
  expect(progress.exercises['money-split']?.ts).toMatchObject({ best: 90, attempts: 2 })
})

test('replay: a broken attempt without a score: counted, the best stays', () => {
  const progress = replay([started, attempt({}), attempt({ verdict: 'broken', score: null, hints: [] })])
  expect(progress.exercises['money-split']?.ts).toMatchObject({ best: 40, attempts: 2, lastHint: null })
})

test('stateOf: two languages: the better one', () => {
  const other = { ...attempt({ verdict: 'passed', score: 100, mastered: true }), language: 'py' } as ProgressEvent
  expect(stateOf(replay([started, attempt({}), other]), 'money-split')).toBe('mastered')
  expect(stateOf(replay([]), 'money-split')).toBe('new')
})

test('decodeEvent: torn, foreign and future lines: null', () => {
  expect(decodeEvent('{"event":"attem')).toBeNull()
  expect(decodeEvent('')).toBeNull()
  expect(decodeEvent('{"event":"danced","slug":"x","language":"ts","at":"y"}')).toBeNull()
  expect(decodeEvent(JSON.stringify({ ...started, unknown: 1 }))).toMatchObject({ event: 'started', unknown: 1 })
})

test('migrateProgress: format 0: read as format 1, unknown keys kept', () => {
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
    progress: { exercises: { 'money-split': { py: { best: 90, attempts: 0 } } } },
  })
})

test('migrateProgress: a newer format, broken JSON, no object: told apart', () => {
  expect(migrateProgress('{"formatVersion":9}')).toEqual({ kind: 'newer', format: 9 })
  expect(migrateProgress('{')).toMatchObject({ kind: 'unreadable' })
  expect(migrateProgress('[]')).toMatchObject({ kind: 'unreadable' })
  expect(migrateProgress('{"formatVersion":1,"exercises":7}')).toMatchObject({ kind: 'unreadable' })
})
