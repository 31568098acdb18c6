import { expect, test } from '#harness'

test('adds two numbers', { meta: { id: 'adds', group: 'main', covers: [1] } }, async ({ program }) => {
  expect((await program.run({ stdin: '1 2\n', limitMs: 2_000 })).stdout.trim(), 'the sum').toBe('3')
})

test('adds negative numbers', { meta: { id: 'negative', group: 'nasty', covers: [1] } }, async ({ program }) => {
  expect((await program.run({ stdin: '-1 -2\n', limitMs: 2_000 })).stdout.trim(), 'the sum').toBe('-3')
})
