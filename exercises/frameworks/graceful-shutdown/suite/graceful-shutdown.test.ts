import { Agent, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, patience, test, type Fixtures, type Server } from '#harness'

/* Two processes are ended, one at leisure and one with a client that never finishes. Every case looks at one of them. */

type Stage = Pick<Fixtures, 'server' | 'transcript'>

// ---------------------------------------------------------------- a client

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** What became of a request; a broken connection is an answer, too. */
type Outcome = Answer | { failed: string }

const told = (outcome: Outcome): string =>
  'failed' in outcome ? `no answer (${outcome.failed})` : String(outcome.status)
const statusOf = (outcome: Outcome): number | string =>
  'failed' in outcome ? `no answer (${outcome.failed})` : outcome.status

interface Upload {
  /** Settles when the service works on it, or with what became of it. */
  begun: Promise<true | Outcome>
  /** Sends the rest of the body. */
  finish: () => void
  outcome: Promise<Outcome>
}

/** One connection that is kept open between requests, as a balancer keeps it. */
const keptConnection = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 })

function send(port: number, method: string, path: string, agent: Agent | false, headers: OutgoingHttpHeaders = {}) {
  const outgoing = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent })
  const outcome = new Promise<Outcome>((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void => resolve({ failed: error.code ?? error.message })
    outgoing.on('error', fail)
    outgoing.on('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('error', fail)
      incoming.on('data', (chunk: string) => (text += chunk))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }))
    })
    outgoing.setTimeout(20_000 * patience(), () =>
      outgoing.destroy(Object.assign(new Error(), { code: 'nothing came' })),
    )
  })
  return { outgoing, outcome }
}

function get(port: number, path: string, agent: Agent | false = false): Promise<Outcome> {
  const { outgoing, outcome } = send(port, 'GET', path, agent)
  outgoing.end()
  return outcome
}

const body = 'a checkout of forty bytes, and not a bit'

/** A request that lasts as long as the case wants: the second half of its body is held back. */
function upload(port: number): Upload {
  const { outgoing, outcome } = send(port, 'POST', '/upload', keptConnection(), {
    expect: '100-continue',
    'content-length': body.length,
  })
  const half = body.length / 2
  const begun = new Promise<true>((resolve) =>
    outgoing.once('continue', () => (outgoing.write(body.slice(0, half)), resolve(true))),
  )
  outgoing.flushHeaders()
  return { begun: Promise.race([begun, outcome]), finish: () => void outgoing.end(body.slice(half)), outcome }
}

function knock(port: number): Promise<'accepted' | 'refused'> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => (socket.destroy(), resolve('accepted')))
    socket.once('error', () => resolve('refused'))
  })
}

/** A client that connects and says nothing. */
function silentClient(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => resolve(socket))
    socket.on('error', reject)
    socket.resume()
  })
}

async function until(holds: () => boolean | Promise<boolean>, limitMs: number, everyMs = 20): Promise<boolean> {
  for (const end = performance.now() + limitMs; ; await pause(everyMs)) {
    if (await holds()) return true
    if (performance.now() > end) return false
  }
}

// ---------------------------------------------------------------- what is told

/** The steps of a shutdown with their time since the signal; every case that looks at it shows them. */
class Story {
  private readonly lines: [string, string][] = []
  private start = 0

  signal(server: Server, signal: NodeJS.Signals): void {
    this.start = performance.now()
    server.signal(signal)
    this.tell(`${signal} is sent`)
  }

  elapsed(): number {
    return performance.now() - this.start
  }

  tell(what: string): void {
    const at = this.start === 0 ? 'before' : `${Math.round(this.elapsed())} ms`
    this.lines.push([at, what])
  }

  show(transcript: Stage['transcript']): void {
    for (const [at, what] of this.lines) transcript(at, what)
  }
}

/** How long something may take that a good program does at once; generous, since others may use the machine, too. */
const generous = (): number => 4_000 * patience()

interface End {
  /** Within the time that it was given. */
  byItself: boolean
  afterMs: number
  code: number | string | null
}

/** Waits for the end of the process; ends it where it does not end by itself. */
async function endOf(server: Server, story: Story, limitMs: number): Promise<End> {
  const byItself = await until(() => !server.alive(), limitMs)
  const afterMs = story.elapsed()
  if (!byItself) server.signal('SIGKILL')
  const { code, signal } = await server.stop()
  story.tell(
    byItself
      ? `the process has ended ${signal === null ? `with exit code ${code}` : `by ${signal}`}`
      : 'the process still runs; the tests end it',
  )
  return { byItself, afterMs, code: signal ?? code }
}

