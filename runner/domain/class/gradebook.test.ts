import { expect, test } from 'vitest'
import { exerciseOf, inputFixture, learnerFixture, resultFixture, workFixture } from './gradebook-fixtures.ts'
import { gradebook, markChanges, type GradebookInput, type Row } from './gradebook.ts'
import type { Override } from './grading.ts'

const row = (input: Partial<GradebookInput>, learner: string): Row => {
  const found = gradebook(inputFixture(input)).rows.find((r) => r.learner.id === learner)
  if (!found) throw new Error(`no row for ${learner}`)
  return found
}

const override = (
  learner: string,
  slug: string,
  score: number | null,
  more: Partial<Override & { excused: boolean }> = {},
) => ({ at: '2026-03-05T00:00:00Z', learner, slug, score, by: 'teacher', why: 'agreed by mail', ...more })

test('work that was not handed in is blank, never zero, and the total says how many are blank', () => {
  const work = workFixture('ada', 'second')
  const { cells, total } = row({ works: [work], results: [resultFixture(work, 90)] }, 'ada')
  expect(cells[0]).toMatchObject({
    state: 'missing',
    score: null,
    afterLate: null,
    final: null,
    verdict: null,
    open: false,
  })
  expect(cells[1]).toMatchObject({
    state: 'graded',
    score: 90,
    final: 90,
    attempts: 2,
    language: 'ts',
    tree: 'tree-ada-second',
  })
  expect(total).toEqual({ points: 67.5, average: 90, blank: 1, incomplete: false, passed: true })
})

test('a learner who handed in nothing has a blank total', () => {
  expect(row({}, 'zoe').total).toEqual({ points: null, average: null, blank: 2, incomplete: false, passed: false })
})

test('a broken run and one that timed out are worth 0', () => {
  const works = [workFixture('ada', 'first'), workFixture('ada', 'second')] as const
  const results = [resultFixture(works[0], null), resultFixture(works[1], null, { verdict: 'timed-out' })]
  const { cells, total } = row({ works, results }, 'ada')
  expect(cells.map((c) => [c.state, c.score, c.final])).toEqual([
    ['graded', 0, 0],
    ['graded', 0, 0],
  ])
  expect(total).toEqual({ points: 0, average: 0, blank: 0, incomplete: false, passed: false })
})

test('a system error is seen, is not zero, and leaves the total incomplete', () => {
  const works = [workFixture('ada', 'first'), workFixture('ada', 'second')] as const
  const fault = resultFixture(works[0], null, {
    outcome: 'system-error',
    verdict: null,
    problem: 'the worker lost its server',
  })
  const book = gradebook(inputFixture({ works, results: [fault, resultFixture(works[1], 60)] }))
  const ada = book.rows[1]
  expect(ada?.cells[0]).toMatchObject({
    state: 'system-error',
    score: null,
    final: null,
    open: true,
    problem: 'the worker lost its server',
  })
  expect(ada?.total).toEqual({ points: 45, average: 60, blank: 1, incomplete: true, passed: null })
  expect(book.notices).toEqual(['System error, to be graded again: the worker lost its server (ada/first)'])
})

test('an incomplete total that has reached the pass mark already is a pass', () => {
  const works = [workFixture('ada', 'first'), workFixture('ada', 'second')] as const
  expect(row({ works, results: [resultFixture(works[1], 100)] }, 'ada').total).toMatchObject({
    points: 75,
    incomplete: true,
    passed: true,
  })
})

test('work without a result is not graded, which is not missing', () => {
  expect(row({ works: [workFixture('ada', 'first')] }, 'ada').cells[0]).toMatchObject({
    state: 'not-graded',
    final: null,
    open: true,
  })
})

test('a rejected submission says why; the rejection of one exercise goes before that of the whole', () => {
  const rejections = [
    { learner: 'ada', slug: null, rule: 'too-large', message: 'It has 300 files.' },
    { learner: 'ada', slug: 'second', rule: 'symlink', message: 'It holds a link.' },
  ]
  const { cells } = row({ rejections }, 'ada')
  expect(cells.map((c) => [c.state, c.problem, c.final])).toEqual([
    ['rejected', 'too-large: It has 300 files.', null],
    ['rejected', 'symlink: It holds a link.', null],
  ])
})

