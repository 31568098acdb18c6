import { expect, test } from '#harness'

test('answers with what the brief says', { meta: { id: 'answers', group: 'main', covers: [1] } }, async ({ program }) => {
  const { code, stdout } = await program.run({ stdin: 'a line\n' })
  expect(code, 'exit code').toBe(0)
  expect(stdout.trim(), 'the answer').toBe('write this case, and the ones after it')
})