async function start(server: Server, env: Record<string, string>): Promise<number> {
  await server.restart(env)
  const answer = await server.request('GET', '/livez', { limitMs: 10_000 })
  expect(answer.status, 'status of /livez').toBe(200)
  return server.port() as number
}

// ---------------------------------------------------------------- a shutdown at leisure

interface Leisure {
  story: Story
  delayMs: number
  /** Requests of clients that stop once /readyz says so. */
  lost: string[]
  answered: number
  /** Time of the first answer of /readyz that is not 200; null: there was none before the port closed. */
  unreadyMs: number | null
  unreadyStatus: number | string
  /** While it is not ready and still open. */
  fastNew: Outcome
  fastKept: Outcome
  live: Outcome
  refusedMs: number | null
  aliveThen: boolean
  uploads: Outcome[]
  end: End
}

async function shutDownAtLeisure(server: Server, delayMs: number): Promise<Leisure> {
  const story = new Story()
  const port = await start(server, { DRAIN_DELAY_MS: String(delayMs), SHUTDOWN_DEADLINE_MS: '120000' })
  const silent = await silentClient(port)
  const kept = keptConnection()
  await get(port, '/fast', kept)
  const uploads = [upload(port), upload(port)]
  await Promise.all(uploads.map((u) => u.begun))
  story.tell(`DRAIN_DELAY_MS is ${delayMs}; open: one connection never used, one idle, two with a request under way`)

  const traffic = clients(port, 4)
  await until(() => traffic.answered() >= 8, generous())
  // The connections of the clients are all made: no thread or socket is in the making when the signal comes.
  await pause(50)
  story.signal(server, 'SIGTERM')

  const ready = await lastWordOfReadyz(port)
  const unreadyMs = ready.status === 'refused' ? null : story.elapsed()
  story.tell(
    ready.status === 'refused'
      ? 'connection refused; /readyz never was anything but 200'
      : `GET /readyz: ${ready.status}`,
  )
  const [fastNew, fastKept, live] = await Promise.all([
    get(port, '/fast'),
    get(port, '/fast', kept),
    get(port, '/livez'),
  ])
  story.tell(
    `GET /fast: ${told(fastNew)} on a new connection, ${told(fastKept)} on the idle one; GET /livez: ${told(live)}`,
  )
  await traffic.stop()
  story.tell(
    `${traffic.answered()} requests of clients that ask /readyz were answered, ${traffic.lost.length} were lost`,
  )

  const closed = await until(async () => (await knock(port)) === 'refused', delayMs + generous())
  const refusedMs = closed ? story.elapsed() : null
  story.tell(closed ? 'connection refused' : 'new connections are still accepted')
  const aliveThen = server.alive()

  const outcomes: Outcome[] = []
  for (const { finish, outcome } of uploads) {
    finish()
    outcomes.push(await outcome)
    story.tell(`POST /upload, under way since before the signal: ${told(outcomes.at(-1) as Outcome)}`)
  }
  const end = await endOf(server, story, generous())
  silent.destroy()
  kept.destroy()
  const { lost, answered } = traffic
  return {
    story,
    delayMs,
    lost,
    answered: answered(),
    unreadyMs,
    unreadyStatus: ready.status,
    fastNew,
    fastKept,
    live,
    refusedMs,
    aliveThen,
    uploads: outcomes,
    end,
  }
}

/** Asks on new connections until the answer is not 200 any more, or nobody answers. */
async function lastWordOfReadyz(port: number): Promise<{ status: number | 'refused' }> {
  for (const end = performance.now() + 10_000 * patience(); performance.now() < end; await pause(20)) {
    const outcome = await get(port, '/readyz')
    if ('failed' in outcome) return { status: 'refused' }
    if (outcome.status !== 200) return { status: outcome.status }
  }
  return { status: 200 }
}

