import { expect, test, type Finished, type ScriptStep, type UpstreamRequest } from '#harness'

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

const envFor = (url: string, changed: Partial<typeof settings>): Record<string, string> => ({
  JOBS_URL: `${url}/jobs`,
  ...Object.fromEntries(Object.entries({ ...settings, ...changed }).map(([name, value]) => [name, String(value)])),
})

const jobFor = (random: Random): string =>
  `{ "label": "Straße ${random.integer(1, 99)}",  "copies": ${random.integer(1, 9)} }`

/** A client that still waits then is stopped: the case fails, and the run goes on. */
const patienceMs = 8000

async function run(program: Program, env: Record<string, string>, job: string, quiet = false): Promise<Finished> {
  const client = program.start({ env, quiet, limitMs: 2 * patienceMs })
  const timer = setTimeout(() => client.signal('SIGKILL'), patienceMs)
  await client.write(job)
  return client.end().finally(() => clearTimeout(timer))
}

/** Runs the client once. stdout must be one line of JSON, whatever it says. */
async function submit(
  { program, transcript }: Pick<Fixtures, 'program' | 'transcript'>,
  url: string,
  changed: Partial<typeof settings>,
  job: string,
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
  return { result: parsed(lines[0] ?? ''), code, endedAt }
}

function parsed(line: string): unknown {
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
  async ({ program, upstream, random, transcript }) => {
    const [job, jobId] = [jobFor(random), jobIdFrom(random)]
    const service = await upstream.start([failing(503), created(jobId)])
    const { result, code } = await submit({ program, transcript }, service.url, {}, job)
    await service.stop()
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 2 })
    expect(code, 'exit code').toBe(0)
    expect(service.requests.length, 'requests').toBe(2)
    const [first] = service.requests
    expect(`${first?.method} ${first?.path}`, 'the request').toBe('POST /jobs')
    expect(first?.headers['content-type'], 'Content-Type').toMatch(/^application\/json\b/i)
    expect(first?.body, 'the body').toBe(job)
  },
)

test(
  'tries again after 429, 502, 503 and 504',
  { meta: { id: 'retried-statuses', group: 'retries', covers: [2, 3] } },
  async ({ program, upstream, random, transcript }) => {
    const jobId = jobIdFrom(random)
    const statuses = random.shuffle([429, 502, 503, 504])
    const service = await upstream.start([
      failing(statuses[0] ?? 503),
      ...statuses.slice(1).map((s) => failing(s)),
      created(jobId),
    ])
    const { result, code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 5 })
    expect(code, 'exit code').toBe(0)
    expect(service.requests.length, 'requests').toBe(5)
  },
)

