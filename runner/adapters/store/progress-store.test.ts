import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isPassed, stateOf, type ProgressEvent } from '../../domain/progress/progress.ts'
import { progressStore } from './progress-store.ts'

const open = (folder = mkdtempSync(join(tmpdir(), 'gym-store-'))) => ({
  folder,
  store: progressStore({ folder, onWait: () => {} }),
  journal: join(folder, 'attempts.jsonl'),
  file: join(folder, 'progress.json'),
})

const attempt = (slug: string, more: object = {}): ProgressEvent =>
  ({
    event: 'attempt',
    at: '2026-11-22T10:00:00.000Z',
    slug,
    language: 'ts',
    verdict: 'passed',
    score: 100,
    hints: [],
    seed: 1,
    durationMs: 5,
    ...more,
  }) as ProgressEvent

test('load: nothing there: empty progress, nothing written', () => {
  const { store } = open()
  expect(store.load()).toMatchObject({ current: null, exercises: {} })
})

test('record: a pass: in the journal, in progress.json, and in the next load', () => {
  const { folder, store, journal, file } = open()
  store.record(attempt('money-split'))
  expect(readFileSync(journal, 'utf8').trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ formatVersion: 2, current: { slug: 'money-split' } })
  expect(isPassed(open(folder).store.load(), 'money-split')).toBe(true)
})

test('record: unknown keys of progress.json: kept', () => {
  const { store, file } = open()
  writeFileSync(file, JSON.stringify({ formatVersion: 1, current: null, exercises: {}, theme: { dark: true } }))
  store.record(attempt('money-split'))
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ theme: { dark: true } })
})

test('load: progress.json is gone: the journal brings everything back', () => {
  const { store, file } = open()
  store.record(attempt('money-split'))
  rmSync(file)
  expect(isPassed(store.load(), 'money-split')).toBe(true)
})

test('record: the journal is gone: progress.json is not forgotten', () => {
  const { store, journal } = open()
  store.record(attempt('money-split'))
  rmSync(journal)
  store.record(attempt('retry-client'))
  const progress = store.load()
  expect([isPassed(progress, 'money-split'), isPassed(progress, 'retry-client')]).toEqual([true, true])
})

test('record: the journal is gone: what was skipped is skipped still', () => {
  const { store, journal } = open()
  store.record(attempt('money-split', { verdict: 'failed', score: 92 }))
  store.record({ event: 'skipped', at: '2026-11-22T10:05:00.000Z', slug: 'money-split', language: 'ts' })
  store.record({ event: 'resumed', at: '2026-11-22T10:06:00.000Z', slug: 'money-split', language: 'ts' })
  const before = store.load().exercises['money-split']?.ts
  rmSync(journal)
  store.record(attempt('retry-client'))
  const { skippedAt, resumed, best } = store.load().exercises['money-split']?.ts ?? {}
  expect({ skippedAt, resumed, best }).toEqual({ skippedAt: before?.skippedAt, resumed: true, best: 92 })
})

test('load: an older clone passed with a red case: open with its score, from either file alone', () => {
  const { store, journal, file } = open()
  const at = '2026-11-22T10:00:00.000Z'
  const old = { startedAt: at, attempts: 1, best: 92, passedAt: at, masteredAt: null }
  writeFileSync(file, JSON.stringify({ formatVersion: 1, current: null, exercises: { 'money-split': { ts: old } } }))
  expect(stateOf(store.load(), 'money-split')).toBe('skipped')
  rmSync(file)
  writeFileSync(journal, `${JSON.stringify(attempt('money-split', { score: 92, mastered: false }))}\n`)
  expect(stateOf(store.load(), 'money-split')).toBe('skipped')
})

test('record: the last line of the journal is torn: skipped, kept, and the next event stands on its own line', () => {
  const { store, journal } = open()
  store.record(attempt('money-split'))
  appendFileSync(journal, '{"event":"attempt","slug":"torn')
  store.record(attempt('retry-client'))
  expect(Object.keys(store.load().exercises).sort()).toEqual(['money-split', 'retry-client'])
  expect(readFileSync(journal, 'utf8')).toContain('"torn\n')
})

test('load: progress.json from a later version: refused, untouched', () => {
  const { store, file } = open()
  writeFileSync(file, '{"formatVersion":7}')
  expect(() => store.load()).toThrow(/newer version/)
  expect(readFileSync(file, 'utf8')).toBe('{"formatVersion":7}')
})

test('load: progress.json is not JSON: a sentence with the way out, untouched', () => {
  const { store, file } = open()
  writeFileSync(file, '{"formatVersion":1,')
  expect(() => store.load()).toThrow(/cannot be read as progress: it is not JSON/)
  expect(readFileSync(file, 'utf8')).toBe('{"formatVersion":1,')
})

test.each(['', '{"formatVersion":1,', '[]'])(
  'load: progress.json is %j and the journal is whole: worked out anew, the file kept, told once',
  (text) => {
    const { folder, store, file } = open()
    store.record(attempt('money-split'))
    writeFileSync(file, text)
    const told: string[] = []
    const again = progressStore({ folder, onWait: () => {}, onRebuilt: (kept) => told.push(kept) })
    expect(isPassed(again.load(), 'money-split')).toBe(true)
    again.record(attempt('retry-client'))
    expect(Object.keys(again.load().exercises)).toEqual(['money-split', 'retry-client'])
    expect(told).toEqual([`${file}.bad`])
    expect(readFileSync(`${file}.bad`, 'utf8')).toBe(text)
  },
)

test('load: format 0: migrated', () => {
  const { store, file } = open()
  writeFileSync(
    file,
    JSON.stringify({
      'money-split': {
        language: 'py',
        startedAt: '2026-01-01T00:00:00.000Z',
        passedAt: '2026-01-02T00:00:00.000Z',
        best: 100,
      },
    }),
  )
  expect(isPassed(store.load(), 'money-split')).toBe(true)
})

const writer = (folder: string, name: string, count: number): string => `
import { progressStore } from ${JSON.stringify(join(import.meta.dirname, 'progress-store.ts'))}
const store = progressStore({ folder: ${JSON.stringify(folder)}, onWait: () => {} })
for (let i = 0; i < ${count}; i++) store.record({ event: 'attempt', at: new Date().toISOString(), slug: '${name}-' + i, language: 'ts', verdict: 'passed', score: 100, hints: [], seed: 1, durationMs: 1 })
process.stdout.write('done')
`
const start = (script: string) =>
  spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
const ended = (child: ReturnType<typeof start>): Promise<void> =>
  new Promise((resolve) => child.once('close', () => resolve()))

test('record: two runners at once: no event is lost', async () => {
  const { folder, store } = open()
  await Promise.all([ended(start(writer(folder, 'a', 20))), ended(start(writer(folder, 'b', 20)))])
  expect(Object.keys(store.load().exercises)).toHaveLength(40)
})

test('record: kill -9 at ten moments: always readable, nothing recorded is lost', async () => {
  const { folder, store, journal } = open()
  for (let round = 0; round < 10; round++) {
    const child = start(writer(folder, `r${round}`, 500))
    setTimeout(() => child.kill('SIGKILL'), 120 + round * 13)
    await ended(child)
    const written = existsSync(journal) ? readFileSync(journal, 'utf8') : ''
    const lines = written.split('\n').filter((l) => l.endsWith('}')).length
    expect(Object.keys(store.load().exercises)).toHaveLength(lines)
  }
})
