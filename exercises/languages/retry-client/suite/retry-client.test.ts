import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, patience, test, type Finished, type ScriptStep, type UpstreamRequest } from '#harness'

type Fixtures = Parameters<Parameters<typeof test>[2]>[0]
type Program = Fixtures['program']
type Random = Fixtures['random']

const settings = {
  MAX_ATTEMPTS: 5,
  // Generous: only the cases about time make it short.
  ATTEMPT_TIMEOUT_MS: 8000,
  DEADLINE_MS: 30_000,
  BASE_DELAY_MS: 10,
  MAX_DELAY_MS: 20,
}

/** What a case sets otherwise. */
type Settings = Partial<typeof settings> & { TZ?: string; JOBS_URL?: string }

const textsOf = (values: object): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))

const envFor = (url: string, changed: Settings): Record<string, string> =>
  textsOf({ JOBS_URL: `${url}/jobs`, ...settings, ...changed })

const jobFor = (random: Random): string =>
  `{ "label": "Straße ${random.integer(1, 99)}",  "copies": ${random.integer(1, 9)} }`

/** A client that still waits then is stopped: the case fails, and the run goes on. */
const patienceMs = 8000

async function run(
  program: Program,
  env: Record<string, string>,
  job: Job,
  quiet = false,
  mostMs = patienceMs,
): Promise<Finished> {
  const client = program.start({ env, quiet, limitMs: 2 * mostMs * patience() })
  const timer = setTimeout(() => client.signal('SIGKILL'), mostMs * patience())
  for (const part of [job].flat()) await client.write(part)
  return client.end().finally(() => clearTimeout(timer))
}

/** One text, or the parts in which it comes. */
type Job = string | Uint8Array[]

/** Runs the client once. stdout must be one line of JSON, whatever it says. */
async function submit(
  { program, transcript }: Pick<Fixtures, 'program' | 'transcript'>,
  url: string,
  changed: Settings,
  job: Job,
): Promise<{ result: unknown; code: number | null; endedAt: number }> {
  const told = Object.entries({ MAX_ATTEMPTS: settings.MAX_ATTEMPTS, ...changed }).map(
    ([name, value]) => `${name}=${value}`,
  )
  transcript('settings', told.join(' '))
  const { code, signal, lines } = await run(program, envFor(url, changed), job)
  const endedAt = performance.now()
  if (signal === 'SIGKILL')
    throw new Error(`The client was still at work after ${patienceMs / 1000} s; it was stopped.`)
  expect(lines.length, 'lines on stdout').toBe(1)
  return { result: resultIn(lines[0] ?? ''), code, endedAt }
}

function resultIn(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    throw new Error('The line on stdout is not JSON.')
  }
}

const created = (jobId: string): ScriptStep => ({ status: 201, json: { jobId } })
const failing = (status: number, retryAfter?: string): ScriptStep => ({
  status,
  ...(retryAfter === undefined ? {} : { headers: { 'Retry-After': retryAfter } }),
})
const jobIdFrom = (random: Random): string => `job-${random.integer(1000, 9999)}`

test(
  'tries again after a 503 and reports the job',
  { meta: { id: 'tries-again', group: 'retries', covers: [1, 2, 3, 10] } },
  async ({ program, upstream, random, transcript, requirement }) => {
    const [job, jobId] = [jobFor(random), jobIdFrom(random)]
    const service = await upstream.start([failing(503), created(jobId)])
    requirement(10)
    const { result, code } = await submit({ program, transcript }, service.url, {}, job)
    await service.stop()
    requirement(3)
    expect(service.requests.length, 'requests').toBe(2)
    requirement(2)
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 2 })
    expect(code, 'exit code').toBe(0)
    requirement(1)
    const [first] = service.requests
    expect(`${first?.method} ${first?.path}`, 'the request').toBe('POST /jobs')
    expect(first?.headers['content-type'], 'Content-Type').toMatch(/^application\/json\b/i)
    expect(first?.body, 'the body').toBe(job)
  },
)

