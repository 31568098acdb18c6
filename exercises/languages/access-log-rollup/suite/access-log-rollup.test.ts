import { expect, test } from '#harness'

interface Line {
  host: string
  user: string
  method: string
  /** As it stands in the log: with its escapes. */
  target: string
  status: number
  bytes: number | '-'
  referrer: string
  agent: string
}

interface Rollup {
  hits: number
  bytes: number
  serverErrors: Record<string, number>
  skipped: number
}

type Fixtures = Parameters<Parameters<typeof test>[2]>[0]
type Program = Fixtures['program']
type Random = Fixtures['random']

const ordinary: Line = {
  host: '203.0.113.20',
  user: '-',
  method: 'GET',
  target: '/',
  status: 200,
  bytes: 1024,
  referrer: '-',
  agent: 'Mozilla/5.0',
}

const line = (changed: Partial<Line>): Line => ({ ...ordinary, ...changed })

const textOf = ({ host, user, method, target, status, bytes, referrer, agent }: Line): string =>
  `${host} - ${user} [10/Oct/2026:13:55:36 +0200] "${method} ${target} HTTP/1.1" ${status} ${bytes} "${referrer}" "${agent}"`

const linesOf = (lines: Line[]): string => lines.map((l) => `${textOf(l)}\n`).join('')

function rollupOf(lines: Line[], skipped = 0): Rollup {
  const serverErrors: Record<string, number> = {}
  for (const { method, target, status } of lines) {
    const key = `${method} ${target.split('?')[0]}`
    if (status >= 500) serverErrors[key] = (serverErrors[key] ?? 0) + 1
  }
  const bytes = lines.reduce((sum, l) => sum + (l.bytes === '-' ? 0 : l.bytes), 0)
  return { hits: lines.length, bytes, serverErrors, skipped }
}