test(
  'tries again when the connection is reset, before or after the request was read',
  { meta: { id: 'connection-breaks', group: 'retries', covers: [2, 3] } },
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
  { meta: { id: 'answer-breaks-off', group: 'retries', covers: [2, 3] } },
  async ({ program, upstream, random, transcript }) => {
    const jobId = jobIdFrom(random)
    const service = await upstream.start([
      { status: 201, json: { jobId, printer: 'north-2' }, cutAfter: 12 },
      created(jobId),
    ])
    const { result, code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 2 })
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'sends nothing again after a status that is final, and exits with 65',
  { meta: { id: 'final-statuses', group: 'retries', covers: [4] } },
  async ({ program, upstream, random, transcript }) => {
    for (const status of [random.pick([400, 401, 404, 409, 413, 422]), random.pick([500, 501])]) {
      const service = await upstream.start([{ status, json: { error: 'no' } }, created('must-not-be')])
      const { result, code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
      await service.stop()
      expect(service.requests.length, 'requests').toBe(1)
      expect(result, 'the result').toEqual({ status: 'rejected', code: status, attempts: 1 })
      expect(code, 'exit code').toBe(65)
    }
  },
)

const keysOf = (requests: readonly UpstreamRequest[]): (string | undefined)[] =>
  requests.map((r) => r.headers['idempotency-key'])

test(
  'sends the same key and body with every attempt, and another key in the next run',
  { meta: { id: 'one-key', group: 'idempotency', gate: true, covers: [1, 6] } },
  async ({ program, upstream, random, transcript }) => {
    const job = jobFor(random)
    // The service may have carried out the second one before it broke off.
    const service = await upstream.start([
      failing(503),
      { reset: 'after-request' },
      failing(504),
      created('first'),
      created('second'),
    ])
    await submit({ program, transcript }, service.url, {}, job)
    const requests = service.requests.slice()
    const keys = keysOf(requests)
    expect(requests.length, 'requests').toBe(4)
    expect(new Set(keys).size, 'different keys, and so jobs, that the service saw').toBe(1)
    expect((keys[0] ?? '').length, 'characters of the key').toBeGreaterThanOrEqual(16)
    expect(
      requests.map((r) => r.body),
      'the bodies',
    ).toEqual([job, job, job, job])

    await submit({ program, transcript }, service.url, {}, job)
    await service.stop()
    expect(new Set(keysOf(service.requests)).size, 'different keys after a second run with the same job').toBe(2)
  },
)

/** Milliseconds between the end of an answer and the next request. */
const waitAfter = (requests: readonly UpstreamRequest[], i: number): number =>
  (requests[i + 1]?.at ?? NaN) - (requests[i]?.endedAt ?? NaN)

/** Timers may fire a little early, and clocks are read in whole milliseconds. */
const earlyMs = 20

test(
  'waits as many seconds as Retry-After says, above its own ceiling',
  { meta: { id: 'retry-after-seconds', group: 'retry-after', covers: [8] } },
  async ({ program, upstream, random, transcript }) => {
    const service = await upstream.start([failing(429, '1'), created(jobIdFrom(random))])
    const { code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    expect(service.requests.length, 'requests').toBe(2)
    expect(Math.round(waitAfter(service.requests, 0)), 'milliseconds before the second request').toBeGreaterThanOrEqual(
      1000 - earlyMs,
    )
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'waits until the date in Retry-After, and not at all for a date in the past',
  { meta: { id: 'retry-after-date', group: 'retry-after', covers: [8] } },
  async ({ program, upstream, random, transcript }) => {
    let date = 0
    const service = await upstream.start([
      () => {
        // The next full second that is at least 700 ms away.
        date = Math.ceil((Date.now() + 700) / 1000) * 1000
        return { status: 503, headers: { 'Retry-After': new Date(date).toUTCString() } }
      },
      failing(503, 'Mon, 07 Nov 1994 10:00:00 GMT'),
      created(jobIdFrom(random)),
    ])
    const { code } = await submit({ program, transcript }, service.url, {}, jobFor(random))
    await service.stop()
    expect(service.requests.length, 'requests').toBe(3)
    const arrival = Date.now() - (performance.now() - (service.requests[1]?.at ?? NaN))
    expect(Math.round(arrival - date), 'milliseconds between the date and the second request').toBeGreaterThanOrEqual(
      -earlyMs,
    )
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'cuts an attempt that gets no answer in time, and tries again',
  { meta: { id: 'silent-service', group: 'limits', covers: [3, 5] } },
  async ({ program, upstream, random, transcript, evidence }) => {
    const jobId = jobIdFrom(random)
    const service = await upstream.start([{ silentMs: 2500 }, created(jobId)])
    const { result, code } = await submit(
      { program, transcript },
      service.url,
      { ATTEMPT_TIMEOUT_MS: 400 },
      jobFor(random),
    )
    await service.stop()
    evidence('silence', service.requests[0]?.ended ?? null)
    expect(service.requests[0]?.ended, 'how the silent attempt ended').toBe('client-closed')
    expect(result, 'the result').toMatchObject({ status: 'created', jobId })
    expect(code, 'exit code').toBe(0)
  },
)

test(
  'cuts an attempt at the deadline and gives up with exit code 75',
  { meta: { id: 'deadline-cuts', group: 'limits', covers: [5, 9] } },
  async ({ program, upstream, random, transcript }) => {
    const service = await upstream.start([{ silentMs: 2500 }, created('too-late')])
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
    expect(result, 'the result').toEqual({ status: 'gave-up', attempts: 1 })
    expect(code, 'exit code').toBe(75)
  },
)

test(
  'gives up after the given number of attempts',
  { meta: { id: 'max-attempts', group: 'limits', covers: [3, 9] } },
  async ({ program, upstream, random, transcript }) => {
    const service = await upstream.start([failing(503)])
    const most = random.integer(3, 4)
    const first = await submit({ program, transcript }, service.url, { MAX_ATTEMPTS: most }, jobFor(random))
    await service.stop()
    expect(service.requests.length, 'requests').toBe(most)
    expect(first.result, 'the result').toEqual({ status: 'gave-up', attempts: most })
    expect(first.code, 'exit code').toBe(75)

    transcript('service', 'Nobody listens: every connection is refused.')
    const second = await submit({ program, transcript }, await upstream.refusing(), { MAX_ATTEMPTS: 2 }, jobFor(random))
    expect(second.result, 'the result where nobody listens').toEqual({ status: 'gave-up', attempts: 2 })
    expect(second.code, 'exit code').toBe(75)
  },
)

test(
  'gives up at once when no further attempt can follow, without a wait',
  { meta: { id: 'no-vain-wait', group: 'limits', covers: [8, 9] } },
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
  },
)

test(
  'keeps every wait below MAX_DELAY_MS',
  { meta: { id: 'capped-waits', group: 'backoff', covers: [7] } },
  async ({ program, upstream, random, transcript }) => {
    const jobId = jobIdFrom(random)
    const service = await upstream.start([failing(503), failing(503), failing(503), created(jobId)])
    // Without the cap the waits are of 10 s and more, and the deadline ends the run.
    const { result } = await submit(
      { program, transcript },
      service.url,
      { BASE_DELAY_MS: 20_000, MAX_DELAY_MS: 50, DEADLINE_MS: 4000 },
      jobFor(random),
    )
    await service.stop()
    expect(result, 'the result').toEqual({ status: 'created', jobId, attempts: 4 })
  },
)

const runs = 5
/** BASE_DELAY_MS 200, MAX_DELAY_MS 800. */
const ceilings = [200, 400, 800, 800, 800]
/** What a busy machine may add to a wait. */
const slackMs = 250

test(
  'draws every wait at random below a ceiling that doubles',
  { meta: { id: 'full-jitter', group: 'backoff', covers: [7] } },
  async ({ program, upstream, random, transcript, evidence }) => {
    transcript(
      'service',
      `503 five times, then 201, for ${runs} runs at once; BASE_DELAY_MS 200, MAX_DELAY_MS 800, so the ceilings are ${ceilings.join(', ')} ms.`,
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
      BASE_DELAY_MS: 200,
      MAX_DELAY_MS: 800,
      MAX_ATTEMPTS: 10,
      ATTEMPT_TIMEOUT_MS: 20_000,
      DEADLINE_MS: 30_000,
    }
    const clients = Array.from({ length: runs }, (_, i) =>
      run(program, envFor(`${service.url}/run-${i + 1}`, changed), jobFor(random), true).finally(allThere.resolve),
    )
    await Promise.all(clients)
    await service.stop()

    const waits = Array.from({ length: runs }, (_, i) => {
      const own = service.requests.filter((r) => r.path === `/run-${i + 1}/jobs`)
      return ceilings.map((_, n) => waitAfter(own, n))
    })
    transcript(
      'waits',
      waits
        .map(
          (w, i) =>
            `run ${i + 1}: ${w.map((ms) => (Number.isNaN(ms) ? 'no request' : `${Math.round(ms)} ms`)).join(', ')}`,
        )
        .join('\n'),
    )
    const fault = faultOf(waits)
    if (!fault) return
    evidence('waits', fault.kind)
    throw new Error(fault.sentence)
  },
)

/** Each limit calls a right client wrong less than once in 100,000 runs, and leaves a busy machine room. */
function faultOf(waits: number[][]): { kind: string; sentence: string } | null {
  const countOf = (holds: (ms: number, ceiling: number) => boolean): number =>
    waits.flatMap((w) => w.filter((ms, n) => holds(ms, ceilings[n] ?? 0))).length
  const all = waits.flat()
  const long = countOf((ms, ceiling) => ms > ceiling + slackMs)
  if (long > 2)
    return {
      kind: 'long',
      sentence: `${long} of ${all.length} waits were longer than their ceiling, by more than ${slackMs} ms.`,
    }
  if (all.some(Number.isNaN)) return { kind: 'none', sentence: `Not every run sent ${ceilings.length + 1} requests.` }
  // What a busy machine makes of a few waits must not hide the rule: the outermost two do not count, or the longest.
  const late = waits
    .flatMap((w) => w.slice(2))
    .toSorted((a, b) => a - b)
    .map(Math.round)
  const [shortest, longest, most] = [late.at(2) ?? 0, late.at(-3) ?? 0, late.at(-2) ?? 0]
  if (longest - shortest < 100)
    return {
      kind: 'alike',
      sentence: `The waits are alike: from the third on, most are between ${shortest} and ${longest} ms.`,
    }
  if (most <= 300)
    return {
      kind: 'flat',
      sentence: `The ceiling does not grow: from the third on, hardly one of ${late.length} waits was longer than ${most} ms.`,
    }
  const short = countOf((ms, ceiling) => ms < ceiling / 2)
  return short >= 2
    ? null
    : {
        kind: 'narrow',
        sentence: `Only ${short} of ${all.length} waits were in the lower half, below half their ceiling.`,
      }
}
