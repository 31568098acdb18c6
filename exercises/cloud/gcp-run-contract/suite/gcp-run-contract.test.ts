import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  expect,
  patience,
  test,
  type Fixtures,
  type HttpResponse,
  type Random,
  type UpstreamRequest,
  type UpstreamService,
} from '#harness'

type Stage = Pick<Fixtures, 'server' | 'upstream' | 'transcript'>
type Answer = { status: number; body?: string; after?: Promise<unknown> } | { reset: 'after-request' }
type Twist = (request: UpstreamRequest) => Answer | undefined
type Server = Pick<Fixtures, 'server'>

const project = 'shop-prod-417'
const traceField = 'logging.googleapis.com/trace'

/** The store keeps its address over all cases, as it would over all instances. */
const kept = new Map<string, string>()
let store: UpstreamService | null = null
let twist: Twist = () => undefined
let say: Fixtures['transcript'] = () => {}

function storeAnswer(request: UpstreamRequest): Answer {
  say('the store gets', `${request.method} ${request.path}${request.body === '' ? '' : `\n${request.body.trim()}`}`)
  const own = twist(request)
  if (own !== undefined && ('reset' in own || own.status >= 300)) return own
  if (request.method === 'PUT') kept.set(request.path, request.body)
  const found = kept.get(request.path)
  if (request.method === 'GET' && found === undefined) return { status: 404 }
  return { status: 200, body: request.method === 'GET' ? (found ?? '') : '', ...own }
}

/** Starts store and service, where they do not run; `change` is what the store does differently in this case. */
async function open({ server, upstream, transcript }: Stage, change: Twist = () => undefined): Promise<void> {
  twist = change
  say = transcript
  store ??= await upstream.start([storeAnswer], { forAllCases: true, quiet: true })
  await server.start({ STORE_URL: store.url, GOOGLE_CLOUD_PROJECT: project })
}

const limitMs = 20_000
const aParcel = (random: Random): string => `P-${random.integer(100_000, 999_999)}`

/** A request that fails before its case looks at it is told by the case, and by nothing else. */
function make(
  { server }: Server,
  parcel: string,
  to: string,
  headers: Record<string, string> = {},
): Promise<HttpResponse> {
  const answer = server.request('POST', '/labels', { json: { parcel, to }, headers, limitMs })
  answer.catch(() => {})
  return answer
}

function find({ server }: Server, parcel: string, headers: Record<string, string> = {}): Promise<HttpResponse> {
  const answer = server.request('GET', `/labels/${parcel}`, { headers, limitMs })
  answer.catch(() => {})
  return answer
}

const labelOf = (parcel: string, to: string): string => `To: ${to}\nParcel: ${parcel}\n`

/** Puts a label into the store, as another instance would. */
const madeElsewhere = (parcel: string, label: string): void => void kept.set(`/labels/${parcel}`, label)

/** Holds the store's answers back: `reached` settles with the first request, which is answered after `release`. */
function barrier(method: string, path?: string) {
  const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const hold: Twist = (request) => {
    if (request.method !== method || (path !== undefined && request.path !== path)) return undefined
    reached.resolve()
    return { status: 200, after: gate.promise }
  }
  return { hold, reached: reached.promise, release: gate.resolve }
}

/**
 * An address of this machine that only a server on all interfaces answers. Everywhere but on Linux 127.0.0.1 is the
 * only loopback address.
 */
function otherAddress(): string {
  if (process.platform === 'linux') return '127.0.0.2'
  const outside = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)
  return outside?.address ?? '127.0.0.1'
}

