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
  mastered: true,
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
    mastered: true,
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
