import { expect, test, type Fixtures } from '#harness'
import {
  agrees,
  constantFrom,
  integer,
  lineAnswers,
  near,
  oneof,
  record,
  type Answers,
  type Arbitrary,
  type Wrong,
} from '#harness/model'

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
    if (status >= 500 && status <= 599) serverErrors[key] = (serverErrors[key] ?? 0) + 1
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

/** All at once; and where that is wrong, each with two log lines around it, so that a failure names the line. */
async function expectSkipped(
  program: Program,
  texts: string[],
  requirement: (number: number) => void,
  broken: number,
): Promise<void> {
  const good = [line({ bytes: 11 }), line({ target: '/cart', status: 500, bytes: 22 })]
  const together = [good[0], ...texts, good[1]].map((one) => `${typeof one === 'string' ? one : textOf(one as Line)}\n`)
  const all = await program.run({ stdin: together.join(''), quiet: true })
  const [sum] = lineAnswers<Rollup>({ ...all, lines: [all.stdout] }).answers
  if (all.code === 0 && sum && sorted(sum) === sorted(rollupOf(good, texts.length))) return
  for (const text of texts) {
    const { json } = await program.run({ stdin: `${textOf(good[0] as Line)}\n${text}\n${textOf(good[1] as Line)}\n` })
    const got = json() as Rollup
    // It was skipped, and it counts in something else all the same.
    requirement(got?.skipped === 1 ? 8 : broken)
    expect(got, 'the roll-up').toEqual(rollupOf(good, 1))
  }
  throw new Error('These lines are skipped one by one, and not when they come together.')
}

test(
  'skips a log line with something before or after it',
  { meta: { id: 'text-around', group: 'resilience', covers: [3, 8] } },
  async ({ program, requirement }) => {
    await expectSkipped(program, [`${checkout} 0.012`, `web-1 | ${checkout}`], requirement, 3)
  },
)

test(
  'skips a line with a bare quote inside a quoted field',
  { meta: { id: 'bare-quote', group: 'quoting', covers: [4, 8] } },
  async ({ program, random, requirement }) => {
    const agent = random.pick(['say "hi', 'the "best" browser'])
    await expectSkipped(program, [checkout.replace('Mozilla/5.0', agent)], requirement, 4)
  },
)

test(
  'skips a line with a field of another form',
  { meta: { id: 'other-forms', group: 'resilience', covers: [3, 5, 8] } },
  async ({ program, requirement }) => {
    await expectSkipped(
      program,
      [
        checkout.replace('POST /checkout HTTP/1.1', '-'),
        checkout.replace('POST /checkout HTTP/1.1', String.raw`\x16\x03\x01`),
        checkout.replace(' HTTP/1.1', ''),
        checkout.replace(' 500 ', ' 5xx '),
        checkout.replace(' 4000 ', ' 4k '),
        checkout.replace(' "Mozilla/5.0"', ''),
      ],
      requirement,
      3,
    )
  },
)

const nothing: Rollup = { hits: 0, bytes: 0, serverErrors: {}, skipped: 0 }

/** Where the quoted field ends that begins at `from`; -1 where none does. */
function endOfQuoted(text: string, from: number): number {
  if (text[from] !== '"') return -1
  for (let i = from + 1; i < text.length; i += text[i] === '\\' ? 2 : 1) if (text[i] === '"') return i
  return -1
}

/** The fields of a line by its grammar; null where it does not fit. Walks over it, and uses no pattern. */
function fieldsOf(text: string): { request: string; status: string; bytes: string } | null {
  let rest = text
  for (let word = 0; word < 3; word++) {
    const space = rest.indexOf(' ')
    if (space < 1) return null
    rest = rest.slice(space + 1)
  }
  const time = rest.indexOf(']')
  if (rest[0] !== '[' || time < 0 || rest[time + 1] !== ' ') return null
  rest = rest.slice(time + 2)
  const request = endOfQuoted(rest, 0)
  if (request < 0 || rest[request + 1] !== ' ') return null
  const [status = '', bytes = '', ...quoted] = rest.slice(request + 2).split(' ')
  const referrer = quoted.join(' ')
  const end = endOfQuoted(referrer, 0)
  if (end < 0 || referrer[end + 1] !== ' ') return null
  if (endOfQuoted(referrer, end + 2) !== referrer.length - 1) return null
  return { request: rest.slice(1, request), status, bytes }
}

const areDigits = (text: string): boolean => text !== '' && [...text].every((letter) => '0123456789'.includes(letter))
const areCapitals = (text: string): boolean =>
  text !== '' && [...text].every((letter) => letter >= 'A' && letter <= 'Z')

/** What one line adds to the totals. */
function modelOf(text: string): Rollup {
  const skipped = { ...nothing, skipped: 1 }
  const fields = fieldsOf(text)
  if (!fields || fields.status.length !== 3 || !areDigits(fields.status)) return skipped
  if (fields.bytes !== '-' && !areDigits(fields.bytes)) return skipped
  const [method = '', ...more] = fields.request.split(' ')
  const protocol = more.pop() ?? ''
  const target = more.join(' ')
  if (!areCapitals(method) || target === '' || !protocol.startsWith('HTTP/') || protocol.length < 6) return skipped
  const key = `${method} ${target.split('?')[0]}`
  return {
    ...nothing,
    hits: 1,
    bytes: fields.bytes === '-' ? 0 : Number(fields.bytes),
    serverErrors: fields.status.startsWith('5') ? { [key]: 1 } : {},
  }
}

