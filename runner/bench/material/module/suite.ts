import { expect, test } from '#harness'

const loans = [
  { book: 'Emma', member: 'Ada', days: 12 },
  { book: 'Persuasion', member: 'Grace', days: 31 },
  { book: 'Sanditon', member: 'Ada', days: 4 },
]

test('sums all days', { meta: { id: 'total-days', group: 'sums', covers: [1] } }, async ({ subject }) => {
  expect(await subject.call('totalDays', [loans]), 'days in all').toBe(47)
  expect(await subject.call('totalDays', [[]]), 'days of no loan').toBe(0)
})

test('names the longest loan', { meta: { id: 'longest', group: 'sums', covers: [2] } }, async ({ subject }) => {
  expect(await subject.call('longest', [loans]), 'the book').toBe('Persuasion')
  expect(await subject.call('longest', [[]]), 'of no loan').toBe(null)
})

test('lists each member once', { meta: { id: 'members', group: 'lists', covers: [3] } }, async ({ subject }) => {
  expect(await subject.call('members', [loans]), 'members').toEqual(['Ada', 'Grace'])
})

test('sums the days of each member', { meta: { id: 'days-of', group: 'sums', covers: [4] } }, async ({ subject }) => {
  expect(await subject.call('daysOf', [loans]), 'days by member').toEqual({ Ada: 16, Grace: 31 })
})

test('finds what is overdue', { meta: { id: 'overdue', group: 'lists', covers: [5] } }, async ({ subject }) => {
  expect(await subject.call('overdue', [loans, 12]), 'overdue').toEqual([loans[1]])
})

test('asks for a fine up to its limit', { meta: { id: 'fine', group: 'sums', covers: [6] } }, async ({ subject }) => {
  expect(await subject.call('fine', [31, 28]), 'three days late').toBe(75)
  expect(await subject.call('fine', [28, 28]), 'in time').toBe(0)
  expect(await subject.call('fine', [400, 28]), 'a year late').toBe(2000)
})

test('cuts a list into pages', { meta: { id: 'page', group: 'lists', covers: [7] } }, async ({ subject }) => {
  expect(await subject.call('page', [[1, 2, 3, 4, 5], 2, 2]), 'page 2').toEqual([3, 4])
  expect(await subject.call('page', [[1, 2, 3, 4, 5], 2, 4]), 'a page too far').toEqual([])
})

test('labels a loan', { meta: { id: 'label', group: 'lists', covers: [8] } }, async ({ subject }) => {
  expect(await subject.call('label', [loans[0]]), 'label').toBe('"Emma" (Ada)')
})