/** Clients behind a balancer: each sends one request after the other until /readyz is no longer 200. */
function clients(port: number, count: number) {
  const lost: string[] = []
  let answered = 0
  const pool = { ready: true }
  const balancer = async (): Promise<void> => {
    for (; pool.ready; await pause(40)) pool.ready = statusOf(await get(port, '/readyz')) === 200
  }
  const client = async (number: number): Promise<void> => {
    const agent = keptConnection()
    while (pool.ready) {
      const outcome = await get(port, `/slow?ms=${5 + number * 7}`, agent)
      if (statusOf(outcome) === 200) answered += 1
      else lost.push(told(outcome))
      if (lost.length > 5) break
    }
    agent.destroy()
  }
  const running = Promise.all([balancer(), ...Array.from({ length: count }, (_, i) => client(i))])
  return { lost, answered: () => answered, stop: () => running }
}

// ---------------------------------------------------------------- a shutdown that meets its deadline

interface Hurried {
  story: Story
  deadlineMs: number
  refused: boolean
  /** Finished after SIGINT, and after the further signals. */
  first: Outcome
  second: Outcome
  stuck: Outcome
  end: End
}

async function shutDownInAHurry(server: Server, deadlineMs: number): Promise<Hurried> {
  const story = new Story()
  const port = await start(server, { DRAIN_DELAY_MS: '50', SHUTDOWN_DEADLINE_MS: String(deadlineMs) })
  const [first, second, stuck] = [upload(port), upload(port), upload(port)] as const
  await Promise.all([first, second, stuck].map((u) => u.begun))
  story.tell(`SHUTDOWN_DEADLINE_MS is ${deadlineMs}; three requests are under way`)
  await pause(50)
  story.signal(server, 'SIGINT')
  const refused = await until(async () => (await knock(port)) === 'refused', generous())
  story.tell(refused ? 'connection refused' : 'new connections are still accepted')
  first.finish()
  const afterSignal = await first.outcome
  story.tell(`the first of the three: ${told(afterSignal)}`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    server.signal(signal)
    story.tell(`${signal} is sent, a further signal`)
    await pause(50)
  }
  second.finish()
  const afterMore = await second.outcome
  story.tell(`the second of the three: ${told(afterMore)}`)
  const end = await endOf(server, story, deadlineMs + generous())
  return { story, deadlineMs, refused, first: afterSignal, second: afterMore, stuck: await stuck.outcome, end }
}

// ---------------------------------------------------------------- once for all cases

const tries = 3
let atLeisure: Promise<Leisure> | null = null
let inAHurry: Promise<Hurried> | null = null

/** Where this machine was too slow to look inside the delay, a longer delay is tried. */
async function leisurely({ server, transcript }: Stage): Promise<Leisure> {
  atLeisure ??= (async () => {
    for (let delayMs = Math.round(500 * patience()), i = 1; ; delayMs *= 3, i++) {
      const seen = await shutDownAtLeisure(server, delayMs)
      if (i === tries || seen.unreadyMs === null || seen.unreadyMs < delayMs / 2) return seen
    }
  })()
  const seen = await atLeisure
  seen.story.show(transcript)
  return seen
}

async function hurried({ server, transcript }: Stage): Promise<Hurried> {
  inAHurry ??= (async () => {
    for (let deadlineMs = Math.round(1_200 * patience()), i = 1; ; deadlineMs *= 3, i++) {
      const seen = await shutDownInAHurry(server, deadlineMs)
      // An early end is the program's doing; whoever got this far without a loss was not hindered by us.
      const cutWhileWeLooked = 'failed' in seen.second && seen.end.byItself && seen.end.afterMs >= deadlineMs
      if (i === tries || !cutWhileWeLooked) return seen
    }
  })()
  const seen = await inAHurry
  seen.story.show(transcript)
  return seen
}

// ---------------------------------------------------------------- the cases

const bytes = { bytes: body.length }

/** The JVM reports 128 + the signal's number after its hooks have run. */
const exitCode = ({ code }: End, wanted: 0 | 1): number | string | null =>
  code === 143 || code === 130 ? wanted : code

test(
  'finishes the requests that are under way',
  { meta: { id: 'in-flight', group: 'requests', gate: true, covers: [1, 4] } },
  async ({ server, transcript }) => {
    const { uploads } = await leisurely({ server, transcript })
    for (const outcome of uploads) {
      expect(statusOf(outcome), 'status of POST /upload').toBe(200)
      expect(JSON.parse((outcome as Answer).text), 'body of the answer').toEqual(bytes)
    }
  },
)

test(
  'says on /readyz that it wants no more requests',
  { meta: { id: 'unready', group: 'readiness', covers: [2] } },
  async ({ server, transcript }) => {
    const { unreadyStatus } = await leisurely({ server, transcript })
    expect(unreadyStatus, 'status of /readyz after SIGTERM').toBe(503)
  },
)

