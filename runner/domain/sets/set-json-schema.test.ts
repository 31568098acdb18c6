import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { catalogSource } from '../../adapters/files/catalog-source.ts'
import { checkSet } from '../../app/sets.ts'
import { decodeSet } from './set.ts'
import { setJsonSchema } from './set-json-schema.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const folder = join(root, 'exercises', 'sets')
const ready = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && name !== 'set.schema.json')
  .sort()

test('the published schema is the one the code has; make it with: npm run -s set -- schema > exercises/sets/set.schema.json', () => {
  expect(JSON.parse(readFileSync(join(folder, 'set.schema.json'), 'utf8'))).toEqual(setJsonSchema())
})

test('the schema says what the reader asks for', () => {
  expect(setJsonSchema()).toMatchObject({
    type: 'object',
    additionalProperties: false,
    required: ['formatVersion', 'id', 'name', 'version', 'exercises'],
    properties: {
      formatVersion: { const: 1 },
      version: { type: 'integer', minimum: 1 },
      passMark: { type: 'number', minimum: 0, maximum: 100, default: 80 },
      exercises: {
        type: 'array',
        minItems: 1,
        items: {
          required: ['slug'],
          properties: { content: { pattern: '^content-[0-9a-f]{32}$' }, weight: { default: 1 } },
        },
      },
      closesAt: {
        anyOf: [{ anyOf: [{ type: 'string' }, { type: 'object', required: ['local', 'zone'] }] }, { type: 'null' }],
      },
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