function sumOf(parts: Rollup[]): Rollup {
  const sum = { ...nothing, serverErrors: {} as Record<string, number> }
  for (const { hits, bytes, serverErrors, skipped } of parts) {
    sum.hits += hits
    sum.bytes += bytes
    sum.skipped += skipped
    for (const [key, count] of Object.entries(serverErrors))
      sum.serverErrors[key] = (sum.serverErrors[key] ?? 0) + count
  }
  return sum
}

const sorted = ({ hits, bytes, serverErrors, skipped }: Rollup): string =>
  JSON.stringify([hits, bytes, skipped, Object.entries(serverErrors ?? {}).toSorted()])

/**
 * What each line adds. The program tells sums only: where the sum is right all lines are, and where it is not, the first
 * line to blame is looked for by halves.
 */
async function answersFor(program: Program, texts: readonly string[]): Promise<Answers<string>> {
  const right = texts.map(modelOf)
  const look = async (from: number, to: number) => {
    const stdin = texts.slice(from, to).map((text) => `${text}\n`)
    const finished = await program.run({ stdin: stdin.join(''), quiet: true })
    const { answers, end } = lineAnswers<Rollup>({ ...finished, lines: [finished.stdout] })
    const got = finished.code === 0 ? answers[0] : undefined
    return { got, end: end ?? [], isRight: got !== undefined && sorted(got) === sorted(sumOf(right.slice(from, to))) }
  }
  let [from, to] = [0, texts.length]
  let found = await look(from, to)
  if (found.isRight) return { answers: right.map(outcomeOf) }
  while (to - from > 1) {
    const middle = Math.ceil((from + to) / 2)
    const half = await look(from, middle)
    if (half.isRight) from = middle
    else to = middle
    if (!half.isRight || to - from === 1) found = half.isRight ? await look(from, to) : half
  }
  // Right alone, wrong among others: no line is to blame, so there is no answer for each.
  if (found.isRight) return { answers: [], end: found.end }
  const outcome = found.got && outcomeOf(found.got)
  return { answers: right.map(outcomeOf).with(from, outcome as string), end: found.end }
}

/** What became of one line, in words: four members that differ would hide the line from the screen. */
function outcomeOf(rollup: Rollup): string {
  const { hits, bytes, serverErrors, skipped } = rollup
  if (hits + skipped !== 1) return JSON.stringify(rollup)
  const keys = Object.keys(serverErrors ?? {}).map((key) => `, server error of ${JSON.stringify(key)}`)
  return (hits === 1 ? `hit of ${bytes} bytes` : 'skipped') + keys.join('')
}

/** What a program that came to no answer was asked for: a route, a large number, or a line that is none. */
function whereItEnded(text: string, { skipped, bytes, serverErrors }: Rollup): number {
  if (skipped === 1) return 8
  return bytes >= 2 ** 31 || /" \d+ 0\d+ "/.test(text) ? 6 : Object.keys(serverErrors).length > 0 ? 7 : 3
}

/** What is odd about a log line that was taken for none: an escape, its request, or one of its fields. */
function whySkipped(text: string): number {
  if (text.includes('\\')) return 4
  const [, target = '', protocol = ''] = /"[A-Z]+ (.*) (HTTP\/[^ "]*)"/.exec(text) ?? []
  return /[ \t]/.test(target) || !/^HTTP\/\d(\.\d)?$/.test(protocol) ? 5 : 3
}

/** What a wrong answer violates, in words and as a requirement. */
function violationOf({ input, got }: Wrong<string, string>): [words: string, requirement: number] {
  const right = modelOf(input)
  if (got === undefined || got.startsWith('{')) return ['that there is an answer', whereItEnded(input, right)]
  if (right.skipped === 1) {
    if (modelOf(input.trim()).hits === 1) return ['a line with a blank before or after it is counted', 3]
    return ['a line that is no log line is counted', fieldsOf(input) ? 5 : 3]
  }
  if (got === 'skipped') return ['a log line is skipped', whySkipped(input)]
  if (!got.startsWith(`hit of ${right.bytes} bytes`)) return ['the bytes', 6]
  const isError = Object.keys(right.serverErrors).length > 0
  return got.includes('server error') === isError
    ? ['the key of a server error', 7]
    : ['which lines are server errors', 7]
}

const targets = [
  ...[
    '/',
    '/cart',
    '//cart#x',
    '/a;v=1',
    '/a/',
    '/A',
    '/%2Fa%20b',
    '/a?b=1',
    '/a?b=1?c=2',
    '?',
    '?x',
    '/x?',
    '*',
    '#',
    ' ',
  ],
  ...[
    '/a b',
    '/a  b',
    '/a b?c d',
    '/./a/../b',
    'http://shop.example/x?y=/z',
    'shop.example:443',
    '/a&b',
    '/a=b',
    "/it's",
  ],
  ...[String.raw`/a\\b`, String.raw`/a\"b`, String.raw`/a\tb`, '/a\tb', '/<b>', '/{a}', '/a,b', '/a|b', '/constructor'],
]