/** As an old printer sends it: lines that end with CR LF, a letter in Latin-1, more than a pipe holds at once. */
function oldJob(): Uint8Array[] {
  const head = '\uFEFF{ "label": "Stra'
  const rest = 'e 5",\r\n  "copies": 1,\r\n  "note": "'
  return [
    Buffer.concat([Buffer.from(head), Buffer.from([0xdf]), Buffer.from(rest)]),
    Buffer.from(`${'north '.repeat(20_000)}"\r\n}\r\n`),
  ]
}

test(
  'sends the job byte for byte to the address as it is given, with every attempt',
  { meta: { id: 'byte-for-byte', group: 'retries', covers: [1] } },
  async ({ program, upstream, random, transcript }) => {
    const job = oldJob()
    const wanted = Buffer.concat(job)
    transcript('job', `${wanted.length} bytes in two parts: a mark of byte order first, CR LF, the byte 0xDF`)
    const target = '/jobs?site=north%202&copies=1'
    const service = await upstream.start([failing(503), created(jobIdFrom(random))], { quiet: true })
    await submit({ program, transcript }, service.url, { JOBS_URL: `${service.url}${target}` }, job)
    await service.stop()
    const shown = service.requests.map((r) => `${r.method} ${r.path}, ${r.bytes.length} bytes`)
    transcript('requests', shown.join('\n'))
    expect(
      service.requests.map((r) => r.path),
      'path and query of the requests',
    ).toEqual([target, target])
    expect(
      service.requests.map((r) => Buffer.compare(r.bytes, wanted) === 0),
      'whether each body has the bytes of the job',
    ).toEqual([true, true])
  },
)

test(
  'reports the id of the job as it came, whatever letters are in it',
  { meta: { id: 'any-job-id', group: 'retries', covers: [2, 10] } },
  async ({ program, upstream, random, transcript, requirement }) => {
    const jobId = `north/"7"\\{${random.integer(10, 99)}}`
    const service = await upstream.start([
      {
        status: 201,
        headers: { 'Content-Type': 'application/json' },
        body: `{\n  "jobId" : ${JSON.stringify(jobId)}\n}\n`,
      },
    ])
    requirement(10)
    const { result, code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    requirement(2)
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 1 })
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'tries again after 429, 502, 503 and 504',
  { meta: { id: 'retried-statuses', group: 'retries', covers: [2, 3] } },
  async ({ program, upstream, random, transcript, requirement }) => {
    const jobId = jobIdFrom(random)
    const statuses = random.shuffle([429, 502, 503, 504])
    const service = await upstream.start([
      failing(statuses[0] ?? 503),
      ...statuses.slice(1).map((s) => failing(s)),
      created(jobId),
    ])
    requirement(3)
    const { result, code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    expect(service.requests.length, 'requests').toBe(5)
    requirement(2)
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 5 })
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'tries again when the connection is reset, before or after the request was read',
  { meta: { id: 'connection-breaks', group: 'retries', covers: [3] } },
  async ({ program, upstream, random, transcript }) => {
    const jobId = jobIdFrom(random)
    const service = await upstream.start([{ reset: 'before-request' }, { reset: 'after-request' }, created(jobId)])
    const { result, code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    // Not the attempts: a library may repeat the connecting by itself, as Java's HttpClient does.
    expect(result, 'the result').toMatchObject({ status: 'created', jobId })
    expect(code, 'exit code').toBe(0)
    expect(service.requests.length, 'requests that were read').toBe(2)
  },
)

test(
  'does not take an answer that breaks off for a whole one',
  { meta: { id: 'answer-breaks-off', group: 'retries', covers: [3] } },
  async ({ program, upstream, random, transcript }) => {
    const jobId = jobIdFrom(random)
    const service = await upstream.start([
      { status: 201, json: { jobId, printer: 'north-2' }, cutAfter: 12 },
      created(jobId),
    ])
    const { result, code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    expect(service.requests.length, 'requests').toBe(2)
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 2 })
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'does not take a part of an answer for the whole, where the part can be read',
  { meta: { id: 'cut-behind-the-object', group: 'retries', covers: [3] } },
  async ({ program, upstream, random, transcript }) => {
    const jobId = jobIdFrom(random)
    const whole = JSON.stringify({ jobId })
    const service = await upstream.start([
      { status: 201, body: `${whole}${'\n'.repeat(40)}`, cutAfter: whole.length + 1 },
      created(jobId),
    ])
    const { result } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    expect(service.requests.length, 'requests').toBe(2)
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 2 })
  },
)