test(
  'adds up tidy lines: hits, bytes, and 5xx by method and route without the query string',
  { meta: { id: 'tidy-lines', group: 'totals', covers: [1, 3, 6, 7] } },
  async ({ program }) => {
    const lines = [
      line({ target: '/cart?step=2', bytes: 900 }),
      line({ host: '2001:db8::42', method: 'POST', target: '/checkout?coupon=SPRING', status: 502, bytes: 61 }),
      line({ user: 'ada', method: 'POST', target: '/checkout?coupon=NONE&next=/cart?x', status: 503, bytes: 61 }),
      line({ target: '/checkout', status: 500, bytes: 77 }),
      line({ target: '/cart/500', status: 404, bytes: 0 }),
    ]
    const { code, json } = await program.run({ stdin: linesOf(lines) })
    expect(json(), 'the roll-up').toEqual(rollupOf(lines))
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'takes a quoted field as one unit: spaces in the request and the user agent are data',
  { meta: { id: 'space-in-request', group: 'quoting', covers: [4, 5, 7] } },
  async ({ program }) => {
    const lines = [
      line({ target: '/search?q=red shoes', bytes: 310 }),
      line({
        target: '/files/spring sale 2026.pdf',
        status: 500,
        bytes: 45,
        agent: 'Mozilla/5.0 (X11; Linux x86_64) 200 999',
      }),
    ]
    const { json } = await program.run({ stdin: linesOf(lines) })
    expect(json(), 'the roll-up').toEqual(rollupOf(lines))
  },
)

test(
  'does not end a quoted field at an escaped quote',
  { meta: { id: 'escaped-quote', group: 'quoting', covers: [4, 7] } },
  async ({ program }) => {
    const lines = [
      line({ target: String.raw`/search?q=\"shoes\"`, bytes: 120 }),
      line({ target: String.raw`/labels/27\"-monitor`, status: 503, bytes: 30 }),
      // A forged user agent that looks like the end of the line, and one that ends with a backslash.
      line({ target: '/cart', status: 200, bytes: 8, agent: String.raw`x\" 500 99 \"-\" \"y` }),
      line({ method: 'PUT', target: '/cart', status: 500, bytes: 9, referrer: '', agent: String.raw`C:\\shop\\` }),
    ]
    const { json } = await program.run({ stdin: linesOf(lines) })
    expect(json(), 'the roll-up').toEqual(rollupOf(lines))
  },
)

test(
  'counts a line whose bytes are "-" as a hit of 0 bytes',
  { meta: { id: 'dash-bytes', group: 'totals', covers: [3, 6] } },
  async ({ program }) => {
    const lines = [
      line({ status: 304, bytes: '-' }),
      line({ bytes: 250 }),
      line({ method: 'HEAD', target: '/cart', status: 504, bytes: '-' }),
    ]
    const { json } = await program.run({ stdin: linesOf(lines) })
    expect(json(), 'the roll-up').toEqual(rollupOf(lines))
  },
)

test(
  'counts lines that are no log lines as skipped, carries on, and ends with exit code 0',
  { meta: { id: 'bad-lines', group: 'resilience', gate: true, covers: [1, 8] } },
  async ({ program }) => {
    const good = [line({ bytes: 10 }), line({ target: '/cart', status: 500, bytes: 20 }), line({ bytes: 30 })]
    const [first, second, third] = good.map(textOf)
    const cutShort = textOf(line({ bytes: 7000 })).slice(0, 70)
    const { code, json } = await program.run({
      stdin: [first, 'logrotate: new file', second, cutShort, third, ''].join('\n'),
    })
    expect(code, 'exit code').toBe(0)
    expect(json(), 'the roll-up').toEqual(rollupOf(good, 2))
  },
)

test(
  'counts an empty line as skipped',
  { meta: { id: 'empty-line', group: 'resilience', covers: [8] } },
  async ({ program }) => {
    const good = [line({ bytes: 15 }), line({ target: '/cart', status: 500, bytes: 25 })]
    const { json } = await program.run({ stdin: `${good.map(textOf).join('\n\n')}\n` })
    expect(json(), 'the roll-up').toEqual(rollupOf(good, 1))
  },
)

const checkout = textOf(line({ method: 'POST', target: '/checkout', status: 500, bytes: 4000 }))

/** Each text goes in with two log lines around it, so that a failure names the one line it is about. */
async function expectSkipped(program: Program, texts: string[]): Promise<void> {
  const good = [line({ bytes: 11 }), line({ target: '/cart', status: 500, bytes: 22 })]
  for (const text of texts) {
    const { json } = await program.run({ stdin: `${textOf(good[0] as Line)}\n${text}\n${textOf(good[1] as Line)}\n` })
    expect(json(), 'the roll-up').toEqual(rollupOf(good, 1))
  }
}

test(
  'skips a log line with something before or after it',
  { meta: { id: 'text-around', group: 'resilience', covers: [3, 8] } },
  async ({ program }) => {
    await expectSkipped(program, [`${checkout} 0.012`, `web-1 | ${checkout}`])
  },
)

test(
  'skips a line with a bare quote inside a quoted field',
  { meta: { id: 'bare-quote', group: 'quoting', covers: [4, 8] } },
  async ({ program, random }) => {
    const agent = random.pick(['say "hi', 'the "best" browser'])
    await expectSkipped(program, [checkout.replace('Mozilla/5.0', agent)])
  },
)

test(
  'skips a line with a field of another form',
  { meta: { id: 'other-forms', group: 'resilience', covers: [3, 5, 8] } },
  async ({ program }) => {
    await expectSkipped(program, [
      checkout.replace('POST /checkout HTTP/1.1', '-'),
      checkout.replace('POST /checkout HTTP/1.1', String.raw`\x16\x03\x01`),
      checkout.replace(' HTTP/1.1', ''),
      checkout.replace(' 500 ', ' 5xx '),
      checkout.replace(' 4000 ', ' 4k '),
      checkout.replace(' "Mozilla/5.0"', ''),
    ])
  },
)

test(
  'reads lines that end with CRLF',
  { meta: { id: 'crlf', group: 'line-ends', covers: [2] } },
  async ({ program, transcript }) => {
    const lines = [line({ target: '/cart', bytes: 41 }), line({ target: '/cart', status: 502, bytes: 42 })]
    transcript('input', 'Every line ends with CRLF.')
    const { json } = await program.run({ stdin: linesOf(lines).replaceAll('\n', '\r\n') })
    expect(json(), 'the roll-up').toEqual(rollupOf(lines))
  },
)

test(
  'counts a last line without a line end',
  { meta: { id: 'last-line', group: 'line-ends', covers: [2] } },
  async ({ program, transcript }) => {
    const lines = [line({ bytes: 51 }), line({ target: '/checkout', status: 500, bytes: 52 })]
    transcript('input', 'The last line has no line end.')
    const { json } = await program.run({ stdin: linesOf(lines).slice(0, -1) })
    expect(json(), 'the roll-up').toEqual(rollupOf(lines))
  },
)

test(
  'answers an empty input with zeros',
  { meta: { id: 'empty-input', group: 'resilience', covers: [1] } },
  async ({ program, transcript }) => {
    transcript('input', 'Standard input is empty.')
    const { code, json } = await program.run({ stdin: '' })
    expect(json(), 'the roll-up').toEqual({ hits: 0, bytes: 0, serverErrors: {}, skipped: 0 })
    expect(code, 'exit code').toBe(0)
  },
)

/** Lines as a day brings them, everything of the brief among them. */
function mixedLines(random: Random, count: number): Line[] {
  const targets = [
    '/',
    '/cart',
    '/cart?step=2',
    '/checkout',
    '/files/spring sale.pdf',
    String.raw`/labels/27\"`,
    '/parcels/8?x=a b',
  ]
  return Array.from({ length: count }, () =>
    line({
      host: random.pick(['203.0.113.20', 'crawler.example', '2001:db8::42']),
      user: random.pick(['-', 'ada']),
      method: random.pick(['GET', 'POST', 'PUT', 'DELETE']),
      target: random.pick(targets),
      status: random.pick([200, 200, 201, 304, 404, 500, 502, 503, 599]),
      bytes: random.pick(['-' as const, random.integer(0, 90_000), random.integer(3_000_000, 9_000_000)]),
      referrer: random.pick(['-', 'https://shop.example/?q=a%20b']),
      agent: random.pick(['Mozilla/5.0 (X11; Linux x86_64)', String.raw`say \"cheese\" 1.0`, '-']),
    }),
  )
}

test(
  'gives exact totals for a long mixed log',
  { meta: { id: 'mixed-log', group: 'totals', covers: [3, 6, 7, 8] } },
  async ({ program, random, transcript }) => {
    const lines = mixedLines(random, 3_000)
    const rubbish = Array.from({ length: random.integer(20, 60) }, () =>
      random.pick(['', '-', String.raw`\x16\x03\x01`, '203.0.113.9 - -']),
    )
    const all = random.shuffle([...lines.map(textOf), ...rubbish])
    transcript('input', `${all.length} lines of all kinds, ${rubbish.length} of them no log lines.`)
    const { code, json } = await program.run({ stdin: `${all.join('\n')}\n`, quiet: true })
    expect(code, 'exit code').toBe(0)
    expect(json(), 'the roll-up').toEqual(rollupOf(lines, rubbish.length))
  },
)

// Measured growth after the first tenth: 0–7 MB for programs that keep totals, 52 MB and more for those
// that keep the input; with a heap of 32 MB, node and java then mostly end by themselves.
const blocks = 300
const warmUp = 30
const maxGrowthMb = 20

test(
  'keeps its memory flat over 300,000 lines',
  { meta: { id: 'memory', group: 'memory', gate: true, covers: [9] } },
  async ({ program, random, transcript, evidence }) => {
    const browser = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ${'x'.repeat(60)}`
    // Tidy lines only: what fails here, fails for its memory.
    const block = Array.from({ length: 1000 }, (_, i) =>
      line({
        target: `/parcels/${i % 40}`,
        status: random.pick([200, 200, 503]),
        bytes: random.integer(100, 999),
        agent: browser,
      }),
    )
    const text = linesOf(block)
    transcript(
      'input',
      `${blocks * 1000} tidy lines, ${Math.round((text.length * blocks) / 1e6)} MB; standard input stays open meanwhile.`,
    )

    const running = program.start({ limitMs: 15_000 })
    let before: number | null = null
    for (let i = 0; i < blocks && running.alive(); i++) {
      await running.write(text)
      if (i === warmUp - 1) before = running.residentMb()
    }
    const after = running.residentMb()
    const { code, signal, json } = await running.end()

    if (before !== null && after !== null) {
      const growth = Math.round(after - before)
      transcript(
        'memory',
        `${Math.round(before)} MB after ${warmUp * 1000} lines, ${Math.round(after)} MB after ${blocks * 1000}`,
      )
      if (growth > maxGrowthMb) evidence('memory', 'grew')
      expect(growth, 'growth in MB').toBeLessThanOrEqual(maxGrowthMb)
    }
    if (code !== 0) {
      evidence('memory', 'died')
      throw new Error(`The program ended with ${signal ?? `exit code ${code}`} instead of an answer.`)
    }
    const one = rollupOf(block)
    const serverErrors = Object.fromEntries(Object.entries(one.serverErrors).map(([key, n]) => [key, n * blocks]))
    expect(json(), 'the roll-up').toEqual({ hits: blocks * 1000, bytes: one.bytes * blocks, serverErrors, skipped: 0 })
  },
)
