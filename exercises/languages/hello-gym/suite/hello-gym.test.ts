import { expect, test, type Program } from '#harness'

interface Answer {
  code: number | null
  /** What stdout held, without the end of its last line. */
  text: string
  greeting: unknown
}

async function askFor(program: Program, request: Record<string, unknown>): Promise<Answer> {
  const { code, stdout, json } = await program.run({ stdin: `${JSON.stringify(request)}\n` })
  const text = stdout.replace(/\r?\n$/, '')
  return {
    code,
    text,
    get greeting() {
      const answer = json() as { greeting?: unknown } | null
      return answer?.greeting
    },
  }
}

/** In the order in which a reader would look. */
function expectOneLine({ code, text }: Answer): void {
  expect(code, 'exit code').toBe(0)
  expect(text.split('\n').length, 'lines on stdout').toBe(1)
}

test('answers at all', { meta: { id: 'answers', group: 'answer', covers: [1] } }, async ({ program }) => {
  const answer = await askFor(program, { name: 'Ada' })
  expectOneLine(answer)
  expect(typeof answer.greeting, 'type of greeting in the answer').toBe('string')
})

test(
  'greets the name it was given',
  { meta: { id: 'greets-the-name', group: 'greeting', covers: [2] } },
  async ({ program, random, evidence }) => {
    // A second name, drawn by seed, so that writing "Ada" into the program is not enough.
    for (const name of ['Ada', random.pick(['Barbara', 'Edsger', 'Margaret', 'Dennis', 'Radia', 'José'])]) {
      const answer = await askFor(program, { name })
      evidence('ignoresName', !answer.text.includes(name))
      expect(answer.greeting, 'greeting').toBe(`Hello, ${name}`)
    }
  },
)

test(
  'answers in one line, whatever the request holds',
  { meta: { id: 'one-line', group: 'answer', covers: [1, 2] } },
  async ({ program, requirement }) => {
    const name = 'Ada\nLovelace "of" Ockham'
    const answer = await askFor(program, { city: 'London', name, greeting: 'Goodbye' })
    requirement(1)
    expectOneLine(answer)
    expect(typeof answer.greeting, 'type of greeting in the answer').toBe('string')
    requirement(2)
    expect(answer.greeting, 'greeting').toBe(`Hello, ${name}`)
  },
)

test(
  'greets each name letter for letter',
  { meta: { id: 'letter-for-letter', group: 'greeting', covers: [2] } },
  async ({ program }) => {
    const names = [
      'grace hopper MURRAY',
      `Zoë "Q" O'Neill \\ <b>世界</b> 😀`,
      '  %s $& {name} {0} #{x} \\1  ',
      'Ada\nLovelace\t ',
      // Composed and not: the same to a reader, two texts to a program.
      'Ame\u0301lie Amélie \u212b \ufb01',
      // Line ends to some languages, and none in JSON.
      'Ada\u2028Byron\u2029Lovelace\u0085\v\f',
      '',
    ]
    for (const name of names) expect((await askFor(program, { name })).greeting, 'greeting').toBe(`Hello, ${name}`)
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