test(
  'tries again when the text of an error breaks off, whatever its status',
  { meta: { id: 'error-breaks-off', group: 'retries', covers: [3] } },
  async ({ program, upstream, random, transcript }) => {
    const jobId = jobIdFrom(random)
    const service = await upstream.start([
      { status: 503, json: { error: 'the database is slow today' }, cutAfter: 10 },
      { status: 422, json: { error: 'the label has no street, or has it?' }, cutAfter: 10 },
      created(jobId),
    ])
    const { result } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    expect(service.requests.length, 'requests').toBe(3)
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 3 })
  },
)

/** A service that ends its first connections in its own way: what `upstream` cannot do. */
async function endingService(endings: readonly string[], answer: string): Promise<{ url: string; close: () => void }> {
  const open = new Set<Socket>()
  let taken = 0
  const server = createServer((socket) => {
    open.add(socket)
    let got = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1')
      if (!got.includes('copies') || !/\}\s*$|\r\n0\r\n\r\n$/.test(got)) return
      got = ''
      socket.end(endings[taken++] ?? answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    for (const socket of open) socket.destroy()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

test(
  'tries again when a connection ends in peace, but without a whole answer',
  { meta: { id: 'ends-too-soon', group: 'retries', covers: [3] } },
  async ({ program, random, transcript }) => {
    const jobId = jobIdFrom(random)
    const body = JSON.stringify({ jobId })
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n`
    const head = 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n'
    const service = await endingService(
      ['', `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`],
      `${head}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
    transcript(
      'service',
      'attempt 1: closed without a word; attempt 2: 201 in chunks, closed before the last chunk; attempt 3: 201',
    )
    try {
      const { result } = await submit({ program, transcript }, service.url, {}, jobFor(random))
      expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 3 })
    } finally {
      service.close()
    }
  },
)

/** Those that clients like to repeat are among them; 409 comes after a 503. */
const finalStatuses = [400, 408, 409, 413, 500, 501, 599]

test(
  'sends nothing again after a status that is final, and exits with 65',
  { meta: { id: 'final-statuses', group: 'retries', covers: [4] } },
  async ({ program, upstream, random, transcript }) => {
    const service = await upstream.start(
      [
        ({ path, number }) => {
          const status = Number(path.split('/')[1])
          const count = service.requests.filter((r) => r.path === path && r.number <= number).length
          if (status === 409 && count === 1) return { status: 503 }
          if (count > (status === 409 ? 2 : 1)) return { status: 201, json: { jobId: 'must-not-be' } }
          // RFC 9110 allows the header here as well; it does not make the status one that can pass.
          return { status, json: { error: 'no' }, headers: status === 413 ? { 'Retry-After': '0' } : {} }
        },
      ],
      { quiet: true },
    )
    const job = jobFor(random)
    const outcomes = await Promise.all(
      finalStatuses.map((status) => run(program, envFor(`${service.url}/${status}`, {}), job, true)),
    )
    await service.stop()
    outcomes.forEach(({ lines, code }, i) => {
      const status = finalStatuses[i] ?? 0
      const attempts = status === 409 ? 2 : 1
      const sent = service.requests.filter((r) => r.path === `/${status}/jobs`).length
      transcript(
        'service',
        `${status === 409 ? '503, then ' : ''}${status}${status === 413 ? ' with Retry-After: 0' : ''}: requests ${sent}, exit code ${code}, stdout ${lines.join(' | ')}`,
      )
      expect(sent, 'requests').toBe(attempts)
      expect(lines.length, 'lines on stdout').toBe(1)
      expect(resultIn(lines[0] ?? ''), 'the result').toEqual({ status: 'rejected', code: status, attempts })
      expect(code, 'exit code').toBe(65)
    })
  },
)

const keysOf = (requests: readonly UpstreamRequest[]): (string | undefined)[] =>
  requests.map((r) => r.headers['idempotency-key'])

test(
  'sends the same key and body with every attempt, and another key in the next run',
  { meta: { id: 'one-key', group: 'idempotency', gate: true, covers: [1, 2, 6] } },
  async ({ program, upstream, random, transcript, requirement }) => {
    const job = jobFor(random)
    // The service may have carried out the second one before it broke off.
    const service = await upstream.start([failing(503), { reset: 'after-request' }, failing(504), created('job')])
    requirement(6)
    const { result } = await submit({ program, transcript }, service.url, {}, job)
    const requests = service.requests.slice()
    const keys = keysOf(requests)
    expect(requests.length, 'requests').toBe(4)
    expect(new Set(keys).size, 'different keys, and so jobs, that the service saw').toBe(1)
    expect((keys[0] ?? '').length, 'characters of the key').toBeGreaterThanOrEqual(16)
    requirement(2)
    expect(result, 'the result').toEqual({ status: 'created', jobId: 'job', attempts: 4 })
    requirement(1)
    expect(
      requests.map((r) => r.body),
      'the bodies',
    ).toEqual([job, job, job, job])

    requirement(6)
    transcript('runs', 'two more with the same job, at the same time')
    await Promise.all([1, 2].map(() => run(program, envFor(service.url, {}), job, true)))
    await service.stop()
    expect(new Set(keysOf(service.requests)).size, 'different keys of three runs with the same job').toBe(3)
  },
)

/** Milliseconds between the end of an answer and the next request. */
const waitAfter = (requests: readonly UpstreamRequest[], i: number): number =>
  (requests[i + 1]?.at ?? NaN) - (requests[i]?.endedAt ?? NaN)

/** Timers may fire a little early, clocks are read in whole milliseconds. */
const earlyMs = 20
/** On a busy machine the end of an answer is written down later than the client has it. */
const seenLateMs = 250
/** What a wait of some 20 ms never becomes, and a second always is. */
const shortMs = 900

test(
  'waits as many seconds as Retry-After says, above its own ceiling',
  { meta: { id: 'retry-after-seconds', group: 'retry-after', covers: [7, 8] } },
  async ({ program, upstream, random, transcript, requirement }) => {
    const service = await upstream.start([
      failing(429, '1'),
      { status: 504, headers: { 'retry-after': '1' } },
      failing(503),
      created(jobIdFrom(random)),
    ])
    requirement(8)
    const { code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    expect(service.requests.length, 'requests').toBe(4)
    const waits = [0, 1, 2].map((i) => Math.round(waitAfter(service.requests, i)))
    expect(waits[0], 'milliseconds between a 429 and the next request').toBeGreaterThanOrEqual(1000 - seenLateMs)
    expect(waits[1], 'milliseconds between a 504 and the next request').toBeGreaterThanOrEqual(1000 - seenLateMs)
    requirement(7)
    expect(waits[2], 'milliseconds after an answer without Retry-After').toBeLessThan(shortMs)
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'waits until the date in Retry-After, and not at all for a date in the past',
  { meta: { id: 'retry-after-date', group: 'retry-after', covers: [7, 8, 9] } },
  async ({ program, upstream, random, transcript, requirement }) => {
    let date = 0
    const service = await upstream.start([
      () => {
        // The next full second that is at least 400 ms away.
        date = Math.ceil((Date.now() + 400) / 1000) * 1000
        return { status: 503, headers: { 'Retry-After': new Date(date).toUTCString() } }
      },
      failing(503, 'Mon, 07 Nov 1994 10:00:00 GMT'),
      () => ({ status: 503, headers: { 'Retry-After': new Date(Date.now() + 3_600_000).toUTCString() } }),
      created('too-late'),
    ])
    requirement(8)
    const { result, code } = await submit({ program, transcript }, service.url, { TZ: 'Asia/Kolkata' }, jobFor(random))
    await service.stop()
    expect(service.requests.length, 'requests').toBe(3)
    const arrival = Date.now() - (performance.now() - (service.requests[1]?.at ?? NaN))
    expect(Math.round(arrival - date), 'milliseconds between the date and the second request').toBeGreaterThanOrEqual(
      -earlyMs,
    )
    requirement(7)
    expect(Math.round(waitAfter(service.requests, 1)), 'milliseconds after a date in the past').toBeLessThan(shortMs)
    requirement(9)
    expect(result, 'the result').toEqual({ status: 'gave-up', attempts: 3 })
    expect(code, 'exit code').toBe(75)
  },
)

test(
  'still draws its wait where Retry-After asks for less',
  { meta: { id: 'retry-after-zero', group: 'retry-after', covers: [7, 8] } },
  async ({ program, upstream, random, transcript }) => {
    transcript('service', '503 with Retry-After: 0, twelve times; BASE_DELAY_MS and MAX_DELAY_MS are 300')
    const service = await upstream.start([failing(503, '0')], { quiet: true })
    const { result } = await submit(
      { program, transcript },
      service.url,
      { BASE_DELAY_MS: 300, MAX_DELAY_MS: 300, MAX_ATTEMPTS: 12 },
      jobFor(random),
    )
    await service.stop()
    expect(result, 'the result').toEqual({ status: 'gave-up', attempts: 12 })
    const waits = Array.from({ length: 11 }, (_, i) => waitAfter(service.requests, i))
    transcript('waits', waits.map(shownWait).join(', '))
    // Eleven draws below 300 ms come to less than 450 ms twice in a million runs.
    expect(
      Math.round(waits.reduce((sum, ms) => sum + ms, 0)),
      'milliseconds of eleven waits together',
    ).toBeGreaterThanOrEqual(450)
  },
)

test(
  'cuts an attempt that gets no answer in time, and tries again',
  { meta: { id: 'silent-service', group: 'limits', covers: [3, 5, 6] } },
  async ({ program, upstream, random, transcript, evidence, requirement }) => {
    const jobId = jobIdFrom(random)
    const service = await upstream.start([
      { silentMs: 3000 },
      // Held back until the first connection is closed: the end of the program would close it, too.
      () => ({ status: 201, json: { jobId }, after: firstEnds(2500) }),
    ])
    const firstEnds = async (limitMs: number): Promise<void> => {
      const until = performance.now() + limitMs
      while (service.requests[0]?.ended === null && performance.now() < until) await pause(20)
    }
    requirement(5)
    const { result, code } = await submit(
      { program, transcript },
      service.url,
      { ATTEMPT_TIMEOUT_MS: 600 },
      jobFor(random),
    )
    await service.stop()
    const [first, second] = service.requests
    evidence('silence', first?.ended ?? null)
    expect(first?.ended, 'how the silent attempt ended').toBe('client-closed')
    const open = second ? Math.round((first?.endedAt ?? 0) - second.at) : 0
    expect(open, 'milliseconds that the first connection outlived its attempt').toBeLessThan(300 * patience())
    requirement(6)
    expect(new Set(keysOf(service.requests)).size, 'different keys, and so jobs, that the service saw').toBe(1)
    requirement(3)
    expect(service.requests.length, 'requests').toBe(2)
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 2 })
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'gives every attempt the whole of its time',
  { meta: { id: 'slow-answers', group: 'limits', covers: [5] } },
  async ({ program, upstream, random, transcript, evidence }) => {
    const jobId = jobIdFrom(random)
    const slowly = (): Promise<void> => pause(1000)
    const service = await upstream.start([
      () => ({ status: 503, after: slowly() }),
      () => ({ status: 201, json: { jobId }, after: slowly() }),
    ])
    const { result } = await submit({ program, transcript }, service.url, { ATTEMPT_TIMEOUT_MS: 1800 }, jobFor(random))
    await service.stop()
    evidence('ended', service.requests.map((r) => r.ended).join(', '))
    expect(
      service.requests.map((r) => r.ended),
      'how the attempts ended, that took less than their time',
    ).toEqual(['answered', 'answered'])
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 2 })
  },
)

