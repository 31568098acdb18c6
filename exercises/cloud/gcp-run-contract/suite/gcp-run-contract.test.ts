import { readdirSync } from 'node:fs'
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
  if (own !== undefined && ('reset' in own || own.status >= 400)) return own
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
  { server }: Pick<Stage, 'server'>,
  parcel: string,
  to: string,
  headers: Record<string, string> = {},
): Promise<HttpResponse> {
  const answer = server.request('POST', '/labels', { json: { parcel, to }, headers, limitMs })
  answer.catch(() => {})
  return answer
}

const labelOf = (parcel: string, to: string): string => `To: ${to}\nParcel: ${parcel}\n`

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
    const answer = await server.request('GET', `/labels/${aParcel(random)}`, { host }).catch((error: Error) => {
      if (error.name === 'StopRun' || server.alive() === false) throw error
      throw new Error(`No connection on ${host}: the server listens on one address only.`)
    })
    expect(answer.status, 'status').toBe(404)
  },
)

test(
  'the store has the label before the customer has an answer',
  { meta: { id: 'store-first', group: 'state', covers: [2, 3] } },
  async ({ server, upstream, transcript, random }) => {
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
    // Long enough for an answer that waits for nothing; one that waits for the store cannot come.
    await pause(150)
    const early = answered
    release()
    const { status, json } = await request
    expect(early ? 'answered' : 'not answered', 'the customer, while the store is still at work').toBe('not answered')
    expect([status, json()], 'status and body').toEqual([201, { parcel }])
    expect(kept.get(`/labels/${parcel}`), 'what the store has').toBe(labelOf(parcel, to))
  },
)

test(
  'a label that the store refuses is not promised',
  { meta: { id: 'store-refuses', group: 'state', covers: [4] } },
  async ({ server, upstream, transcript, random }) => {
    let answer: Answer = { status: 503 }
    await open({ server, upstream, transcript }, () => answer)
    const parcel = aParcel(random)
    expect((await make({ server }, parcel, 'Omar Haddad')).status, 'status when the store answers 503 to PUT').toBe(502)
    expect(
      (await server.request('GET', `/labels/${parcel}`, { limitMs })).status,
      'status when the store answers 503 to GET',
    ).toBe(502)
    answer = { reset: 'after-request' }
    expect((await make({ server }, parcel, 'Omar Haddad')).status, 'status when the store breaks the connection').toBe(
      502,
    )
  },
)

test(
  'another instance finds the label',
  { meta: { id: 'another-instance', group: 'state', covers: [2, 5] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    const [parcel, to] = [aParcel(random), 'Łucja Nowak, Ogrodowa 7']
    expect((await make({ server }, parcel, to)).status, 'status').toBe(201)
    await server.restart()
    transcript('instance', 'a fresh one')
    const found = await server.request('GET', `/labels/${parcel}`, { limitMs })
    expect([found.status, found.text], 'status and label').toEqual([200, labelOf(parcel, to)])
    kept.set('/labels/ELSEWHERE-1', labelOf('ELSEWHERE-1', 'Lin'))
    expect(
      (await server.request('GET', '/labels/ELSEWHERE-1', { limitMs })).text,
      'a label that another instance made',
    ).toBe(labelOf('ELSEWHERE-1', 'Lin'))
  },
)

test(
  'it leaves no file behind',
  { meta: { id: 'no-files', group: 'state', covers: [6] } },
  async ({ server, upstream, transcript, random, files, scratch }) => {
    await open({ server, upstream, transcript })
    await make({ server }, aParcel(random), 'Kofi Mensah')
    const all = (): string[] => [
      ...files.list(),
      ...readdirSync(scratch, { recursive: true }).map((path) => join('$TMPDIR', String(path))),
    ]
    const before = new Set(all())
    const parcel = aParcel(random)
    await make({ server }, parcel, 'Kofi Mensah')
    expect(
      all().filter((path) => !before.has(path)),
      `new files after label ${parcel}`,
    ).toEqual([])
  },
)

test(
  'eighty requests are under way together',
  { meta: { id: 'eighty-together', group: 'load', covers: [7] } },
  async ({ server, upstream, transcript }) => {
    const seen = { requests: 0, last: performance.now() }
    const gate = Promise.withResolvers<void>()
    await open({ server, upstream, transcript }, () => {
      seen.requests += 1
      seen.last = performance.now()
      return { status: 200, after: gate.promise }
    })
    say = () => {}
    const requests = Array.from({ length: 80 }, (_, i) => make({ server }, `BULK-${i}`, 'Warehouse 3'))
    // Until all are there, or until nothing has moved for a while: then no more will come.
    while (seen.requests < 80 && performance.now() - seen.last < 1500 * patience()) await pause(10)
    const together = seen.requests
    gate.resolve()
    const answers = await Promise.all(requests)
    expect(together, 'requests that waited for the store at the same time').toBe(80)
    expect([...new Set(answers.map(({ status }) => status))], 'statuses').toEqual([201])
  },
)

const severities = ['DEFAULT', 'DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY']

interface Line extends Record<string, unknown> {
  severity?: unknown
  message?: unknown
}

/** The lines of the log that name this parcel; waits until there are any. */
async function linesAbout({ server }: Pick<Stage, 'server'>, parcel: string): Promise<Line[]> {
  const about = (): string[] =>
    server
      .stdout()
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.includes(parcel))
  for (let i = 0; i < 200 && about().length === 0; i++) await pause(10)
  if (about().length === 0) throw new Error(`No line on standard output names ${parcel}.`)
  return about().map(parsed)
}

