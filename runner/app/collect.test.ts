import { expect, test } from 'vitest'
import type { Learner } from '../domain/class/grading.ts'
import type { Incoming, Receipt } from '../domain/submission/submission.ts'
import { collect, madeForAnother, type Collected } from './collect.ts'

const now = new Date('2026-06-01T12:00:00Z')
const learner = (id: string, more: Partial<Learner> = {}): Learner => ({
  id,
  name: '',
  email: '',
  github: '',
  sisId: '',
  remote: '',
  ...more,
})
const roster = [learner('ada', { github: 'adal', email: 'ada@example.org' }), learner('ben'), learner('cleo')]
const receiptOf = (id: string): Receipt => ({
  formatVersion: 1,
  learner: { id, name: '', email: '' },
  set: null,
  submittedAt: '',
  works: [],
})
const incoming = (claims: string | null, at = '2026-05-01T00:00:00Z'): Incoming => ({
  inside: '',
  receipt: claims === null ? null : receiptOf(claims),
  works: [{ slug: 'a', language: 'ts', states: [{ at, order: null, files: [] }] }],
  oddities: [],
  leftOut: [],
})

async function collected(
  submissions: Record<string, Incoming>,
  people: readonly Learner[] = roster,
): Promise<Collected[]> {
  const found = Object.entries(submissions).map(([name, value]) => ({ name, open: () => Promise.resolve([value]) }))
  return collect({ found, roster: people, keep: (_, work) => work.states.length, now, onProgress: () => {} })
}

const outcome = (all: readonly Collected[]) =>
  all.map(({ name, learner: who, works, rejections }) => [name, who, works.length, rejections[0]?.rule ?? null])

test.each<[string, string, string | null, string, string | null]>([
  ['by its name', 'ada', null, 'ada', null],
  ['by its name, whatever capitals', 'ADA', null, 'ada', null],
  ['by the account', 'adal', null, 'ada', null],
  ['by the address', 'ada@example.org', null, 'ada', null],
  ['name and receipt agree', 'adal', 'ada', 'ada', null],
  ['a receipt of nobody in the roster', 'ada', 'ada-lovelace', 'ada', null],
  ['by the receipt, where the name is nobody’s', 'upload-7', 'ada', 'ada', null],
  ['a receipt of another learner', 'ada', 'ben', 'ada', 'other-learner'],
  ['nobody of the roster', 'eve', null, 'eve', 'not-in-roster'],
  ['a name that could be a path', '../eve', null, '.._eve', 'not-in-roster'],
])('whose it is: %s', async (_, name, claims, who, rule) => {
  expect(outcome(await collected({ [name]: incoming(claims) }))).toEqual([[name, who, rule === null ? 1 : 0, rule]])
})

test('without a roster: the name, else the receipt, else nobody', async () => {
  expect(outcome(await collected({ ada: incoming('somebody') }, []))).toEqual([['ada', 'ada', 1, null]])
  expect(outcome(await collected({ 'my work': incoming('ben') }, []))).toEqual([['my work', 'ben', 1, null]])
  expect(outcome(await collected({ 'my work': incoming(null) }, []))).toEqual([['my work', 'my_work', 0, 'no-learner']])
})

test('a receipt alone never takes over somebody’s place, and the second of two is refused', async () => {
  expect(outcome(await collected({ 'upload-1': incoming('ada'), adal: incoming('ada') }))).toEqual([
    ['adal', 'ada', 1, null],
    ['upload-1', 'upload-1', 0, 'other-learner'],
  ])
  expect(outcome(await collected({ 'upload-1': incoming('ben'), 'upload-2': incoming('ben') }))).toEqual([
    ['upload-1', 'ben', 1, null],
    ['upload-2', 'upload-2', 0, 'other-learner'],
  ])
  expect(outcome(await collected({ 'my work': incoming('ben'), ben: incoming('ben') }, []))).toEqual([
    ['ben', 'ben', 1, null],
    ['my work', 'my_work', 0, 'other-learner'],
  ])
})

test('platforms: a person’s name, a second download, and a receipt that decides', async () => {
  const people = [learner('u1', { name: 'Ada Lovelace' }), learner('ben')]
  const moodle = (person: string): string => `${person}_4711_assignsubmission_file_`
  expect(outcome(await collected({ [moodle('Ada Lovelace')]: incoming('ada') }, people))).toMatchObject([
    [expect.anything(), 'u1', 1, null],
  ])
  expect(outcome(await collected({ [moodle('Ada Lovelace')]: incoming('ben') }, people))).toMatchObject([
    [expect.anything(), 'u1', 0, 'other-learner'],
  ])
  expect(outcome(await collected({ [moodle('Somebody')]: incoming('ben') }, people))).toMatchObject([
    [expect.anything(), 'ben', 1, null],
  ])
  expect(outcome(await collected({ [moodle('Somebody')]: incoming('eve') }, []))).toMatchObject([
    [expect.anything(), 'eve', 1, null],
  ])
  expect(outcome(await collected({ ada: incoming('ada'), 'ada (1)': incoming('ada') }))).toMatchObject([
    ['ada', 'ada', 1, null],
    ['ada (1)', 'ada', 1, null],
  ])
})

test('a state from tomorrow is refused; a clock a little ahead is not', async () => {
  expect(
    outcome(
      await collected({ ada: incoming(null, '2026-06-02T12:00:00Z'), ben: incoming(null, '2026-06-01T12:09:00Z') }),
    ),
  ).toEqual([
    ['ada', 'ada', 0, 'time-to-come'],
    ['ben', 'ben', 1, null],
  ])
})

test('oddities of one variant leave the others as they are', async () => {
  const value: Incoming = { ...incoming(null), oddities: [{ slug: 'b', rule: 'symlink', message: 'It is a link.' }] }
  expect((await collected({ ada: value }))[0]).toMatchObject({
    works: [{ slug: 'a' }],
    rejections: [{ learner: 'ada', slug: 'b', rule: 'symlink' }],
  })
})

test('madeForAnother: of work that was taken, by another set or version in its receipt', async () => {
  const of = (id: string, set: Receipt['set'] | undefined): Incoming => ({
    ...incoming(id),
    receipt: set === undefined ? null : { ...receiptOf(id), set },
  })
  const all = await collected(
    {
      ada: of('ada', { id: 'week-1', version: 1 }),
      ben: of('ben', { id: 'week-1', version: 2 }),
      cyd: of('cyd', undefined),
    },
    [],
  )
  expect(madeForAnother(all, { id: 'week-1', version: 2 })).toEqual(['ada (week-1, version 1)'])
  expect(madeForAnother(all, { id: 'week-2', version: 2 })).toEqual([
    'ada (week-1, version 1)',
    'ben (week-1, version 2)',
  ])
  const refused = await collected({ ada: of('ben', { id: 'x', version: 1 }) })
  expect(madeForAnother(refused, { id: 'week-1', version: 1 })).toEqual([])
})