test(
  'cuts an attempt at the deadline and gives up with exit code 75',
  { meta: { id: 'deadline-cuts', group: 'limits', covers: [5, 9] } },
  async ({ program, upstream, random, transcript, requirement }) => {
    const service = await upstream.start([{ silentMs: 2500 }, created('too-late')])
    requirement(5)
    const { result, code } = await submit(
      { program, transcript },
      service.url,
      { ATTEMPT_TIMEOUT_MS: 20_000, DEADLINE_MS: 600 },
      jobFor(random),
    )
    await service.stop()
    expect(
      service.requests.map((r) => r.ended),
      'how the silent attempt ended',
    ).not.toContain('given-up')
    requirement(9)
    expect(result, 'the result').toEqual({ status: 'gave-up', attempts: 1 })
    expect(code, 'exit code').toBe(75)
  },
)

test(
  'counts the deadline from the first attempt, and not anew from each',
  { meta: { id: 'one-deadline', group: 'limits', covers: [5, 9] } },
  async ({ program, upstream, random, transcript, requirement }) => {
    const service = await upstream.start([failing(503, '1'), { silentMs: 3500 }, created('too-late')])
    requirement(5)
    const { result, code, endedAt } = await submit(
      { program, transcript },
      service.url,
      { ATTEMPT_TIMEOUT_MS: 20_000, DEADLINE_MS: 1800 },
      jobFor(random),
    )
    await service.stop()
    const took = Math.round(endedAt - (service.requests[0]?.at ?? 0))
    // Whoever gives the second attempt the whole deadline anew takes 2.8 s or more.
    expect(took, 'milliseconds from the first request to the end').toBeLessThan(2700)
    requirement(9)
    expect(result, 'the result').toEqual({ status: 'gave-up', attempts: service.requests.length })
    expect(code, 'exit code').toBe(75)
  },
)

