import { expect, test } from '#harness'

const greetingFor = async (
  program: { run: (o: { stdin: string }) => Promise<{ json: () => unknown }> },
  name: string,
) => (await program.run({ stdin: `${JSON.stringify({ name })}\n` })).json()

test('answers at all', { meta: { id: 'answers', group: 'answer', covers: [1] } }, async ({ program }) => {
  const { code, stdout, json } = await program.run({ stdin: '{"name":"Ada"}\n' })
  expect(code, 'exit code').toBe(0)
  expect(stdout.trimEnd().split('\n').length, 'lines on stdout').toBe(1)
  expect(json()).toHaveProperty('greeting')
})

test(
  'greets the name it was given',
  { meta: { id: 'greets-the-name', group: 'greeting', covers: [2] } },
  async ({ program, random }) => {
    expect(await greetingFor(program, 'Ada')).toEqual({ greeting: 'Hello, Ada' })
    // A second name, drawn by seed, so that writing "Ada" into the program is not enough.
    const name = random.pick(['Barbara', 'Edsger', 'Margaret', 'Dennis', 'Radia', 'José'])
    expect(await greetingFor(program, name)).toEqual({ greeting: `Hello, ${name}` })
  },
)

test(
  'does not greet everybody as Ada',
  { meta: { id: 'only-one-name', covers: [2], probe: true } },
  async ({ program }) => {
    const { stdout } = await program.run({ stdin: '{"name":"Linus"}\n' })
    expect(stdout, 'the answer to Linus').not.toContain('Ada')
  },
)