test('the last result of a state counts, as a regrade appends it', () => {
  const work = workFixture('ada', 'first')
  const results = [resultFixture(work, 40), resultFixture(work, 80, { key: 'key-of-the-regrade' })]
  expect(row({ works: [work], results }, 'ada').cells[0]?.score).toBe(80)
})

test('a fault under the same conditions never takes a result back; under new ones it is shown', () => {
  const work = workFixture('ada', 'first')
  const graded = resultFixture(work, 80)
  const fault = resultFixture(work, null, { outcome: 'system-error', verdict: null, problem: 'disk full' })
  expect(row({ works: [work], results: [graded, fault] }, 'ada').cells[0]?.state).toBe('graded')
  expect(row({ works: [work], results: [graded, { ...fault, key: 'new' }] }, 'ada').cells[0]?.state).toBe(
    'system-error',
  )
})

test('best: the highest after the late policy; a late 100 loses against a 95 in time', () => {
  const early = workFixture('ada', 'first', { tree: 'tree-1' })
  const late = workFixture('ada', 'first', { tree: 'tree-2', at: '2026-03-02T10:00:00Z' })
  const cell = row({ works: [early, late], results: [resultFixture(early, 95), resultFixture(late, 100)] }, 'ada')
    .cells[0]
  expect(cell).toMatchObject({ score: 95, lateMinutes: 0, final: 95, tree: 'tree-1', open: false })
})

test('best: languages of one exercise stand for each other', () => {
  const ts = workFixture('ada', 'first', { tree: 'tree-1' })
  const py = workFixture('ada', 'first', { tree: 'tree-2', language: 'py' })
  expect(
    row({ works: [ts, py], results: [resultFixture(ts, 50), resultFixture(py, 70)] }, 'ada').cells[0],
  ).toMatchObject({ language: 'py', final: 70 })
})

test('last: the last state before the close counts, better earlier ones do not', () => {
  const states = ['08', '09', '10'].map((hour) =>
    workFixture('ada', 'first', { tree: `tree-${hour}`, at: `2026-03-01T${hour}:00:00Z` }),
  )
  const results = states.map((s, i) => resultFixture(s, [100, 90, 30][i] ?? 0))
  const { rules } = inputFixture()
  expect(row({ rules: { ...rules, attempts: 'last' }, works: states, results }, 'ada').cells[0]?.final).toBe(30)
})

test('late minutes and what the policy leaves stand beside the raw score', () => {
  const work = workFixture('ada', 'first', { at: '2026-03-02T01:30:00Z' })
  expect(row({ works: [work], results: [resultFixture(work, 90)] }, 'ada').cells[0]).toMatchObject({
    score: 90,
    lateMinutes: 90,
    afterLate: 80,
    final: 80,
  })
})

test('a graded state stays open while a fault hides one that could be worth more', () => {
  const [first, second] = [
    workFixture('ada', 'first', { tree: 'tree-1' }),
    workFixture('ada', 'first', { tree: 'tree-2' }),
  ]
  const fault = resultFixture(second, null, { outcome: 'system-error', verdict: null, problem: 'no room' })
  expect(row({ works: [first, second], results: [resultFixture(first, 70), fault] }, 'ada').cells[0]).toMatchObject({
    state: 'graded',
    final: 70,
    open: true,
    problem: 'no room',
  })
  expect(row({ works: [first, second], results: [resultFixture(first, 100), fault] }, 'ada').cells[0]).toMatchObject({
    final: 100,
    open: false,
  })
})