test(
  'gives up after the given number of attempts',
  { meta: { id: 'max-attempts', group: 'limits', covers: [1, 3, 9] } },
  async ({ program, upstream, random, transcript, requirement }) => {
    const service = await upstream.start([failing(503)])
    requirement(9)
    const most = random.integer(3, 4)
    const first = await submit({ program, transcript }, service.url, { MAX_ATTEMPTS: most }, jobFor(random))
    expect(service.requests.length, 'requests').toBe(most)
    expect(first.result, 'the result').toEqual({ status: 'gave-up', attempts: most })
    expect(first.code, 'exit code').toBe(75)

    const single = await submit({ program, transcript }, service.url, { MAX_ATTEMPTS: 1 }, jobFor(random))
    await service.stop()
    expect(service.requests.length - most, 'requests when one attempt is allowed').toBe(1)
    expect(single.result, 'the result of one attempt').toEqual({ status: 'gave-up', attempts: 1 })

    transcript('service', 'Nobody listens: every connection is refused. MAX_ATTEMPTS is not given.')
    const { MAX_ATTEMPTS: _left, ...others } = settings
    requirement(3)
    const refused = await run(
      program,
      { JOBS_URL: `${await upstream.refusing()}/jobs`, ...textsOf(others) },
      jobFor(random),
    )
    expect(refused.lines.length, 'lines on stdout where nobody listens').toBe(1)
    requirement(1)
    expect(resultIn(refused.lines[0] ?? ''), 'the result where nobody listens').toEqual({
      status: 'gave-up',
      attempts: 5,
    })
    expect(refused.code, 'exit code').toBe(75)
  },
)

