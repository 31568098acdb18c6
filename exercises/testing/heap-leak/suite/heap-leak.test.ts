import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, type Fixtures, type Heap } from '#harness'

// The snapshots are the learner's own; what they show is the same on every machine.

test(
  'the class that grows is named',
  { meta: { id: 'growing-class', group: 'diagnosis', covers: [1] } },
  ({ artefact }) => {
    expect(
      artefact
        .answers()
        .text('class')
        .replace(/^class /, ''),
      'class of src/ with the most new objects',
    ).toBe('Scan')
  },
)

test(
  'the variable that holds its objects is named',
  { meta: { id: 'root', group: 'diagnosis', covers: [1] } },
  ({ artefact }) => {
    const root = artefact.answers().text('root')
    if (!/\bentries\b/.test(root)) throw new Error('No variable of this name holds the objects of the growing class.')
  },
)

test(
  'their number for each request is right',
  { meta: { id: 'per-request', group: 'diagnosis', covers: [1] } },
  ({ artefact }) => {
    expect(artefact.answers().number('perRequest'), 'new objects of the class for each request to /track').toBe(3)
  },
)

/** The parcel's report, as the carrier gives it. */
interface Report {
  parcel: string
  delivered: boolean
  scans: { place: string; at: string }[]
  protocol: string
}

const reportOf = (parcel: string, delivered = false): Report => ({
  parcel,
  delivered,
  scans: ['Graz', 'Linz', 'Passau'].map((place, i) => ({ place, at: `2026-03-0${i + 1}T10:00:00.000Z` })),
  protocol: `${parcel}/${'x'.repeat(2000)}`,
})

interface Answer {
  status: number
  body: unknown
}

interface Service {
  get: (path: string) => Promise<Answer>
  publish: (parcel: string, place: string) => Promise<void>
  /** Opens a request and resolves when `begun` holds; what comes is kept. */
  open: (path: string) => Opened
  heap: () => Promise<Heap>
}

interface Opened {
  /** The headers are here. */
  begun: Promise<unknown>
  /** Texts of the events so far. */
  events: () => unknown[]
  answered: Promise<Answer>
  /** As a customer who closes the page. */
  leave: () => void
}

const limitMs = 10_000
/** How often a service under test asks the carrier for a parcel that is waited for. */
const pollMs = 10

/** Runs `work` against a service of its own, in a fresh child. */
async function withService(
  subject: Fixtures['subject'],
  carrier: (parcel: string) => Report,
  work: (service: Service) => Promise<void>,
): Promise<void> {
  await subject.restart()
  const handle = await subject.create('start', [async (parcel: unknown) => carrier(String(parcel)), { pollMs }])
  const port = Number(await handle.call('port'))
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const opened = new Set<ClientRequest>()
  try {
    await work({
      get: (path) => answerTo(request({ port, path, agent, timeout: limitMs }), path),
      publish: async (parcel, place) => {
        const headers = { 'Content-Type': 'application/json' }
        const { status } = await answerTo(
          request({ port, path: '/scans', method: 'POST', headers, agent, timeout: limitMs }),
          '/scans',
          JSON.stringify({ parcel, place }),
        )
        expect(status, 'status of POST /scans').toBe(204)
      },
      open: (path) => openRequest(port, path, opened),
      heap: subject.heap,
    })
  } finally {
    for (const one of opened) one.destroy()
    agent.destroy()
    await handle.attempt('stop')
  }
}

