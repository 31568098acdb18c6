import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { isChanged, isCurrent, oldestFirst, recordOf, recordSchema, type Proof, type Standing } from './record.ts'

const [one, two] = ['1'.repeat(32), '2'.repeat(32)]
const proof = (more: Partial<Proof> = {}): Proof => ({
  content: one,
  engine: one,
  on: '2026-11-30',
  variants: [{ language: 'ts', cases: 12, mistakes: [{}, {}], flaky: [] }],
  passes: 0,
  ...more,
})
const flakyProof = (id: string): Proof =>
  proof({ variants: [{ language: 'ts', cases: 12, mistakes: [], flaky: [id] }] })

describe('recordOf', () => {
  test('what was proved, of which content and by which engine', () => {
    const record = recordOf(null, proof())
    expect(record).toEqual({
      formatVersion: 1,
      content: one,
      engine: one,
      on: '2026-11-30',
      variants: { ts: { cases: 12, mistakes: 2 } },
      passes: 0,
      flaky: [],
    })
    expect(v.parse(recordSchema, JSON.parse(JSON.stringify(record)))).toEqual(record)
  })

  test('passes count for the content that they were made of', () => {
    const deep = recordOf(null, proof({ passes: 10 }))
    expect(recordOf(deep, proof({ engine: two })).passes, 'another engine').toBe(10)
    expect(recordOf(deep, proof({ content: two })).passes, 'another content').toBe(0)
  })

  test('a flaky trial stays on record until ten passes or another content', () => {
    const flaky = recordOf(null, flakyProof('reference'))
    expect(flaky.flaky).toEqual([{ trial: 'ts/reference', on: '2026-11-30' }])
    expect(recordOf(flaky, proof({ on: '2026-12-01' })).flaky, 'one green run proves little').toEqual(flaky.flaky)
    expect(recordOf(flaky, { ...flakyProof('reference'), on: '2026-12-01' }).flaky).toEqual([
      { trial: 'ts/reference', on: '2026-12-01' },
    ])
    expect(recordOf(flaky, proof({ passes: 10 })).flaky).toEqual([])
    expect(recordOf(flaky, proof({ content: two })).flaky).toEqual([])
  })
})

test('mutants stay on record through other proofs, and have a hash of their own', () => {
  const mutants = { language: 'ts' as const, killed: 9, survived: 1, equivalent: 0, invalid: 2, content: one }
  const record = recordOf({ ...recordOf(null, proof()), mutants }, proof({ content: two, engine: two }))
  expect(record.mutants).toEqual(mutants)
  expect(v.parse(recordSchema, JSON.parse(JSON.stringify(record)))).toEqual(record)
  expect(v.safeParse(recordSchema, { ...record, mutants: { ...mutants, killed: -1 } }).success).toBe(false)
})

const standing = (slug: string, more: Partial<Standing> & { on?: string } = {}): Standing => {
  const { on = '2026-11-30', ...changed } = more
  return { slug, record: recordOf(null, proof({ on })), content: one, engine: one, ...changed }
}

test.each([
  ['as it was proved', standing('a'), false, true],
  ['never proved', standing('a', { record: null }), true, false],
  ['another content', standing('a', { content: two }), true, false],
  ['another engine', standing('a', { engine: two }), false, false],
] as const)('%s: changed %s, current %s', (_, s, changed, current) => {
  expect([isChanged(s), isCurrent(s)]).toEqual([changed, current])
})

test('changed content first, then another engine, then the oldest record', () => {
  const list = [
    standing('young'),
    standing('old', { on: '2026-01-01' }),
    standing('engine', { engine: two }),
    standing('engine-old', { engine: two, on: '2026-02-02' }),
    standing('changed', { content: two }),
    standing('new', { record: null }),
  ]
  expect(oldestFirst(list).map((s) => s.slug)).toEqual(['new', 'changed', 'engine-old', 'engine', 'old', 'young'])
})