test(
  'gives up at once when no further attempt can follow, without a wait',
  { meta: { id: 'no-vain-wait', group: 'limits', covers: [9] } },
  async ({ program, upstream, random, transcript }) => {
    // Whoever waits does so for 3 or 4 s; whoever does not has half of that to end.
    const late = await upstream.start([failing(503, '4'), created('too-late')])
    const first = await submit({ program, transcript }, late.url, { DEADLINE_MS: 3000 }, jobFor(random))
    await late.stop()
    expect(late.requests.length, 'requests when Retry-After is beyond the deadline').toBe(1)
    expect(first.result, 'the result').toEqual({ status: 'gave-up', attempts: 1 })
    expect(first.code, 'exit code').toBe(75)
    expect(
      first.endedAt - (late.requests[0]?.endedAt ?? 0),
      'milliseconds until it gave up before the deadline',
    ).toBeLessThan(1500)

    const last = await upstream.start([failing(503), failing(503, '3'), created('too-late')])
    const second = await submit({ program, transcript }, last.url, { MAX_ATTEMPTS: 2 }, jobFor(random))
    await last.stop()
    expect(last.requests.length, 'requests when two attempts are allowed').toBe(2)
    expect(second.result, 'the result').toEqual({ status: 'gave-up', attempts: 2 })
    expect(
      second.endedAt - (last.requests[1]?.endedAt ?? 0),
      'milliseconds until it gave up after the last attempt',
    ).toBeLessThan(1500)

    // A month: in milliseconds it is more than 32 bits hold.
    const month = await upstream.start([failing(503, '3000000'), created('too-soon')])
    const third = await submit({ program, transcript }, month.url, { DEADLINE_MS: 3000 }, jobFor(random))
    await month.stop()
    expect(month.requests.length, 'requests when Retry-After is a month').toBe(1)
    expect(third.result, 'the result').toEqual({ status: 'gave-up', attempts: 1 })
  },
)