function parsed(line: string): Line {
  try {
    const value = JSON.parse(line) as unknown
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Line
  } catch {}
  throw new Error(`This line is not a JSON object: ${line.slice(0, 200)}`)
}

test(
  'each line of the log is one JSON object',
  { meta: { id: 'json-lines', group: 'logs', covers: [8, 9] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    const [parcel, to] = [aParcel(random), 'Ana "Nana" Silva\nRua do Sol 12']
    await make({ server }, parcel, to)
    const about = await linesAbout({ server }, parcel)
    const lines = server
      .stdout()
      .split('\n')
      .filter((line) => line !== '')
    transcript('log', lines.slice(-6).join('\n'))
    for (const { severity, message, ...rest } of lines.map(parsed)) {
      if (!severities.includes(String(severity)) || typeof message !== 'string')
        throw new Error(
          `This line has no severity of Cloud Logging, or no message: ${JSON.stringify({ severity, message, ...rest })}`,
        )
    }
    expect(
      about.filter(({ severity, message }) => severity === 'INFO' && String(message).includes(to)).length,
      'lines with severity INFO that name parcel and addressee',
    ).toBeGreaterThan(0)
  },
)

test(
  'a failure is logged as an error',
  { meta: { id: 'error-severity', group: 'logs', covers: [9] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript }, () => ({ status: 500 }))
    const parcel = aParcel(random)
    await make({ server }, parcel, 'Piet de Boer')
    const lines = await linesAbout({ server }, parcel)
    transcript('log', lines.map((line) => JSON.stringify(line)).join('\n'))
    expect(
      lines.map(({ severity }) => severity),
      'severities of the lines about a label that the store refused',
    ).toContain('ERROR')
  },
)

const aTrace = (random: Random): string => Array.from({ length: 32 }, () => random.integer(0, 15).toString(16)).join('')
const traceHeader = (trace: string): Record<string, string> => ({
  'x-cloud-trace-context': `${trace}/7184962207553410341;o=1`,
})
const traceName = (trace: string): string => `projects/${project}/traces/${trace}`

test(
  'the lines of a request name its trace',
  { meta: { id: 'trace', group: 'logs', covers: [10] } },
  async ({ server, upstream, transcript, random }) => {
    await open({ server, upstream, transcript })
    const [traced, plain, trace] = [aParcel(random), aParcel(random), aTrace(random)]
    await make({ server }, traced, 'Mei Chen', traceHeader(trace))
    await make({ server }, plain, 'Mei Chen')
    const lines = [...(await linesAbout({ server }, traced)), ...(await linesAbout({ server }, plain))]
    transcript('log', lines.map((line) => JSON.stringify(line)).join('\n'))
    expect(
      (await linesAbout({ server }, traced)).map((line) => line[traceField]),
      traceField,
    ).toContain(traceName(trace))
    expect(
      (await linesAbout({ server }, plain)).filter((line) => line[traceField] !== undefined).length,
      'lines with a trace, of a request without',
    ).toBe(0)
  },
)

test(
  'requests that overlap keep their traces',
  { meta: { id: 'traces-apart', group: 'logs', covers: [10] } },
  async ({ server, upstream, transcript, random }) => {
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
    transcript('log', [...lines.quick, ...lines.slow].map((line) => JSON.stringify(line)).join('\n'))
    expect([...new Set(lines.slow.map((line) => line[traceField]))], 'traces of the first request').toEqual([
      traceName(slowTrace),
    ])
    expect([...new Set(lines.quick.map((line) => line[traceField]))], 'traces of the second request').toEqual([
      traceName(quickTrace),
    ])
  },
)

test(
  'after SIGTERM it finishes what is under way, and ends',
  { meta: { id: 'sigterm', group: 'shutdown', covers: [11] } },
  async ({ server, upstream, transcript, random }) => {
    const { hold, reached, release } = barrier('PUT')
    await open({ server, upstream, transcript }, hold)
    const [parcel, to] = [aParcel(random), 'Tom Okafor']
    const request = make({ server }, parcel, to)
    await Promise.race([reached, request])
    transcript('signal', 'SIGTERM, while the store is at work')
    server.signal('SIGTERM')
    // Time to end too early, for those that do; whoever waits for the request waits for the store.
    for (let i = 0; i < 70 && server.alive(); i++) await pause(10)
    release()
    expect((await request).status, 'status of the request that was under way').toBe(201)
    for (let i = 0; i < 1000 && server.alive(); i++) await pause(10)
    if (server.alive()) throw new Error('It still runs ten seconds after SIGTERM; Cloud Run ends it with SIGKILL.')
    const { code, signal } = await server.stop()
    expect(code === 0 || code === 143 ? 'code 0 or 143' : `${signal ?? `code ${code}`}`, 'how it ended').toBe(
      'code 0 or 143',
    )
  },
)