test(
  'counts every status from 500 to 599 as a server error and no other, under its route as it stands in the log',
  { meta: { id: 'routes-and-statuses', group: 'totals', covers: [3, 4, 5, 6, 7] } },
  async ({ program, random, transcript, requirement }) => {
    const statuses = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, '0'))
    const withStatus = (target: string, status: string): string =>
      textOf(line({ target, bytes: 1 })).replace('" 200 1 ', `" ${status} 1 `)
    const sizes = ['0', '00', '0512', '010', '0777', '089', '000000000001', '2147483648', '4294967296', '-']
    const always = [
      ...statuses.map((status) => withStatus('/s', status)),
      ...targets.map((target) => withStatus(target, '503')),
      ...sizes.map((bytes) => textOf(line({})).replace(' 1024 ', ` ${bytes} `)),
      textOf(line({ target: `/${'x'.repeat(900)}`, status: 500, agent: 'y'.repeat(1_000) })),
    ]
    await agrees<string, string>({
      random,
      transcript,
      inputs: constantFrom(...always),
      runs: 0,
      always: random.shuffle(always),
      model: (text) => outcomeOf(modelOf(text)),
      answers: (texts) => answersFor(program, texts),
      show: (text) => text,
      at: (wrong) => {
        const [words, number] = violationOf(wrong)
        requirement(number)
        return words
      },
    })
  },
)

const words = ['-', 'ada', '203.0.113.20', '"', '[', '[x]', 'a"b']
const quotedTexts = ['', '-', 'x', 'Mozilla/5.0 (X11)', String.raw`say \"hi\"`, String.raw`C:\\`, 'a  b']
const requests = [
  'GET / HTTP/1.1',
  'POST /a?b=c d HTTP/2',
  'GET /a b HTTP/1.1',
  String.raw`PUT /a\"b HTTP/1.0`,
  'A ? HTTP/x',
]
const kinds = [
  ...[words, words, words],
  ['[10/Oct/2026:13:55:36 +0200]', '[]', '[a [b]', '["]'],
  requests.map((request) => `"${request}"`),
  ['200', '500', '599', '600', '099'],
  ['0', '-', '512', '0512', '1048576'],
  ...[quotedTexts, quotedTexts].map((texts) => texts.map((text) => `"${text}"`)),
]

/** Characters that mean something in a log line, and some that only look as if they did. */
const letters = [...' \t"\\[]-?#/05aA%;\x0b']

/** Good lines of which one part is changed where its pieces meet; the parts stand in the order of the brief's table. */
const nearLines: Arbitrary<string> = record({
  parts: integer({ min: 0, max: 999_999 }).chain((which) =>
    record(
      Object.fromEntries(
        kinds.map((texts, i) => [
          i,
          which % kinds.length === i
            ? oneof(constantFrom(...texts), near(constantFrom(...texts), { letters }))
            : constantFrom(...texts),
        ]),
      ),
    ),
  ),
}).map(({ parts }) => Object.values(parts).join(' '))

test(
  'tells log lines from lines that are one character away from one',
  { meta: { id: 'near-lines', group: 'resilience', covers: [3, 4, 5, 6, 7, 8] } },
  async ({ program, random, transcript, requirement }) => {
    const always = [
      ...[
        `${checkout} `,
        ` ${checkout}`,
        `${checkout}\t`,
        `\t ${checkout}`,
        checkout.replace(' "-"', '  "-"'),
        checkout.slice(0, -1),
      ],
      ...[
        checkout.replace(/"$/, String.raw`\"`),
        checkout.replace(/"$/, String.raw`\\"`),
        checkout.replace('203', '2\t3'),
      ],
      ...['', ' ', '"', '-', '\\\\', '[', '- - - [] "A ? HTTP/x" 500 - "" ""', '- - - [] "A  HTTP/x" 500 - "" ""'],
      ...['POST', 'Post', 'P0ST', 'PO-ST', ''].map((method) => checkout.replace('POST', method)),
      ...['HTTP/', 'http/1.1', 'HTTP', 'HTTPS/1.1', ' HTTP/1.1'].map((protocol) =>
        checkout.replace('HTTP/1.1', protocol),
      ),
      ...['50', '5000', '-500', '+500', '5.0'].map((status) => checkout.replace(' 500 ', ` ${status} `)),
      ...['--', '+4', '-4', '4.0', '4e3', '0x4', ''].map((bytes) => checkout.replace(' 4000 ', ` ${bytes} `)),
    ]
    await agrees<string, string>({
      random,
      transcript,
      inputs: nearLines,
      runs: 2_000,
      always,
      model: (text) => outcomeOf(modelOf(text)),
      answers: (texts) => answersFor(program, texts),
      show: (text) => text,
      at: (wrong) => {
        const [words, number] = violationOf(wrong)
        requirement(number)
        return words
      },
    })
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
