import { Agent, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, patience, test, type Fixtures, type Server } from '#harness'

/* Three processes are ended: at leisure, with a client that never finishes, and at rest. Every case looks at one of them. */

type Stage = Pick<Fixtures, 'server' | 'transcript'>

// ---------------------------------------------------------------- a client

interface Answer {
  status: number
  /** Whether it came over a connection that had been open. */
  reused: boolean
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
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, reused: outgoing.reusedSocket, headers: incoming.headers, text }),
      )
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
function upload(port: number, agent = keptConnection()): Upload {
  const { outgoing, outcome } = send(port, 'POST', '/upload', agent, {
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

/** Sends the first request of a connection that was opened earlier; the status, or what came instead. */
function firstRequest(socket: Socket): Promise<number | string> {
  return new Promise((resolve) => {
    let text = ''
    const tell = (): void => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]) || 'no answer')
    socket.on('data', (chunk: Buffer) => ((text += chunk.toString('latin1')), text.includes('\r\n') && tell()))
    socket.on('error', tell)
    socket.on('close', tell)
    if (socket.destroyed || !socket.writable) return tell()
    socket.write('GET /fast HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    socket.setTimeout(20_000 * patience(), tell)
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
  unreadyKept: Outcome
  /** On a connection that was opened before the signal and not used until then. */
  fastUnused: number | string
  /** Time at which the requests that begin inside the delay had begun. */
  begunMs: number
  refusedMs: number | null
  aliveThen: boolean
  uploads: Outcome[]
  /** Of requests that began inside the delay: on a new connection and on the idle one. */
  late: Outcome[]
  end: End
}

async function shutDownAtLeisure(server: Server, delayMs: number): Promise<Leisure> {
  const story = new Story()
  const port = await start(server, { DRAIN_DELAY_MS: String(delayMs), SHUTDOWN_DEADLINE_MS: '120000' })
  const [silent, unused] = [await silentClient(port), await silentClient(port)]
  const kept = keptConnection()
  await get(port, '/fast', kept)
  const uploads = [upload(port), upload(port)]
  await Promise.all(uploads.map((u) => u.begun))
  story.tell(`DRAIN_DELAY_MS is ${delayMs}; open: two connections never used, one idle, two with a request under way`)

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
  const unreadyKept = await get(port, '/readyz', kept)
  story.tell(
    `GET /fast: ${told(fastNew)} on a new connection, ${told(fastKept)} on the idle one; GET /livez: ${told(live)}; GET /readyz on the idle one: ${told(unreadyKept)}`,
  )
  const fastUnused = await firstRequest(unused)
  story.tell(`GET /fast: ${fastUnused} on one of those that had not been used`)
  const lateSilent = await silentClient(port).catch(() => null)
  const lateUploads = [upload(port), upload(port, kept)]
  await Promise.all(lateUploads.map((u) => u.begun))
  const begunMs = story.elapsed()
  story.tell(
    'one connection more that is never used, two requests more under way: on a new connection, on the idle one',
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
  const late: Outcome[] = []
  for (const { finish, outcome } of lateUploads) {
    finish()
    late.push(await outcome)
    story.tell(`POST /upload, under way since the delay: ${told(late.at(-1) as Outcome)}`)
  }
  const end = await endOf(server, story, generous())
  silent.destroy()
  lateSilent?.destroy()
  unused.destroy()
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
    unreadyKept,
    fastUnused,
    begunMs,
    refusedMs,
    aliveThen,
    uploads: outcomes,
    late,
    end,
  }
}

/** Asks until the answer is not 200 any more, the process is gone, or the time is over. */
async function readyzSoon(server: Server, port: number, limitMs: number): Promise<Outcome> {
  for (const end = performance.now() + limitMs; ; await pause(20)) {
    const outcome = await get(port, '/readyz')
    if (statusOf(outcome) !== 200 || !server.alive() || performance.now() > end) return outcome
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
  delayMs: number
  deadlineMs: number
  refusedMs: number | null
  /** Inside the delay: after the first signal, and after the second one. */
  aliveAfterFirst: boolean
  /** The first answer of /readyz after SIGINT that is not 200, or the last one before the next signal. */
  readyAfterFirst: Outcome
  aliveAfterSecond: boolean
  /** What was seen says which signal had which effect; false where this machine let too much time go by. */
  isClear: boolean
  /** Finished after SIGINT, and after the further signals. */
  first: Outcome
  second: Outcome
  stuck: Outcome
  end: End
}

async function shutDownInAHurry(server: Server, deadlineMs: number): Promise<Hurried> {
  const story = new Story()
  const delayMs = Math.round(deadlineMs / 2)
  const port = await start(server, { DRAIN_DELAY_MS: String(delayMs), SHUTDOWN_DEADLINE_MS: String(deadlineMs) })
  const [first, second, stuck] = [upload(port), upload(port), upload(port)] as const
  await Promise.all([first, second, stuck].map((u) => u.begun))
  story.tell(`DRAIN_DELAY_MS is ${delayMs}, SHUTDOWN_DEADLINE_MS is ${deadlineMs}; three requests are under way`)
  await pause(50)
  story.signal(server, 'SIGINT')
  const readyAfterFirst = await readyzSoon(server, port, delayMs * 0.5)
  story.tell(`GET /readyz: ${told(readyAfterFirst)}`)
  await pause(Math.max(0, delayMs * 0.6 - story.elapsed()))
  const aliveAfterFirst = server.alive()
  server.signal('SIGTERM')
  const signalMs = story.elapsed()
  story.tell(`${aliveAfterFirst ? '' : 'the process is gone; '}SIGTERM is sent, a further signal inside the delay`)
  let openMs = signalMs
  const isRefused = async (): Promise<boolean> => {
    if ((await knock(port)) === 'refused') return true
    openMs = story.elapsed()
    return false
  }
  const refused = await until(isRefused, delayMs + generous())
  const refusedMs = refused ? story.elapsed() : null
  story.tell(refused ? 'connection refused' : 'new connections are still accepted')
  // The end of a process is noticed some time after its port is closed. Whoever closes the port early is looked at for long.
  const isEarly = refusedMs !== null && refusedMs < delayMs - 20
  const aliveAfterSecond = !(isEarly && (await until(() => !server.alive(), generous() / 8)))
  first.finish()
  const afterSignal = await first.outcome
  story.tell(`the first of the three: ${told(afterSignal)}`)
  // It was lost by the further signal or at the end of the delay. Only a look between the two can tell which.
  const sawTheDelay = signalMs < delayMs * 0.9 && (refusedMs ?? 0) - openMs < delayMs * 0.2
  const isClear =
    (statusOf(afterSignal) === 200 || !aliveAfterFirst || isEarly || sawTheDelay) && statusOf(readyAfterFirst) !== 200
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    server.signal(signal)
    story.tell(`${signal} is sent, a further signal`)
    await until(() => !server.alive(), 50)
  }
  second.finish()
  const afterMore = await second.outcome
  story.tell(`the second of the three: ${told(afterMore)}`)
  const end = await endOf(server, story, deadlineMs + generous())
  return {
    story,
    delayMs,
    deadlineMs,
    refusedMs,
    aliveAfterFirst,
    readyAfterFirst,
    aliveAfterSecond,
    isClear,
    first: afterSignal,
    second: afterMore,
    stuck: await stuck.outcome,
    end,
  }
}

// ---------------------------------------------------------------- a shutdown of a process that has nothing to do

interface AtRest {
  story: Story
  delayMs: number
  end: End
}

async function shutDownAtRest(server: Server): Promise<AtRest> {
  const story = new Story()
  const delayMs = 400
  await start(server, { DRAIN_DELAY_MS: String(delayMs), SHUTDOWN_DEADLINE_MS: '120000' })
  story.tell(`DRAIN_DELAY_MS is ${delayMs}; no connection is open`)
  story.signal(server, 'SIGTERM')
  return { story, delayMs, end: await endOf(server, story, delayMs + generous()) }
}

// ---------------------------------------------------------------- once for all cases

const tries = 2
let atLeisure: Promise<Leisure> | null = null
let inAHurry: Promise<Hurried> | null = null
let atRest: Promise<AtRest> | null = null

/** Where this machine was too slow to look inside the delay, a longer delay is tried. */
async function leisurely({ server, transcript }: Stage): Promise<Leisure> {
  atLeisure ??= (async () => {
    for (let delayMs = Math.round(500 * patience()), i = 1; ; delayMs *= 3, i++) {
      const seen = await shutDownAtLeisure(server, delayMs)
      const inTime = seen.unreadyMs === null || (seen.unreadyMs < delayMs / 2 && seen.begunMs < delayMs * 0.9)
      if (i === tries || inTime) return seen
    }
  })()
  const seen = await atLeisure
  seen.story.show(transcript)
  return seen
}

async function hurried({ server, transcript }: Stage): Promise<Hurried> {
  inAHurry ??= (async () => {
    for (let deadlineMs = Math.round(1_500 * patience()), i = 1; ; deadlineMs *= 3, i++) {
      const seen = await shutDownInAHurry(server, deadlineMs)
      // An early end is the program's doing; whoever got this far without a loss was not hindered by us.
      const cutWhileWeLooked = 'failed' in seen.second && seen.end.byItself && seen.end.afterMs >= deadlineMs
      const closedLate = seen.refusedMs !== null && seen.refusedMs > latestClose(seen)
      const late = closedLate || (seen.end.byItself && seen.end.afterMs > latestEnd(seen))
      if (i === tries || !(cutWhileWeLooked || late || !seen.isClear)) return seen
    }
  })()
  const seen = await inAHurry
  seen.story.show(transcript)
  return seen
}

/** Whoever counts the deadline from the closed port ends a whole delay later. */
const latestEnd = ({ deadlineMs, delayMs }: Hurried): number => deadlineMs + delayMs * 0.6

/** Whoever lets the further signal begin the delay anew closes the port six tenths of it later. */
const latestClose = ({ delayMs }: Hurried): number => delayMs * 1.4

async function resting({ server, transcript }: Stage): Promise<AtRest> {
  atRest ??= shutDownAtRest(server)
  const seen = await atRest
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
    const { unreadyStatus, unreadyKept } = await leisurely({ server, transcript })
    expect(unreadyStatus, 'status of /readyz after SIGTERM').toBe(503)
    expect(statusOf(unreadyKept), 'status of /readyz after SIGTERM, on an open connection').toBe(503)
  },
)

test(
  'serves every request until the delay is over',
  { meta: { id: 'serves-meanwhile', group: 'readiness', covers: [2, 3] } },
  async ({ server, transcript, requirement }) => {
    const { fastNew, fastKept, fastUnused, live } = await leisurely({ server, transcript })
    requirement(2)
    expect(statusOf(fastNew), 'status of /fast on a new connection during the delay').toBe(200)
    expect(statusOf(fastKept), 'status of /fast on an open connection during the delay').toBe(200)
    expect(fastUnused, 'status of /fast on a connection that had not been used').toBe(200)
    expect((fastKept as Answer).reused, 'whether the idle connection was still open during the delay').toBe(true)
    expect(statusOf(live), 'status of /livez during the delay').toBe(200)
  },
)

test(
  'closes the port when the delay is over, not earlier',
  { meta: { id: 'port-closes', group: 'readiness', covers: [3, 4] } },
  async ({ server, transcript, requirement }) => {
    const { refusedMs, delayMs, aliveThen } = await leisurely({ server, transcript })
    requirement(3)
    expect(refusedMs === null ? 'still open' : 'closed', 'the port after the delay').toBe('closed')
    expect(refusedMs as number, 'milliseconds from the signal until the port was closed').toBeGreaterThanOrEqual(
      delayMs - 20,
    )
    requirement(4)
    expect(aliveThen ? 'running' : 'gone', 'the process, with requests under way').toBe('running')
  },
)

test(
  'finishes the requests that began inside the delay, and announces the close with them',
  { meta: { id: 'begun-in-the-delay', group: 'requests', covers: [2, 4, 5] } },
  async ({ server, transcript, requirement }) => {
    const { late, refusedMs, unreadyMs } = await leisurely({ server, transcript })
    requirement(2)
    expect(unreadyMs === null ? 'never' : 'told in time', 'the clients were told by /readyz').toBe('told in time')
    expect(refusedMs === null ? 'still open' : 'closed', 'the port after the delay').toBe('closed')
    requirement(4)
    for (const outcome of late) expect(statusOf(outcome), 'status of a POST /upload begun in the delay').toBe(200)
    requirement(5)
    for (const outcome of late)
      expect(
        String((outcome as Answer).headers['connection'] ?? '(none)').toLowerCase(),
        'header Connection of an answer to a request begun in the delay',
      ).toBe('close')
  },
)

test(
  'loses no request of clients that stop when /readyz says so',
  { meta: { id: 'zero-loss', group: 'requests', gate: true, covers: [2, 3, 4] } },
  async ({ server, transcript, requirement }) => {
    const { lost, answered, unreadyMs } = await leisurely({ server, transcript })
    requirement(2)
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
  async ({ server, transcript, evidence, requirement }) => {
    const { uploads, end } = await leisurely({ server, transcript })
    evidence('endedByItself', end.byItself)
    requirement(6)
    expect(uploads.map(statusOf), 'status of POST /upload').toEqual([200, 200])
    expect(end.byItself ? 'ended' : 'running', 'the process, after its last answer').toBe('ended')
    requirement(7)
    expect(exitCode(end, 0), 'exit code').toBe(0)
  },
)

test(
  'ends with exit code 0 when nothing is under way, after the delay',
  { meta: { id: 'at-rest', group: 'connections', covers: [3, 7] } },
  async ({ server, transcript, requirement }) => {
    const { end, delayMs } = await resting({ server, transcript })
    requirement(7)
    expect(end.byItself ? 'ended' : 'running', 'the process with nothing to do, after the delay').toBe('ended')
    requirement(3)
    expect(
      end.afterMs,
      'milliseconds from the signal to the end of a process with nothing to do',
    ).toBeGreaterThanOrEqual(delayMs - 20)
    requirement(7)
    expect(exitCode(end, 0), 'exit code').toBe(0)
  },
)

test(
  'treats SIGINT like SIGTERM',
  { meta: { id: 'sigint', group: 'signals', covers: [1] } },
  async ({ server, transcript }) => {
    const { first, refusedMs, aliveAfterFirst, readyAfterFirst, aliveAfterSecond } = await hurried({
      server,
      transcript,
    })
    expect(aliveAfterFirst ? 'running' : 'gone', 'the process, inside the delay after SIGINT').toBe('running')
    expect(statusOf(readyAfterFirst), 'status of /readyz after SIGINT').toBe(503)
    // A process that ended at the signal that came next has lost it by that one.
    if (aliveAfterSecond) expect(statusOf(first), 'status of POST /upload after SIGINT').toBe(200)
    expect(refusedMs === null ? 'still open' : 'closed', 'the port after SIGINT').toBe('closed')
  },
)

test(
  'keeps the drain delay, whichever signal came first and whichever came after it',
  { meta: { id: 'signal-in-the-delay', group: 'signals', covers: [1, 3, 8] } },
  async ({ server, transcript, requirement }) => {
    requirement(3)
    const seen = await hurried({ server, transcript })
    const { refusedMs, delayMs, aliveAfterSecond } = seen
    requirement(8)
    expect(aliveAfterSecond ? 'running' : 'gone', 'the process, inside the delay').toBe('running')
    requirement(3)
    expect(refusedMs === null ? 'still open' : 'closed', 'the port after the delay').toBe('closed')
    expect(refusedMs as number, 'milliseconds from the first signal until the port was closed').toBeGreaterThanOrEqual(
      delayMs - 20,
    )
    requirement(8)
    expect(
      refusedMs as number,
      'milliseconds until the port was closed, with a further signal inside the delay',
    ).toBeLessThan(latestClose(seen))
  },
)

test(
  'is not disturbed by further signals',
  { meta: { id: 'more-signals', group: 'signals', covers: [8] } },
  async ({ server, transcript }) => {
    const { second, aliveAfterSecond } = await hurried({ server, transcript })
    expect(aliveAfterSecond ? 'running' : 'gone', 'the process, after a further signal inside the delay').toBe(
      'running',
    )
    expect(statusOf(second), 'status of POST /upload after the further signals').toBe(200)
  },
)

test(
  'cuts what is left at the deadline, with exit code 1',
  { meta: { id: 'deadline', group: 'signals', covers: [7] } },
  async ({ server, transcript, evidence }) => {
    const seen = await hurried({ server, transcript })
    const { stuck, end, deadlineMs } = seen
    evidence('endedByItself', end.byItself)
    expect(end.byItself ? 'ended' : 'running', 'the process, some seconds after the deadline').toBe('ended')
    expect(end.afterMs, 'milliseconds from the first signal to the late end').toBeLessThan(latestEnd(seen))
    expect(end.afterMs, 'milliseconds from the first signal to the end').toBeGreaterThanOrEqual(deadlineMs - 20)
    expect('failed' in stuck ? 'cut' : statusOf(stuck), 'the request that never ended').toBe('cut')
    expect(exitCode(end, 1), 'exit code').toBe(1)
  },
)
