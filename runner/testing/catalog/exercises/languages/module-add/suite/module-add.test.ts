import { expect, test } from '#harness'

test('adds two numbers', { meta: { id: 'adds', group: 'main', covers: [1] } }, async ({ subject }) => {
  expect(await subject.call('add', [1, 2])).toBe(3)
})

test(
  'returns a record that says what was added',
  { meta: { id: 'record', group: 'nasty', covers: [1] } },
  async ({ subject, random }) => {
    const [a, b] = [random.integer(1, 1000), random.integer(1, 1000)]
    expect(await subject.call('record', [a, b])).toEqual({ a, b, sum: a + b })
  },
)