test('an override wins over the late policy and closes a cell; null takes it back', () => {
  const work = workFixture('ada', 'first', { at: '2026-03-02T01:30:00Z' })
  const given = { works: [work], results: [resultFixture(work, 90)] }
  const cell = row({ ...given, overrides: [override('ada', 'first', 70), override('ada', 'first', 88)] }, 'ada')
    .cells[0]
  expect(cell).toMatchObject({
    score: 90,
    afterLate: 80,
    final: 88,
    override: { score: 88, by: 'teacher', why: 'agreed by mail' },
  })
  expect(
    row({ ...given, overrides: [override('ada', 'first', 88), override('ada', 'first', null)] }, 'ada').cells[0],
  ).toMatchObject({ final: 80, override: null })
  expect(row({ overrides: [override('ada', 'first', 50)] }, 'ada').cells[0]).toMatchObject({
    state: 'missing',
    final: 50,
    open: false,
  })
})

test('an excused cell counts neither for nor against', () => {
  const work = workFixture('ada', 'first')
  const { cells, total } = row(
    {
      works: [work],
      results: [resultFixture(work, 80)],
      overrides: [override('ada', 'second', null, { excused: true })],
    },
    'ada',
  )
  expect(cells[1]).toMatchObject({ state: 'excused', final: null })
  expect(total).toEqual({ points: 80, average: 80, blank: 0, incomplete: false, passed: true })
})

test('rows follow the roster; others come after it by id and are named; unused overrides too', () => {
  const works = ['yan', 'bob', 'ada'].map((id) => workFixture(id, 'first'))
  const book = gradebook(
    inputFixture({ works, overrides: [override('nobody', 'first', 1), override('ada', 'gone', 1)] }),
  )
  expect(book.rows.map((r) => [r.learner.id, r.inRoster])).toEqual([
    ['zoe', true],
    ['ada', true],
    ['bob', false],
    ['yan', false],
  ])
  expect(book.notices).toEqual([
    'Not in the roster: bob, yan',
    'An override names a learner or an exercise that is not here: ada/gone',
    'An override names a learner or an exercise that is not here: nobody/first',
  ])
  expect(gradebook(inputFixture({ roster: [], works })).notices).toEqual([])
})

test('the same facts give the same bytes, whatever order they were collected in', () => {
  const works = ['ada', 'zoe', 'bob'].flatMap((id) => ['first', 'second'].map((slug) => workFixture(id, slug)))
  const results = works.map((w, i) => resultFixture(w, i * 15))
  const once = JSON.stringify(gradebook(inputFixture({ works, results })))
  expect(
    JSON.stringify(gradebook(inputFixture({ works: [...works].reverse(), results: [...results].reverse() }))),
  ).toBe(once)
})

test('200 learners × 8 exercises are put together in no time', () => {
  const exercises = Array.from({ length: 8 }, (_, i) => exerciseOf(`exercise-${i}`, 1))
  const roster = Array.from({ length: 200 }, (_, i) => learnerFixture(`learner${i}`))
  const works = roster.flatMap((l) =>
    exercises.flatMap((e) => [1, 2, 3].map((n) => workFixture(l.id, e.slug, { tree: `tree-${n}` }))),
  )
  const results = works.map((w, i) => resultFixture(w, i % 101))
  const { rules } = inputFixture()
  const started = performance.now()
  const book = gradebook(inputFixture({ rules: { ...rules, exercises }, roster, works, results }))
  expect(performance.now() - started).toBeLessThan(5000)
  expect(book.rows).toHaveLength(200)
})

test('a regrade tells marks and not states: one line a learner and exercise, none where the mark stays', () => {
  const states = ['one', 'two', 'three'].map((tree) => workFixture('ada', 'first', { tree }))
  const other = workFixture('ada', 'second')
  const zoe = workFixture('zoe', 'first')
  const old = [...states.map((w) => resultFixture(w, 60)), resultFixture(other, 90), resultFixture(zoe, 20)]
  const input = inputFixture({
    works: [...states, other, zoe],
    results: old,
    overrides: [override('zoe', 'first', 50)],
  })
  const fresh = [
    ...states.map((w, i) => resultFixture(w, 70 + i, { key: `new ${i}` })),
    resultFixture(zoe, 100, { key: 'new' }),
  ]
  expect(markChanges(input, fresh)).toEqual([{ learner: 'ada', slug: 'first', before: 60, after: 72 }])
})