test(
  'serves every request until the delay is over',
  { meta: { id: 'serves-meanwhile', group: 'readiness', covers: [2, 3] } },
  async ({ server, transcript }) => {
    const { fastNew, fastKept, live } = await leisurely({ server, transcript })
    expect(statusOf(fastNew), 'status of /fast on a new connection during the delay').toBe(200)
    expect(statusOf(fastKept), 'status of /fast on an open connection during the delay').toBe(200)
    expect(statusOf(live), 'status of /livez during the delay').toBe(200)
  },
)

test(
  'closes the port when the delay is over, not earlier',
  { meta: { id: 'port-closes', group: 'readiness', covers: [3] } },
  async ({ server, transcript }) => {
    const { refusedMs, delayMs, aliveThen } = await leisurely({ server, transcript })
    expect(refusedMs === null ? 'still open' : 'closed', 'the port after the delay').toBe('closed')
    expect(refusedMs as number, 'milliseconds from the signal until the port was closed').toBeGreaterThanOrEqual(
      delayMs - 20,
    )
    expect(aliveThen ? 'running' : 'gone', 'the process, with requests under way').toBe('running')
  },
)

test(
  'loses no request of clients that stop when /readyz says so',
  { meta: { id: 'zero-loss', group: 'requests', gate: true, covers: [2, 3, 4] } },
  async ({ server, transcript }) => {
    const { lost, answered, unreadyMs } = await leisurely({ server, transcript })
    expect(lost.slice(0, 3), 'requests that were lost').toEqual([])
    expect(unreadyMs === null ? 'never' : 'told in time', 'the clients were told by /readyz').toBe('told in time')
    expect(answered, 'requests that were answered').toBeGreaterThan(0)
  },
)

test(
  'announces the end of a connection with its last answer',
  { meta: { id: 'announces-close', group: 'connections', covers: [5] } },
  async ({ server, transcript }) => {
    const { uploads } = await leisurely({ server, transcript })
    for (const outcome of uploads) {
      expect(statusOf(outcome), 'status of POST /upload').toBe(200)
      expect(
        String((outcome as Answer).headers['connection'] ?? '(none)').toLowerCase(),
        'header Connection of the answer',
      ).toBe('close')
    }
  },
)

test(
  'ends with exit code 0, although clients keep connections open',
  { meta: { id: 'idle-connections', group: 'connections', covers: [6, 7] } },
  async ({ server, transcript, evidence }) => {
    const { uploads, end } = await leisurely({ server, transcript })
    evidence('endedByItself', end.byItself)
    expect(uploads.map(statusOf), 'status of POST /upload').toEqual([200, 200])
    expect(end.byItself ? 'ended' : 'running', 'the process, after its last answer').toBe('ended')
    expect(exitCode(end, 0), 'exit code').toBe(0)
  },
)

test(
  'treats SIGINT like SIGTERM',
  { meta: { id: 'sigint', group: 'signals', covers: [1, 4] } },
  async ({ server, transcript }) => {
    const { first, refused } = await hurried({ server, transcript })
    expect(statusOf(first), 'status of POST /upload after SIGINT').toBe(200)
    expect(refused ? 'closed' : 'still open', 'the port after SIGINT').toBe('closed')
  },
)

test(
  'is not disturbed by further signals',
  { meta: { id: 'more-signals', group: 'signals', covers: [8] } },
  async ({ server, transcript }) => {
    const { second } = await hurried({ server, transcript })
    expect(statusOf(second), 'status of POST /upload after the further signals').toBe(200)
  },
)

test(
  'cuts what is left at the deadline, with exit code 1',
  { meta: { id: 'deadline', group: 'signals', covers: [7] } },
  async ({ server, transcript, evidence }) => {
    const { stuck, end, deadlineMs } = await hurried({ server, transcript })
    evidence('endedByItself', end.byItself)
    expect(end.byItself ? 'ended' : 'running', `the process, ${Math.round(generous())} ms after the deadline`).toBe(
      'ended',
    )
    expect(end.afterMs, 'milliseconds from the first signal to the end').toBeGreaterThanOrEqual(deadlineMs - 20)
    expect('failed' in stuck ? 'cut' : statusOf(stuck), 'the request that never ended').toBe('cut')
    expect(exitCode(end, 1), 'exit code').toBe(1)
  },
)