test(
  'gives up at once when its own wait goes beyond the deadline',
  { meta: { id: 'own-wait-in-vain', group: 'limits', covers: [9] } },
  async ({ program, upstream, random, transcript }) => {
    const service = await upstream.start([failing(503), created('too-soon')])
    // A wait that is drawn below 12 days ends within these 3 s once in 300,000 runs.
    const { result, code, endedAt } = await submit(
      { program, transcript },
      service.url,
      { BASE_DELAY_MS: 1_000_000_000, MAX_DELAY_MS: 1_000_000_000, DEADLINE_MS: 3000 },
      jobFor(random),
    )
    await service.stop()
    expect(service.requests.length, 'requests').toBe(1)
    expect(result, 'the result').toEqual({ status: 'gave-up', attempts: 1 })
    expect(code, 'exit code').toBe(75)
    expect(endedAt - (service.requests[0]?.endedAt ?? 0), 'milliseconds until it gave up').toBeLessThan(1500)
  },
)

test(
  'keeps every wait below MAX_DELAY_MS, and draws it below that',
  { meta: { id: 'capped-waits', group: 'backoff', covers: [7] } },
  async ({ program, upstream, random, transcript }) => {
    const service = await upstream.start([failing(503)], { quiet: true })
    // Any wait without the cap, the first one as well, goes beyond the deadline and ends the run.
    const { result } = await submit(
      { program, transcript },
      service.url,
      { BASE_DELAY_MS: 1_000_000_000, MAX_DELAY_MS: 40, MAX_ATTEMPTS: 70, DEADLINE_MS: 7000 * patience() },
      jobFor(random),
    )
    await service.stop()
    expect(result, 'the result').toEqual({ status: 'gave-up', attempts: 70 })
    const waits = Array.from({ length: 69 }, (_, i) => waitAfter(service.requests, i)).toSorted((a, b) => a - b)
    transcript('waits', `from ${Math.round(waits[0] ?? 0)} to ${Math.round(waits.at(-1) ?? 0)} ms`)
    // Of 69 waits below 40 ms next to none would be above 30 ms by chance alone.
    expect(Math.round(waits[1] ?? 0), 'the shortest waits in milliseconds').toBeLessThan(30)
  },
)

const runs = 6
/** BASE_DELAY_MS 50, and MAX_DELAY_MS far away. */
const ceilings = [50, 100, 200, 400, 800, 1600, 3200]
/** The long ones, where a busy machine changes little. */
const longOnes = [4, 5, 6]

