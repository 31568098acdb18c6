import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { catalogSource } from '../../adapters/files/catalog-source.ts'
import { checkSet } from '../../app/sets.ts'
import { decodeSet, setSchema } from './set.ts'
import { setJsonSchema } from './set-json-schema.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const folder = join(root, 'exercises', 'sets')
const ready = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && name !== 'set.schema.json')
  .sort()

test('the published schema is the one the code has; make it with: npm run -s set -- schema > exercises/sets/set.schema.json', () => {
  expect(JSON.parse(readFileSync(join(folder, 'set.schema.json'), 'utf8'))).toEqual(setJsonSchema())
})

const fits = new Ajv2020({ strict: true, strictTypes: false }).compile(setJsonSchema())

const sound = { formatVersion: 1, id: 'week-1', name: 'Week 1', version: 1, exercises: [{ slug: 'hello-gym' }] }
const withExercise = (more: object) => ({ ...sound, exercises: [{ slug: 'hello-gym', ...more }] })

test.each<[string, unknown]>([
  ['the least that is a set', sound],
  [
    'everything filled in',
    {
      ...withExercise({ content: `content-${'0a'.repeat(16)}`, languages: ['ts'], weight: 0.5, group: 'a' }),
      $schema: './set.schema.json',
      description: '',
      groups: [{ id: 'a', name: 'Part A' }],
      passMark: 100,
      opensAt: '2026-03-02T08:00:00+01:00',
      closesAt: { local: '2026-03-09T23:59', zone: 'Europe/Berlin' },
      late: { graceMinutes: 5, percentPerDay: 10, capPercent: 50, lateDays: 1 },
      rules: { hints: 'hidden', solutions: 'never', attempts: 'last', time: 'received' },
    },
  ],
  ['nothing', {}],
  ['a list', []],
  ['an unknown key', { ...sound, deadline: null }],
  ['an unknown key of an exercise', withExercise({ points: 1 })],
  ['another format', { ...sound, formatVersion: 2 }],
  ['no exercise', { ...sound, exercises: [] }],
  ['301 exercises', { ...sound, exercises: Array.from({ length: 301 }, (_, i) => ({ slug: `a-${i}` })) }],
  ['a version that is no whole number', { ...sound, version: 1.5 }],
  ['version 0', { ...sound, version: 0 }],
  ['a pass mark over 100', { ...sound, passMark: 101 }],
  ['a negative weight', withExercise({ weight: -1 })],
  ['no language', withExercise({ languages: [] })],
  ['a language that does not exist', withExercise({ languages: ['cobol'] })],
  ['a content of 31 digits', withExercise({ content: `content-${'0'.repeat(31)}` })],
  ['a name of two letters', { ...sound, name: 'ab' }],
  ['a time without an offset', { ...sound, closesAt: '2026-03-02T08:00:00' }],
  ['a time with no zone', { ...sound, closesAt: { local: '2026-03-02T08:00' } }],
  ['a policy that is text', { ...sound, late: 'none' }],
  ['half a minute of grace', { ...sound, late: { graceMinutes: 0.5 } }],
  ['a rule that does not exist', { ...sound, rules: { hints: 'some' } }],
])('the published schema and the reader agree on %s', (_, file) => {
  expect(fits(file)).toBe(v.safeParse(setSchema, file).success)
})

test('the schema tells editors what fields mean, and what they are without a word', () => {
  expect(setJsonSchema()).toMatchObject({
    properties: {
      passMark: { description: expect.stringContaining('gives credit'), default: 80 },
      exercises: { items: { properties: { weight: { description: expect.any(String), default: 1 } } } },
      rules: { properties: { hints: { enum: ['shown', 'hidden'], default: 'shown' } } },
    },
  })
})

test('the ready-made sets are those of the curriculum', () => {
  expect(ready).toEqual([
    'databases-semester.json',
    'first-week.json',
    'interview-prep.json',
    'on-call.json',
    'polyglot.json',
    'security-bootcamp.json',
  ])
})

test.each(ready)('%s: sound, named like its file, and every exercise is in the catalog', (name) => {
  const read = decodeSet(name, readFileSync(join(folder, name), 'utf8'))
  expect(read).toMatchObject({ ok: true, value: { id: name.replace('.json', '') } })
  if (read.ok)
    expect(checkSet(name, read.value, catalogSource(root).load().catalog, () => '')).toEqual({
      problems: [],
      remarks: [],
    })
})
