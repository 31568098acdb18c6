import { expect, test } from 'vitest'
import { mutantsToDo } from './mutants-standing.ts'

const [one, two] = ['1'.repeat(32), '2'.repeat(32)]
const mutants = { language: 'ts' as const, killed: 19, survived: 1, equivalent: 4, invalid: 9, content: one }

test.each([
  ['95 percent of these files', mutants, one, null],
  ['none on record', null, null, { state: 'missing', percent: null }],
  ['other files by now', mutants, two, { state: 'stale', percent: null }],
  ['too few', { ...mutants, survived: 2 }, one, { state: 'few', percent: 90.4 }],
  ['nothing to kill', { ...mutants, killed: 0, survived: 0 }, one, null],
] as const)('%s', (_, record, content, toDo) => {
  expect(mutantsToDo({ slug: 'a', mutants: record, content })).toEqual(toDo && { slug: 'a', ...toDo })
})