test(
  'draws every wait at random below a ceiling that doubles',
  { meta: { id: 'full-jitter', group: 'backoff', covers: [7] } },
  async ({ program, upstream, random, transcript, evidence }) => {
    transcript(
      'service',
      `503 seven times, then 201, for ${runs} runs at once; BASE_DELAY_MS 50, MAX_DELAY_MS 100000, so the ceilings are ${ceilings.join(', ')} ms.`,
    )
    // The first answers are held back until all clients are there, so that no start disturbs a wait.
    const allThere = Promise.withResolvers<void>()
    const seen = new Map<string, number>()
    const service = await upstream.start(
      [
        ({ path }) => {
          const count = (seen.get(path) ?? 0) + 1
          seen.set(path, count)
          if (seen.size === runs) allThere.resolve()
          return count <= ceilings.length
            ? { status: 503, after: allThere.promise }
            : { status: 201, json: { jobId: 'job' } }
        },
      ],
      { quiet: true },
    )
    const changed = {
      BASE_DELAY_MS: 50,
      MAX_DELAY_MS: 100_000,
      MAX_ATTEMPTS: 10,
      ATTEMPT_TIMEOUT_MS: 20_000,
      DEADLINE_MS: 30_000,
    }
    const clients = Array.from({ length: runs }, (_, i) =>
      run(program, envFor(`${service.url}/run-${i + 1}`, changed), jobFor(random), true, 20_000).finally(
        allThere.resolve,
      ),
    )
    await Promise.all(clients)
    await service.stop()

    const waits = Array.from({ length: runs }, (_, i) => {
      const own = service.requests.filter((r) => r.path === `/run-${i + 1}/jobs`)
      return ceilings.map((_, n) => waitAfter(own, n))
    })
    transcript('waits', waits.map((own, i) => `run ${i + 1}: ${own.map(shownWait).join(', ')}`).join('\n'))
    const fault = faultOf(waits)
    if (!fault) return
    evidence('waits', fault.kind)
    throw new Error(fault.sentence)
  },
)

const shownWait = (ms: number): string => (Number.isNaN(ms) ? 'no request' : `${Math.round(ms)} ms`)
const spreadOf = (values: number[]): number => Math.max(...values) - Math.min(...values)
const medianOf = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
/** A formula without chance gives waits that stay or grow; what a busy machine adds is left out. */
const growing = (values: number[]): boolean => values.every((ms, i) => i === 0 || ms > (values[i - 1] ?? 0) * 0.7 - 50)

/** Each limit calls a right client wrong less than once in 100,000 runs, and leaves a busy machine room. */
function faultOf(waits: number[][]): { kind: string; sentence: string } | null {
  const slack = 250 * Math.min(patience(), 2)
  const long = waits.flatMap((own) => longOnes.filter((n) => (own[n] ?? 0) > (ceilings[n] ?? 0) + slack)).length
  if (long > 1)
    return {
      kind: 'long',
      sentence: `${long} of the ${runs * longOnes.length} longest waits were longer than their ceiling, by more than ${slack} ms.`,
    }
  if (waits.flat().some(Number.isNaN))
    return { kind: 'none', sentence: `Not every run sent ${ceilings.length + 1} requests.` }
  // Each wait as a part of its ceiling, run by run.
  const parts = waits.map((own) => longOnes.map((n) => (own[n] ?? 0) / (ceilings[n] ?? 1)))
  const alike = longOnes.every((_, k) => spreadOf(parts.map((own) => own[k] ?? 0)) < 0.25)
  if (alike)
    return growing(ceilings.map((_, n) => medianOf(waits.map((own) => own[n] ?? 0))))
      ? { kind: 'alike', sentence: 'The waits are not drawn: all runs wait alike.' }
      : { kind: 'seeded', sentence: 'All runs draw the same waits.' }
  if (parts.every((own) => spreadOf(own) < 0.2))
    return {
      kind: 'once',
      sentence: 'The waits of a run are always the same part of their ceiling: it was drawn once.',
    }
  const most = Math.max(...parts.flat())
  if (most < 0.57)
    return {
      kind: 'flat',
      sentence: `The ceiling grows too slowly: no long wait came to more than ${Math.round(100 * most)} % of it.`,
    }
  const least = Math.min(...parts.flat())
  if (least < 0.42) return null
  return {
    kind: 'narrow',
    sentence: `No long wait was below ${Math.floor(100 * least)} % of its ceiling: they are drawn from a part of it.`,
  }
}