function answerTo(sent: ClientRequest, path: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    sent.on('error', (error) => reject(new Error(`${sent.method} ${path}: ${error.message}`)))
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${limitMs / 1000} s`)))
    sent.on(
      'response',
      (response) =>
        void textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, body: parsed(text) }), reject),
    )
    sent.end(body)
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function openRequest(port: number, path: string, opened: Set<ClientRequest>): Opened {
  const sent = request({ port, path, agent: false })
  opened.add(sent)
  let text = ''
  const response = new Promise<IncomingMessage>((resolve, reject) => sent.on('response', resolve).on('error', reject))
  const answered = response.then(async (r) => {
    for await (const chunk of r) text += String(chunk)
    return { status: r.statusCode ?? 0, body: parsed(text) }
  })
  for (const promise of [response, answered]) promise.catch(() => {})
  sent.end()
  const events = (): unknown[] =>
    text.split('\n\n').flatMap((block) => (block.startsWith('data: ') ? [parsed(block.slice(6))] : []))
  return { begun: response, events, answered, leave: () => sent.destroy() }
}

interface Health {
  cached: number
  listeners: number
  watches: number
}

const healthOf = async (service: Service): Promise<Health> => (await service.get('/health')).body as Health

/** Looks until it holds; a service that never gets there is looked at for a while. */
async function until(holds: () => Promise<boolean> | boolean, looks = 60): Promise<void> {
  for (let i = 0; i < looks && !(await holds()); i += 1) await sleep(20)
}

test(
  'a parcel is tracked; a carrier that fails is a 502, and is asked again',
  { meta: { id: 'tracks', group: 'cache', covers: [2, 10] } },
  async ({ subject, random }) => {
    let broken = false
    const asked: string[] = []
    const carrier = (parcel: string): Report => {
      asked.push(parcel)
      if (broken) throw new Error('the carrier is down')
      return reportOf(parcel)
    }
    await withService(subject, carrier, async ({ get }) => {
      const parcel = `P${random.integer(1000, 9999)}`
      expect(await get(`/track/${parcel}`), 'answer').toEqual({
        status: 200,
        body: { parcel, scans: reportOf(parcel).scans },
      })
      broken = true
      expect((await get(`/track/${parcel}-2`)).status, 'status while the carrier is down').toBe(502)
      broken = false
      expect((await get(`/track/${parcel}-2`)).status, 'status when it is back').toBe(200)
      expect(asked, 'what the carrier was asked').toEqual([parcel, `${parcel}-2`, `${parcel}-2`])
    })
  },
)

test(
  'a URL that was asked a moment ago does not cost the carrier a question',
  { meta: { id: 'cache-hits', group: 'cache', covers: [3] } },
  async ({ subject, random, transcript }) => {
    let asked = 0
    const carrier = (parcel: string): Report => {
      asked += 1
      return reportOf(parcel)
    }
    await withService(subject, carrier, async ({ get }) => {
      const visit = random.integer(1000, 9999)
      const url = (i: number): string => `/track/P${i}?visit=${visit}`
      // Beyond the limit, and on the way each URL from twenty URLs ago has to be there.
      for (let i = 0; i < 120; i += 1) {
        await get(url(i))
        if (i < 20) continue
        const before = asked
        const { status } = await get(url(i - 20))
        if (asked === before && status === 200) continue
        transcript('fetched', `${i + 1} different URLs`)
        transcript(
          'asked again',
          `${url(i - 20)}, which was fetched 20 URLs ago: status ${status}, and the carrier ${asked === before ? 'was not asked' : 'was asked again'}`,
        )
        throw new Error('An answer that was fetched a moment ago is gone.')
      }
      expect(asked, 'questions for 120 different URLs').toBe(120)
    })
  },
)

test(
  'at most 100 answers are kept',
  { meta: { id: 'cache-bounded', group: 'cache', covers: [4] } },
  async ({ subject, transcript }) => {
    const asked = new Map<string, number>()
    const carrier = (parcel: string): Report => {
      asked.set(parcel, (asked.get(parcel) ?? 0) + 1)
      return reportOf(parcel)
    }
    await withService(subject, carrier, async (service) => {
      const parcels = Array.from({ length: 150 }, (_, i) => `P${i}`)
      for (const parcel of parcels) await service.get(`/track/${parcel}`)
      const { cached } = await healthOf(service)
      // The newest first, so that a kept answer is met before it can be dropped.
      for (const parcel of [...parcels].reverse()) await service.get(`/track/${parcel}`)
      const kept = parcels.filter((parcel) => asked.get(parcel) === 1).length
      transcript('after 150 URLs', `${kept} answers were kept; /health says ${cached}`)
      expect(kept, 'answers kept, at most 100').toBeLessThanOrEqual(100)
      expect(cached, 'cached in /health, at most 100').toBeLessThanOrEqual(100)
    })
  },
)

test(
  'each open page gets each scan of its parcel, once and in order',
  { meta: { id: 'scans-arrive', group: 'stream', covers: [5] } },
  async ({ subject, random }) => {
    await withService(
      subject,
      (parcel) => reportOf(parcel),
      async ({ open, publish }) => {
        const [first, second] = [`A${random.integer(100, 999)}`, `B${random.integer(100, 999)}`]
        const pages = [open(`/stream/${first}`), open(`/stream/${first}`), open(`/stream/${second}`)]
        await Promise.all(pages.map((page) => page.begun))
        for (const place of ['Graz', 'Linz', 'Passau']) await publish(first, place)
        await publish(second, 'Wien')
        await until(() => pages.every((page, i) => page.events().length >= (i < 2 ? 3 : 1)))
        const events = pages.map((page) => page.events())
        const wanted = ['Graz', 'Linz', 'Passau'].map((place) => ({ parcel: first, place }))
        expect(events, 'events on two pages of one parcel and one of another').toEqual([
          wanted,
          wanted,
          [{ parcel: second, place: 'Wien' }],
        ])
      },
    )
  },
)

test(
  'a page that is closed is listened for no more',
  { meta: { id: 'listeners-go', group: 'stream', covers: [6] } },
  async ({ subject, transcript }) => {
    await withService(
      subject,
      (parcel) => reportOf(parcel),
      async (service) => {
        const stays = service.open('/stream/P1')
        const leaving = Array.from({ length: 60 }, (_, i) => service.open(`/stream/P${i % 3}`))
        await Promise.all([stays, ...leaving].map((page) => page.begun))
        transcript('61 pages are open', `/health says ${(await healthOf(service)).listeners} listeners`)
        for (const page of leaving) page.leave()
        await until(async () => (await healthOf(service)).listeners <= 1)
        expect((await healthOf(service)).listeners, 'listeners when 60 of 61 pages are closed').toBe(1)
        await service.publish('P1', 'Graz')
        await until(() => stays.events().length > 0)
        expect(stays.events(), 'events on the page that is still open').toEqual([{ parcel: 'P1', place: 'Graz' }])
      },
    )
  },
)

test(
  'whoever waits is answered when the parcel is delivered',
  { meta: { id: 'wait-answers', group: 'wait', covers: [7] } },
  async ({ subject, transcript }) => {
    let questions = 0
    const carrier = (parcel: string): Report => reportOf(parcel, (questions += 1) >= 4)
    await withService(subject, carrier, async ({ open }) => {
      const answered = await Promise.race([open('/wait/P1').answered, sleep(limitMs / 4, null)])
      transcript('carrier', `asked ${questions} times; from the fourth time on it says that the parcel is delivered`)
      if (answered === null) throw new Error('No answer came.')
      expect(answered, 'answer').toEqual({ status: 200, body: { parcel: 'P1', delivered: true } })
    })
  },
)

test(
  'the carrier is asked no more for somebody who has left',
  { meta: { id: 'watches-end', group: 'wait', covers: [8] } },
  async ({ subject, transcript }) => {
    const asked = new Map<string, number>()
    const carrier = (parcel: string): Report => {
      asked.set(parcel, (asked.get(parcel) ?? 0) + 1)
      return reportOf(parcel)
    }
    await withService(subject, carrier, async (service) => {
      const leaving = Array.from({ length: 40 }, (_, i) => service.open(`/wait/P${i}`))
      await until(() => asked.size === 40)
      for (const page of leaving) page.leave()
      await until(async () => (await healthOf(service)).watches === 0)
      const { watches } = await healthOf(service)
      const before = sum(asked)
      await sleep(20 * pollMs)
      const questions = sum(asked) - before
      transcript(
        'all 40 have left',
        `/health says ${watches} watches; ${questions} questions to the carrier in the time of 20 rounds`,
      )
      expect(questions, 'questions for customers who have left').toBe(0)
      expect(watches, 'watches in /health').toBe(0)
    })
  },
)

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)

test(
  'the heap stays flat: clients that come and leave, and URLs that are asked once',
  { meta: { id: 'flat-heap', group: 'heap', gate: true, covers: [9] } },
  async ({ subject, transcript }) => {
    await withService(
      subject,
      (parcel) => reportOf(parcel),
      async (service) => {
        const objects = async (): Promise<number> => (await service.heap()).objects
        const grown = async (work: () => Promise<void>): Promise<number> => {
          const before = await objects()
          await work()
          return (await objects()) - before
        }
        // Until every pool is as large as it gets.
        for (let i = 0; i < 2; i += 1) await comeAndLeave(service)
        const left: number[] = []
        for (let i = 0; i < 3; i += 1) left.push(await grown(() => comeAndLeave(service)))
        transcript(
          'clients',
          `60 come and leave, three times: ${left.map((n) => `${n > 0 ? '+' : ''}${n}`).join(', ')} objects`,
        )

        await Promise.all(Array.from({ length: 30 }, () => service.get('/track/P0?visit=warm')))
        const first = await grown(() => askOnce(service, 0, 60))
        const then = await grown(() => askOnce(service, 60, 300))
        transcript('URLs', `the first 60: +${first} objects; 300 more: +${then}`)
        expect(median(left), 'new objects after 60 clients that have left, at most 60').toBeLessThanOrEqual(60)
        // A cache that was empty may still fill up to its 100 answers.
        const most = Math.max(300, Math.round((first / 60) * 150))
        expect(then, `new objects after 300 more URLs, at most ${most}`).toBeLessThanOrEqual(most)
      },
    )
  },
)

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

async function askOnce(service: Service, from: number, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => service.get(`/track/P${from + i}?visit=${from + i}`)))
}

/** 30 pages and 30 customers who wait, all closed again by the client. */
async function comeAndLeave(service: Service): Promise<void> {
  const pages = Array.from({ length: 30 }, (_, i) => service.open(`/stream/P${i}`))
  await Promise.all(pages.map((page) => page.begun))
  const waiting = Array.from({ length: 30 }, (_, i) => service.open(`/wait/P${i}`))
  await service.publish('P1', 'Graz')
  await sleep(3 * pollMs)
  for (const one of [...pages, ...waiting]) one.leave()
  await until(async () => {
    const { listeners, watches } = await healthOf(service)
    return listeners + watches === 0
  }, 15)
}
