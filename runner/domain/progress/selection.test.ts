import { expect, test } from 'vitest'
import { exerciseFixture } from '../../testing/exercise-fixtures.ts'
import { buildCatalog, nearest, type Catalog } from '../exercise/catalog.ts'
import type { Exercise } from '../exercise/exercise.ts'
import { replay, type ProgressEvent } from './progress.ts'
import { pickNext, unfinished } from './selection.ts'

const catalogOf = (...exercises: Exercise[]): Catalog =>
  buildCatalog(
    new Map([['languages', { title: 'L', summary: 'all', exercises: exercises.map((e) => e.slug) }]]),
    exercises,
  )
const passed = (slug: string): ProgressEvent => ({
  event: 'attempt',
  at: '2026-01-01T00:00:00.000Z',
  slug,
  language: 'ts',
  verdict: 'passed',
  score: 100,

  hints: [],
  seed: 1,
  durationMs: 1,
})
const ready = (): never[] => []

const a = exerciseFixture({ slug: 'a-first' })
const b = exerciseFixture({ slug: 'b-second', requires: ['c-third'] })
const c = exerciseFixture({ slug: 'c-third' })
const poly = exerciseFixture({ slug: 'd-poly', languages: { ts: { template: 'node' }, py: { template: 'python' } } })

test('pickNext: nothing done: the first of the catalog', () => {
  expect(pickNext({ catalog: catalogOf(a, b, c), progress: replay([]), readiness: ready })).toMatchObject({
    pick: { exercise: { slug: 'a-first' }, language: 'ts' },
  })
})

test('pickNext: a prerequisite is open: it goes first', () => {
  expect(
    pickNext({ catalog: catalogOf(a, b, c), progress: replay([passed('a-first')]), readiness: ready }),
  ).toMatchObject({ pick: { exercise: { slug: 'c-third' } } })
})

test('pickNext: only locked ones are left: the first of them, never nothing', () => {
  expect(pickNext({ catalog: catalogOf(b), progress: replay([]), readiness: ready })).toMatchObject({
    kind: 'picked',
    pick: { exercise: { slug: 'b-second' } },
  })
})

test('pickNext: this machine lacks something: passed over and named', () => {
  const missing = [{ id: 'redis', needs: 'redis-server', howToInstall: 'npm run setup -- redis' }]
  const selection = pickNext({
    catalog: catalogOf(a, c),
    progress: replay([]),
    readiness: ({ exercise }) => (exercise.slug === 'a-first' ? missing : []),
  })
  expect(selection).toMatchObject({
    pick: { exercise: { slug: 'c-third' } },
    passedOver: [{ slug: 'a-first', missing }],
  })
})

test('pickNext: the first language is not ready: the next one of the exercise', () => {
  const missing = [{ id: 'node', needs: 'n', howToInstall: 'h' }]
  expect(
    pickNext({
      catalog: catalogOf(poly),
      progress: replay([]),
      readiness: ({ language }) => (language === 'ts' ? missing : []),
    }),
  ).toMatchObject({ pick: { language: 'py' } })
})

test('pickNext: worked in Python last: goes on in Python', () => {
  const last: ProgressEvent = {
    event: 'attempt',
    at: '2026-01-01T00:00:00.000Z',
    slug: 'a-first',
    language: 'py',
    verdict: 'passed',
    score: 100,

    hints: [],
    seed: 1,
    durationMs: 1,
  }
  expect(pickNext({ catalog: catalogOf(a, poly), progress: replay([last]), readiness: ready })).toMatchObject({
    pick: { exercise: { slug: 'd-poly' }, language: 'py' },
  })
})

test('pickNext: all passed: all done', () => {
  expect(pickNext({ catalog: catalogOf(a), progress: replay([passed('a-first')]), readiness: ready })).toEqual({
    kind: 'all-done',
  })
})

const red = (slug: string, more: object = {}): ProgressEvent =>
  ({ ...passed(slug), verdict: 'failed', score: 92, ...more }) as ProgressEvent
const skipped = (slug: string, minute: number): ProgressEvent => ({
  event: 'skipped',
  at: `2026-01-01T00:0${minute}:00.000Z`,
  slug,
  language: 'ts',
})
const pickedFrom = (catalog: Catalog, events: ProgressEvent[], inOrder = false): string | undefined => {
  const selection = pickNext({ catalog, progress: replay(events), readiness: ready, inOrder })
  return selection.kind === 'picked' ? selection.pick.exercise.slug : selection.kind
}

test('pickNext: skipped: after all others that are open, then offered again, the oldest skip first', () => {
  const catalog = catalogOf(a, c, poly)
  const two = [red('c-third'), skipped('c-third', 1), red('a-first'), skipped('a-first', 2)]
  for (const inOrder of [false, true]) {
    expect(pickedFrom(catalog, two, inOrder)).toBe('d-poly')
    expect(pickedFrom(catalog, [...two, passed('d-poly')], inOrder)).toBe('c-third')
    expect(pickedFrom(catalog, [...two, passed('d-poly'), skipped('c-third', 3)], inOrder)).toBe('a-first')
    expect(pickedFrom(catalog, [...two, passed('d-poly'), passed('c-third')], inOrder)).toBe('a-first')
    expect(pickedFrom(catalog, [...two, passed('d-poly'), passed('c-third'), passed('a-first')])).toBe('all-done')
  }
})

test('pickNext: a prerequisite was skipped: what builds on it is not kept back', () => {
  const catalog = catalogOf(b, c, poly)
  expect(pickedFrom(catalog, [red('c-third')])).toBe('c-third')
  expect(pickedFrom(catalog, [red('c-third'), skipped('c-third', 1)])).toBe('b-second')
})

test('unfinished: skipped: none, until it is taken up again', () => {
  const events = [red('a-first'), skipped('a-first', 1)]
  const resumed: ProgressEvent = { ...skipped('a-first', 2), event: 'resumed' }
  expect(unfinished(catalogOf(a), replay(events))).toBeNull()
  expect(unfinished(catalogOf(a), replay([...events, red('a-first')]))).toBeNull()
  expect(unfinished(catalogOf(a), replay([...events, resumed]))).toMatchObject({ exercise: { slug: 'a-first' } })
})

test('unfinished: started and not passed: it; passed: none', () => {
  const started: ProgressEvent = { event: 'started', at: '2026-01-01T00:00:00.000Z', slug: 'a-first', language: 'ts' }
  expect(unfinished(catalogOf(a), replay([started]))).toMatchObject({ exercise: { slug: 'a-first' } })
  expect(unfinished(catalogOf(a), replay([started, passed('a-first')]))).toBeNull()
  expect(unfinished(catalogOf(c), replay([started]))).toBeNull()
})

test('nearest: a slip of the finger: the word; nothing near: none', () => {
  expect(nearest('nxet', ['next', 'check'])).toBe('next')
  expect(nearest('split', ['money-split', 'retry-client'])).toBe('money-split')
  expect(nearest('zzzzzz', ['next', 'check'])).toBeNull()
})
