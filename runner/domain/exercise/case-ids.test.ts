import { expect, test } from 'vitest'
import { caseIdsIn } from './case-ids.ts'

test('the ids of the cases in their order; no probe, and no id of other things', () => {
  const suite = `
const order = { id: 'order-1' }
test('one', { meta: { id: 'one', covers: [1] } }, async () => {})
test(
  'probe',
  { meta: { id: 'seen', probe: true } },
  async () => {},
)
test('two', { meta: { gate: true, id: 'two' } }, async () => {})
`
  expect(caseIdsIn([suite])).toEqual(['one', 'two'])
})

test('ids behind a variable: every id that is written down', () => {
  const suite = `
for (const { id } of [{ id: 'zero' }, { id: 'other' }]) test(id, { meta: { id, covers: [1] } }, async () => {})
test('one', { meta: { id: 'one' } }, async () => {})
`
  expect(caseIdsIn([suite])).toEqual(['one', 'zero', 'other'])
})