test(
  'it is reached by any address of the machine, on the port it was given',
  { meta: { id: 'all-interfaces', group: 'network', covers: [1] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    const host = otherAddress()
    transcript('address', host)
    const answer = await server
      .request('GET', `/labels/${aParcel(random)}`, { host, limitMs })
      .catch((error: Error) => {
        if (error.name === 'StopRun' || server.alive() === false) throw error
        return null
      })
    expect(answer === null ? 'nobody' : 'the service', 'who listens on another address than 127.0.0.1').toBe(
      'the service',
    )
    expect(answer?.status, 'status of an unknown label, asked on that address').toBe(404)
  },
)

test(
  'the store has the label before the customer has an answer',
  { meta: { id: 'store-first', group: 'state', covers: [2, 3] } },
  async ({ server, upstream, transcript, random, requirement }) => {
    const { hold, reached, release } = barrier('PUT')
    await open({ server, upstream, transcript }, hold)
    const [parcel, to] = [aParcel(random), 'Ida Petersen, 4 Mill Lane']
    let answered = false
    const request = make({ server }, parcel, to)
    request.then(
      () => (answered = true),
      () => {},
    )
    await Promise.race([reached, request])
    // Long enough for an answer that waits for nothing, or not for long; one that waits for the store cannot come.
    await pause(500)
    const early = answered
    release()
    const { status, json } = await request
    requirement(3)
    expect(early ? 'answered' : 'not answered', 'the customer, while the store is still at work').toBe('not answered')
    requirement(2)
    expect([status, json()], 'status and body').toEqual([201, { parcel }])
    expect(kept.get(`/labels/${parcel}`), 'what the store has').toBe(labelOf(parcel, to))
  },
)

const names = [
  '  Ida  Petersen ',
  'Zoë "Z" O\'Neil\nc/o Müller & Søn',
  'a\\nb, 100% <b>{0}</b> #{to} ${to} %s',
  '夏目 🚚 Łódź',
  `${'Rhein-Main-Donau-Dampfschiffahrt '.repeat(12)}AG`,
]

test(
  'a label is the text that was described, whatever the name',
  { meta: { id: 'any-name', group: 'state', covers: [2] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    for (const to of names) {
      const parcel = aParcel(random)
      const { status, json } = await make({ server }, parcel, to)
      expect([status, json()], 'status and body').toEqual([201, { parcel }])
      expect(kept.get(`/labels/${parcel}`), 'what the store has').toBe(labelOf(parcel, to))
      const found = await find({ server }, parcel)
      expect([found.status, found.text], 'status and label').toEqual([200, labelOf(parcel, to)])
    }
  },
)

test(
  'a label that is made again is the new one',
  { meta: { id: 'made-again', group: 'state', covers: [2] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    const parcel = aParcel(random)
    for (const to of ['Ida', 'Ida', 'Omar', 'Ida']) {
      expect((await make({ server }, parcel, to)).status, 'status').toBe(201)
      expect(kept.get(`/labels/${parcel}`), 'what the store has').toBe(labelOf(parcel, to))
      expect((await find({ server }, parcel)).text, 'the label').toBe(labelOf(parcel, to))
    }
  },
)

test(
  'after an answer nothing is left to do',
  { meta: { id: 'nothing-left', group: 'state', covers: [3] } },
  async ({ server, upstream, transcript, random }) => {
    let down = false
    let asked = 0
    await open({ server, upstream, transcript }, () => {
      asked += 1
      return down ? { status: 503 } : undefined
    })
    for (const [what, request] of [
      ['a 201', () => make({ server }, aParcel(random), 'Lin Wu')],
      ['a 404', () => find({ server }, aParcel(random))],
      ['a 502 to POST', () => make({ server }, aParcel(random), 'Lin Wu')],
      ['a 502 to GET', () => find({ server }, aParcel(random))],
    ] as const) {
      down = what.startsWith('a 502')
      await request()
      const before = asked
      await pause(600)
      expect(asked - before, `requests to the store after ${what}`).toBe(0)
    }
  },
)

test(
  'a label that the store refuses is not promised',
  { meta: { id: 'store-refuses', group: 'state', covers: [4] } },
  async ({ server, upstream, transcript, random }) => {
    let answer: Answer | undefined = { status: 503 }
    await open({ server, upstream, transcript }, () => answer)
    const parcel = aParcel(random)
    expect((await make({ server }, parcel, 'Omar Haddad')).status, 'status when the store answers 503 to PUT').toBe(502)
    expect((await find({ server }, parcel)).status, 'status when the store answers 503 to GET').toBe(502)
    answer = { reset: 'after-request' }
    expect((await make({ server }, parcel, 'Omar Haddad')).status, 'status when the store breaks the connection').toBe(
      502,
    )
    expect((await find({ server }, parcel)).status, 'status of GET when the store breaks the connection').toBe(502)
    answer = undefined
    expect((await make({ server }, parcel, 'Omar Haddad')).status, 'status when the store is well again').toBe(201)
  },
)

test(
  'only success is success',
  { meta: { id: 'any-refusal', group: 'state', covers: [4] } },
  async ({ server, upstream, transcript, random }) => {
    let status = 200
    await open({ server, upstream, transcript }, () => ({ status }))
    for (status of [304, 400, 401, 403, 404, 409, 429, 500, 504, 599])
      expect(
        (await make({ server }, aParcel(random), 'Eva')).status,
        `status when the store answers ${status} to PUT`,
      ).toBe(502)
    for (status of [201, 202, 204])
      expect(
        (await make({ server }, aParcel(random), 'Eva')).status,
        `status when the store answers ${status} to PUT`,
      ).toBe(201)
    for (status of [304, 400, 401, 403, 409, 410, 429, 500, 504, 599])
      expect((await find({ server }, aParcel(random))).status, `status when the store answers ${status} to GET`).toBe(
        502,
      )
    status = 404
    expect((await find({ server }, aParcel(random))).status, 'status when the store answers 404 to GET').toBe(404)
  },
)

test(
  'another instance finds the label',
  { meta: { id: 'another-instance', group: 'state', covers: [2, 5] } },
  async ({ server, upstream, transcript, random, requirement, evidence }) => {
    await open({ server, upstream, transcript })
    const [parcel, to] = [aParcel(random), 'Łucja Nowak, Ogrodowa 7']
    requirement(2)
    expect((await make({ server }, parcel, to)).status, 'status').toBe(201)
    await server.restart()
    transcript('instance', 'a fresh one')
    const found = await find({ server }, parcel)
    evidence('found', found.status)
    requirement(5)
    expect(found.status, 'status of a label that another instance made').toBe(200)
    requirement(2)
    expect(found.text, 'the label').toBe(labelOf(parcel, to))
  },
)

test(
  'what the store has now is what counts',
  { meta: { id: 'keeps-nothing', group: 'state', covers: [5] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    const parcel = aParcel(random)
    expect((await find({ server }, parcel)).status, 'status before there is a label').toBe(404)
    madeElsewhere(parcel, labelOf(parcel, 'Lin'))
    const found = await find({ server }, parcel)
    expect([found.status, found.text], 'status and label, when another instance has made it').toEqual([
      200,
      labelOf(parcel, 'Lin'),
    ])
    expect((await make({ server }, parcel, 'Eva')).status, 'status').toBe(201)
    madeElsewhere(parcel, `${labelOf(parcel, 'Omar')}Fragile\n`)
    expect((await find({ server }, parcel)).text, 'the label, when another instance has changed it').toBe(
      `${labelOf(parcel, 'Omar')}Fragile\n`,
    )
    kept.delete(`/labels/${parcel}`)
    expect((await find({ server }, parcel)).status, 'status when the store has it no more').toBe(404)
  },
)

const filesOf = (files: Fixtures['files'], scratch: string): string[] => [
  ...files.list(),
  ...readdirSync(scratch, { recursive: true }).map((path) => join('$TMPDIR', String(path))),
]

test(
  'it leaves no file behind',
  { meta: { id: 'no-files', group: 'state', covers: [6] } },
  async ({ server, upstream, transcript, random, files, scratch }) => {
    await open({ server, upstream, transcript })
    await make({ server }, aParcel(random), 'Kofi Mensah')
    const before = new Set(filesOf(files, scratch))
    const parcel = aParcel(random)
    await make({ server }, parcel, 'Kofi Mensah')
    expect(
      filesOf(files, scratch).filter((path) => !before.has(path)),
      `new files after label ${parcel}`,
    ).toEqual([])
  },
)

test(
  'nor does it when something goes wrong, or when a label is looked for',
  { meta: { id: 'no-files-in-trouble', group: 'state', covers: [6] } },
  async ({ server, upstream, transcript, random, files, scratch }) => {
    let answer: Answer | undefined
    await open({ server, upstream, transcript }, () => answer)
    const parcel = aParcel(random)
    const before = new Set(filesOf(files, scratch))
    const fresh = (): string[] => filesOf(files, scratch).filter((path) => !before.has(path))
    madeElsewhere(parcel, labelOf(parcel, 'Lin'))
    await find({ server }, parcel)
    await find({ server }, aParcel(random))
    expect(fresh(), 'new files after labels were looked for').toEqual([])
    for (answer of [{ status: 500 }, { reset: 'after-request' }] as Answer[]) await make({ server }, parcel, 'Eva Blom')
    expect(fresh(), 'new files after the store has refused labels').toEqual([])
  },
)

/** Holds all requests to the store until eighty are there, or until nothing has moved for a while: then no more will come. */
async function together(stage: Stage, requests: () => Promise<HttpResponse>[]) {
  const seen = { requests: 0, last: performance.now() }
  const gate = Promise.withResolvers<void>()
  await open(stage, () => {
    seen.requests += 1
    seen.last = performance.now()
    return { status: 200, after: gate.promise }
  })
  say = () => {}
  const all = requests()
  while (seen.requests < all.length && performance.now() - seen.last < 1500 * patience()) await pause(10)
  const reached = seen.requests
  gate.resolve()
  return { reached, answers: await Promise.all(all) }
}

test(
  'eighty requests are under way together',
  { meta: { id: 'eighty-together', group: 'load', covers: [7] } },
  async ({ server, upstream, transcript, evidence }) => {
    const { reached, answers } = await together({ server, upstream, transcript }, () =>
      Array.from({ length: 80 }, (_, i) => make({ server }, `BULK-${i}`, 'Warehouse 3')),
    )
    evidence('together', reached)
    expect(reached, 'requests that waited for the store at the same time').toBe(80)
    expect([...new Set(answers.map(({ status }) => status))], 'statuses').toEqual([201])
  },
)

test(
  'also when all of them make and look for one label',
  { meta: { id: 'eighty-of-one', group: 'load', covers: [7] } },
  async ({ server, upstream, transcript, random }) => {
    const parcel = aParcel(random)
    madeElsewhere(parcel, labelOf(parcel, 'Warehouse 3'))
    const { reached, answers } = await together({ server, upstream, transcript }, () =>
      Array.from({ length: 80 }, (_, i) =>
        i % 2 ? find({ server }, parcel) : make({ server }, parcel, 'Warehouse 3'),
      ),
    )
    expect(reached, 'requests for one label that waited for the store at the same time').toBe(80)
    expect([...new Set(answers.map(({ status }) => status))].sort(), 'statuses').toEqual([200, 201])
  },
)

const severities = ['DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY']

interface Line extends Record<string, unknown> {
  severity?: unknown
  message?: unknown
}

/** All whole lines of standard output. */
const linesOf = ({ server }: Server): string[] => server.stdout().split('\n').slice(0, -1)

const objectsIn = (lines: string[]): Line[] => lines.map(parsed).filter((line) => line !== null)

/** The lines of the log that name this parcel; waits until there are enough, for two seconds at most. */
async function linesAbout(
  { server }: Server,
  parcel: string,
  enough: (lines: Line[]) => boolean = (lines) => lines.length > 0,
): Promise<Line[]> {
  const about = (): string[] => linesOf({ server }).filter((line) => line.includes(parcel))
  const isEnough = (): boolean => enough(objectsIn(about()))
  for (let i = 0; i < 200 && !isEnough(); i++) await pause(10)
  if (about().length === 0) throw new Error(`No line on standard output names ${parcel}.`)
  return about().map((line) => {
    const value = parsed(line)
    if (value === null) throw new Error(`This line is not a JSON object: ${line.slice(0, 200)}`)
    return value
  })
}

function parsed(line: string): Line | null {
  try {
    const value = JSON.parse(line) as unknown
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Line
  } catch {}
  return null
}

const says =
  (severity: string, ...words: string[]) =>
  (line: Line): boolean =>
    line.severity === severity && words.every((word) => String(line.message).includes(word))

const shown = (lines: Line[]): string => lines.map((line) => JSON.stringify(line)).join('\n')

/** Every line is an object with a severity and a message. */
function expectEntries({ transcript, evidence }: Pick<Fixtures, 'transcript' | 'evidence'>, lines: string[]): void {
  const broken = lines.find((line) => parsed(line) === null)
  if (broken !== undefined) {
    transcript('the line', broken.slice(0, 300))
    evidence(
      'anyObject',
      lines.some((line) => parsed(line) !== null),
    )
    evidence('broken', broken.trimStart().startsWith('{') ? 'object' : 'text')
  }
  expect(broken === undefined ? 'JSON objects' : 'something else', 'what the lines are').toBe('JSON objects')
  const wrong = lines.find((line) => {
    const { severity, message } = parsed(line) ?? {}
    return !severities.includes(String(severity)) || typeof message !== 'string'
  })
  if (wrong !== undefined) transcript('the line', wrong.slice(0, 300))
  expect(wrong === undefined ? 'all' : 'not all', 'lines with a severity of Cloud Logging and a text as message').toBe(
    'all',
  )
}

test(
  'each line of the log is one JSON object',
  { meta: { id: 'json-lines', group: 'logs', covers: [8, 9] } },
  async ({ server, upstream, transcript, random, requirement, evidence }) => {
    await open({ server, upstream, transcript })
    const [parcel, to] = [aParcel(random), 'Ana "Nana" Silva\nRua do Sol 12']
    await make({ server }, parcel, to)
    for (let i = 0; i < 200 && !server.stdout().includes(parcel); i++) await pause(10)
    transcript('log', linesOf({ server }).slice(-6).join('\n'))
    requirement(8)
    expectEntries({ transcript, evidence }, linesOf({ server }))
    requirement(9)
    const lines = await linesAbout({ server }, parcel, (all) => all.some(says('INFO', parcel, to)))
    expect(
      lines.filter(says('INFO', parcel, to)).length,
      'lines with severity INFO that name parcel and addressee',
    ).toBeGreaterThan(0)
  },
)

test(
  'each line is whole, however many are written at once and whatever goes wrong',
  { meta: { id: 'whole-lines', group: 'logs', covers: [8, 9] } },
  async ({ server, upstream, transcript, random, requirement, evidence }) => {
    let answer: Answer | undefined
    await open({ server, upstream, transcript }, () => answer)
    for (answer of [{ status: 500 }, { status: 404 }, { reset: 'after-request' }] as Answer[]) {
      await make({ server }, aParcel(random), names[1]!)
      await find({ server }, aParcel(random))
    }
    answer = undefined
    say = () => {}
    const parcels = Array.from({ length: 60 }, () => aParcel(random))
    await Promise.all(parcels.map((parcel, i) => make({ server }, parcel, names[i % names.length]!)))
    const missing = (): string[] => {
      const lines = objectsIn(linesOf({ server }))
      return parcels.filter((parcel, i) => !lines.some(says('INFO', parcel, names[i % names.length]!)))
    }
    for (let i = 0; i < 200 && missing().length > 0; i++) await pause(10)
    requirement(8)
    expectEntries({ transcript, evidence }, linesOf({ server }))
    requirement(9)
    expect(
      missing().length,
      'of sixty labels made at once, those without a line with INFO, parcel and whole name',
    ).toBe(0)
  },
)

test(
  'a failure is logged as an error',
  { meta: { id: 'error-severity', group: 'logs', covers: [9] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript }, () => ({ status: 500 }))
    const parcel = aParcel(random)
    await make({ server }, parcel, 'Piet de Boer')
    const lines = await linesAbout({ server }, parcel, (all) => all.some(says('ERROR')))
    transcript('log', shown(lines))
    expect(
      lines.map(({ severity }) => severity),
      'severities of the lines about a label that the store refused',
    ).toContain('ERROR')
  },
)

test(
  'each request is logged, with all that it names',
  { meta: { id: 'every-request', group: 'logs', covers: [9] } },
  async ({ server, upstream, transcript, random }) => {
    let answer: Answer | undefined
    await open({ server, upstream, transcript }, () => answer)
    const long = names.at(-1)!
    for (const [what, severity, request, words] of [
      [
        'a label that was found',
        'INFO',
        async (parcel: string) => {
          madeElsewhere(parcel, labelOf(parcel, 'Lin'))
          return find({ server }, parcel)
        },
        [],
      ],
      ['a label that there is not', 'INFO', (parcel: string) => find({ server }, parcel), []],
      ['a label with a long name', 'INFO', (parcel: string) => make({ server }, parcel, long), [long]],
      ['a label that the store would not give', 'ERROR', (parcel: string) => find({ server }, parcel), []],
      ['a label that the store refused', 'ERROR', (parcel: string) => make({ server }, parcel, long), [long]],
      ['a label when the store broke off', 'ERROR', (parcel: string) => make({ server }, parcel, 'Eva'), ['Eva']],
    ] as const) {
      answer =
        severity === 'INFO' ? undefined : what.endsWith('broke off') ? { reset: 'after-request' } : { status: 503 }
      const parcel = aParcel(random)
      await request(parcel)
      const lines = await linesAbout({ server }, parcel, (all) => all.some(says(severity, parcel, ...words)))
      expect(
        lines.some(says(severity, parcel, ...words)) ? 'there' : shown(lines).slice(0, 300),
        `a line with ${severity} about ${what}`,
      ).toBe('there')
    }
  },
)

const aTrace = (random: Random): string => Array.from({ length: 32 }, () => random.integer(0, 15).toString(16)).join('')
const traceHeader = (trace: string, rest = '7184962207553410341;o=1'): Record<string, string> => ({
  'x-cloud-trace-context': `${trace}/${rest}`,
})
const traceName = (trace: string): string => `projects/${project}/traces/${trace}`
const tracesOf = (lines: Line[]): unknown[] => [...new Set(lines.map((line) => line[traceField]))]

test(
  'the lines of a request name its trace',
  { meta: { id: 'trace', group: 'logs', covers: [10] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    const [traced, plain, trace] = [aParcel(random), aParcel(random), aTrace(random)]
    await make({ server }, traced, 'Mei Chen', traceHeader(trace))
    await make({ server }, plain, 'Mei Chen')
    const lines = [...(await linesAbout({ server }, traced)), ...(await linesAbout({ server }, plain))]
    transcript('log', shown(lines))
    expect(tracesOf(await linesAbout({ server }, traced)), traceField).toEqual([traceName(trace)])
    expect(
      (await linesAbout({ server }, plain)).filter((line) => line[traceField] !== undefined).length,
      'lines with a trace, of a request without',
    ).toBe(0)
  },
)

test(
  'so do those of every other request, and those about a failure',
  { meta: { id: 'trace-everywhere', group: 'logs', covers: [10] } },
  async ({ server, upstream, transcript, random }) => {
    let answer: Answer | undefined
    await open({ server, upstream, transcript }, () => answer)
    for (const [what, failing, request] of [
      [
        'a label that was found',
        false,
        (parcel: string, headers: Record<string, string>) => {
          madeElsewhere(parcel, labelOf(parcel, 'Lin'))
          return find({ server }, parcel, headers)
        },
      ],
      [
        'a label that there is not',
        false,
        (parcel: string, headers: Record<string, string>) => find({ server }, parcel, headers),
      ],
      [
        'a label that the store would not give',
        true,
        (parcel: string, headers: Record<string, string>) => find({ server }, parcel, headers),
      ],
      [
        'a label that the store refused',
        true,
        (parcel: string, headers: Record<string, string>) => make({ server }, parcel, 'Eva', headers),
      ],
    ] as const)
      for (const rest of ['7184962207553410341;o=1', '53995c3f42cd8ad8;o=0', null]) {
        answer = failing ? { status: 503 } : undefined
        const [parcel, trace] = [aParcel(random), aTrace(random)]
        await request(parcel, rest === null ? {} : traceHeader(trace, rest))
        const lines = await linesAbout({ server }, parcel)
        expect(tracesOf(lines), `${rest === null ? 'no trace' : 'trace'} in the lines about ${what}`).toEqual([
          rest === null ? undefined : traceName(trace),
        ])
      }
  },
)

test(
  'requests that overlap keep their traces',
  { meta: { id: 'traces-apart', group: 'logs', covers: [10] } },
  async ({ server, upstream, transcript, random, evidence }) => {
    const [slow, quick] = [aParcel(random), aParcel(random)]
    const [slowTrace, quickTrace] = [aTrace(random), aTrace(random)]
    const { hold, reached, release } = barrier('PUT', `/labels/${slow}`)
    await open({ server, upstream, transcript }, hold)
    const first = make({ server }, slow, 'Raj Iyer', traceHeader(slowTrace))
    await Promise.race([reached, first])
    const second = make({ server }, quick, 'Zoe Hart', traceHeader(quickTrace))
    // A server that does one thing after the other answers the second when the first is done.
    await Promise.race([second, pause(500)])
    release()
    await Promise.all([first, second])
    const lines = { slow: await linesAbout({ server }, slow), quick: await linesAbout({ server }, quick) }
    transcript('log', shown([...lines.quick, ...lines.slow]))
    const mixed =
      tracesOf(lines.slow).includes(traceName(quickTrace)) || tracesOf(lines.quick).includes(traceName(slowTrace))
    evidence('mixed', mixed)
    expect(tracesOf(lines.slow), 'traces of the first request').toEqual([traceName(slowTrace)])
    expect(tracesOf(lines.quick), 'traces of the second request').toEqual([traceName(quickTrace)])
  },
)

test(
  'thirty at once keep theirs, and those without one have none',
  { meta: { id: 'traces-at-once', group: 'logs', covers: [10] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    say = () => {}
    const requests = Array.from({ length: 30 }, (_, i) => ({
      parcel: aParcel(random),
      trace: i % 3 === 0 ? null : aTrace(random),
    }))
    await Promise.all(
      requests.map(({ parcel, trace }, i) => {
        const headers = trace === null ? {} : traceHeader(trace)
        return i % 2 ? make({ server }, parcel, 'Mei Chen', headers) : find({ server }, parcel, headers)
      }),
    )
    for (const { parcel, trace } of requests)
      expect(
        tracesOf(await linesAbout({ server }, parcel)),
        trace === null ? 'trace of a request without, among others with one' : 'trace of one of many requests',
      ).toEqual([trace === null ? undefined : traceName(trace)])
  },
)

/**
 * Waits until the process has gone: for ten seconds after the signal, with what a busy machine needs more. Gives all
 * lines that it has written.
 */
async function expectEnd({ server }: Server, signalledAt: number): Promise<string[]> {
  while (server.alive() && performance.now() - signalledAt < 10_000 * patience()) await pause(10)
  expect(server.alive() ? 'still there' : 'ended', 'the process ten seconds after SIGTERM').toBe('ended')
  // What it wrote last may still be under way to us.
  await pause(100)
  const lines = linesOf({ server })
  const { code, signal } = await server.stop()
  expect(code === 0 || code === 143 ? 'code 0 or 143' : `${signal ?? `code ${code}`}`, 'how it ended').toBe(
    'code 0 or 143',
  )
  return lines
}

const outcome = (request: Promise<HttpResponse>): Promise<string> =>
  request.then(
    ({ status }) => `status ${status}`,
    () => 'cut off',
  )

test(
  'after SIGTERM it finishes what is under way, and ends',
  { meta: { id: 'sigterm', group: 'shutdown', covers: [11] } },
  async ({ server, upstream, transcript, random }) => {
    const { hold, reached, release } = barrier('PUT')
    await open({ server, upstream, transcript }, hold)
    const request = make({ server }, aParcel(random), 'Tom Okafor')
    await Promise.race([reached, request])
    transcript('signal', 'SIGTERM, while the store is at work')
    server.signal('SIGTERM')
    const at = performance.now()
    // Time to end too early, for those that do; whoever waits for the request waits for the store.
    for (let i = 0; i < 70 && server.alive(); i++) await pause(10)
    release()
    expect(await outcome(request), 'the request that was under way').toBe('status 201')
    await expectEnd({ server }, at)
  },
)

test(
  'all that are under way get their answers and their lines, though the store takes seconds',
  { meta: { id: 'sigterm-many', group: 'shutdown', covers: [8, 9, 11] } },
  async ({ server, upstream, transcript, random, requirement, evidence }) => {
    const gate = Promise.withResolvers<void>()
    const parcels = Array.from({ length: 9 }, () => aParcel(random))
    const arrived = Promise.withResolvers<void>()
    let asked = 0
    await open({ server, upstream, transcript }, ({ path }) => {
      asked += 1
      if (asked === parcels.length) arrived.resolve()
      return { status: path.endsWith(parcels[8]!) ? 503 : 200, after: gate.promise }
    })
    for (const parcel of parcels.slice(5, 8)) madeElsewhere(parcel, labelOf(parcel, 'Lin'))
    const requests = parcels.map((parcel, i) =>
      i >= 5 && i < 8 ? find({ server }, parcel) : make({ server }, parcel, 'Tom Okafor'),
    )
    await Promise.race([arrived.promise, pause(3_000 * patience())])
    transcript('signal', 'SIGTERM, while the store is at work on nine requests')
    server.signal('SIGTERM')
    const at = performance.now()
    while (server.alive() && performance.now() - at < 3_500) await pause(10)
    gate.resolve()
    const outcomes = await Promise.all(requests.map(outcome))
    requirement(11)
    expect(outcomes, 'nine requests that were under way for seconds').toEqual([
      ...Array<string>(5).fill('status 201'),
      ...Array<string>(3).fill('status 200'),
      'status 502',
    ])
    const lines = await expectEnd({ server }, at)
    requirement(8)
    expectEntries({ transcript, evidence }, lines)
    requirement(9)
    for (const [i, parcel] of parcels.entries())
      expect(
        objectsIn(lines).some(says(i === 8 ? 'ERROR' : 'INFO', parcel)) ? 'there' : 'missing',
        'the line of a request that ended after SIGTERM',
      ).toBe('there')
  },
)

test(
  'it ends though a client keeps its connection open',
  { meta: { id: 'sigterm-idle', group: 'shutdown', covers: [11] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    const parcel = aParcel(random)
    const socket = connect(server.port() ?? 0, '127.0.0.1')
    socket.on('error', () => {})
    const answered = new Promise((resolve) => socket.once('data', resolve).once('close', resolve))
    socket.write(`GET /labels/${parcel} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    await Promise.race([answered, pause(5_000 * patience())])
    transcript('signal', 'SIGTERM, when nothing is under way')
    server.signal('SIGTERM')
    await expectEnd({ server }, performance.now()).finally(() => socket.destroy())
  },
)
