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
  /** Opens a request; what comes is kept, and read from the time on when `reads` resolves. */
  open: (path: string, reads?: Promise<unknown>) => Opened
  heap: () => Promise<Heap>
  stop: () => Promise<unknown>
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
  carrier: (parcel: string) => Report | Promise<Report>,
  work: (service: Service) => Promise<void>,
  { measuring = false } = {},
): Promise<void> {
  await subject.restart({ measuring })
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
      open: (path, reads) => openRequest(port, path, opened, reads),
      heap: subject.heap,
      stop: () => handle.call('stop'),
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

function openRequest(port: number, path: string, opened: Set<ClientRequest>, reads?: Promise<unknown>): Opened {
  const sent = request({ port, path, agent: false })
  opened.add(sent)
  let text = ''
  const response = new Promise<IncomingMessage>((resolve, reject) => sent.on('response', resolve).on('error', reject))
  const answered = response.then(async (r) => {
    await reads
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
  async ({ subject, random, requirement }) => {
    let broken = false
    const asked: string[] = []
    requirement(10)
    const carrier = (parcel: string): Report => {
      asked.push(parcel)
      if (broken) throw new Error('the carrier is down')
      return reportOf(parcel)
    }
    await withService(subject, carrier, async ({ get }) => {
      const parcel = `P${random.integer(1000, 9999)}`
      const good = { status: 200, body: { parcel, scans: reportOf(parcel).scans } }
      requirement(2)
      expect(await get(`/track/${parcel}`), 'answer').toEqual(good)
      expect(await get(`/track/${parcel}`), 'answer that is known').toEqual(good)
      broken = true
      for (const time of ['while the carrier is down', 'while it is still down'])
        expect((await get(`/track/${parcel}-2`)).status, `status ${time}`).toBe(502)
      expect(await get(`/track/${parcel}`), 'answer that is known, while the carrier is down').toEqual(good)
      broken = false
      expect((await get(`/track/${parcel}-2`)).status, 'status when it is back').toBe(200)
      expect(asked, 'what the carrier was asked').toEqual([parcel, ...Array.from({ length: 3 }, () => `${parcel}-2`)])
    })
  },
)

test(
  'the service stops when it is told to',
  { meta: { id: 'stops', group: 'cache', covers: [10] } },
  async ({ subject }) => {
    await withService(
      subject,
      (parcel) => reportOf(parcel),
      async ({ get, open, stop }) => {
        const page = open('/stream/P1')
        await page.begun
        expect((await get('/health')).status, 'status before').toBe(200)
        await stop()
        const ended = await Promise.race([
          page.answered.then(
            () => true,
            () => true,
          ),
          sleep(limitMs / 4, false),
        ])
        expect(ended, 'an open page ends').toBe(true)
        const after = await get('/health').then(
          ({ status }) => `status ${status}`,
          () => 'refused',
        )
        expect(after, 'a request after that').toBe('refused')
      },
    )
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
      // Beyond the limit, and on the way each URL after which 24 others were fetched has to be there.
      for (let i = 0; i < 130; i += 1) {
        await get(url(i))
        if (i < 24) continue
        const before = asked
        const { status } = await get(url(i - 24))
        if (asked > before) {
          transcript('fetched', `${i + 1} different URLs`)
          transcript('asked again', `${url(i - 24)}, after which 24 others were fetched`)
        }
        expect(status, 'status of a URL that was fetched 24 URLs ago').toBe(200)
        expect(asked - before, 'questions to the carrier for a URL that was fetched 24 URLs ago').toBe(0)
      }
      expect(asked, 'questions for 130 different URLs').toBe(130)
    })
  },
)

test(
  'the whole URL counts: one parcel with other things behind the question mark is fetched anew',
  { meta: { id: 'whole-url', group: 'cache', covers: [3] } },
  async ({ subject }) => {
    const asked: string[] = []
    const carrier = (parcel: string): Report => {
      asked.push(parcel)
      return reportOf(parcel)
    }
    await withService(subject, carrier, async ({ get }) => {
      const urls = ['/track/P1', '/track/P1?visit=1', '/track/P1?visit=2', '/track/P1?Visit=1', '/track/P2?visit=1']
      for (const url of urls)
        expect(await get(url), 'answer').toMatchObject({ status: 200, body: { parcel: url.slice(7, 9) } })
      expect(asked, 'what the carrier was asked for five URLs').toEqual(['P1', 'P1', 'P1', 'P1', 'P2'])
      for (const url of [...urls].reverse())
        expect(await get(url), 'answer').toMatchObject({ status: 200, body: { parcel: url.slice(7, 9) } })
      expect(asked.length, 'questions when all five come again').toBe(5)
    })
  },
)

test(
  'the number of answers in /health is right',
  { meta: { id: 'cached-counts', group: 'cache', covers: [4] } },
  async ({ subject }) => {
    const carrier = (parcel: string): Report => {
      if (parcel.startsWith('X')) throw new Error('the carrier does not know it')
      return reportOf(parcel)
    }
    await withService(subject, carrier, async (service) => {
      const cached = async (): Promise<number> => (await healthOf(service)).cached
      expect(await cached(), 'cached at the beginning').toBe(0)
      for (let i = 0; i < 20; i += 1) await service.get(`/track/P${i}`)
      expect(await cached(), 'cached after 20 URLs').toBe(20)
      for (let i = 19; i >= 0; i -= 1) await service.get(`/track/P${i}`)
      expect(await cached(), 'cached when the same 20 came again').toBe(20)
      for (let i = 0; i < 5; i += 1) await service.get(`/track/X${i}`)
      expect(await cached(), 'cached after five that failed').toBe(20)
    })
  },
)

test(
  'at most 100 answers are kept',
  { meta: { id: 'cache-bounded', group: 'cache', covers: [4] } },
  async ({ subject, transcript, evidence }) => {
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
      if (kept === 150 || cached === 150) evidence('nothing was dropped', true)
      expect(kept, 'answers kept, at most 100').toBeLessThanOrEqual(100)
      expect(cached, 'cached in /health, at most 100').toBeLessThanOrEqual(100)
      expect(cached, 'cached in /health, beside the answers that were kept').toBe(kept)
    })
  },
)

test(
  'each open page gets each scan of its parcel, once and in order',
  { meta: { id: 'scans-arrive', group: 'stream', covers: [5] } },
  async ({ subject, random, evidence }) => {
    await withService(
      subject,
      (parcel) => reportOf(parcel),
      async ({ open, publish }) => {
        const [first, second] = [`A${random.integer(100, 999)}`, `B${random.integer(100, 999)}`]
        const pages = [open(`/stream/${first}`), open(`/stream/${first}`), open(`/stream/${second}`)]
        await Promise.all(pages.map((page) => page.begun))
        for (const place of ['Graz', 'Linz', 'Passau']) await publish(first, place)
        await publish(second, 'Wien')
        // The same place twice is two scans.
        for (let i = 0; i < 20; i += 1) await publish(first, 'Wien')
        await until(() => pages.every((page, i) => page.events().length >= (i < 2 ? 23 : 1)))
        const events = pages.map((page) => page.events())
        const places = ['Graz', 'Linz', 'Passau', ...Array.from({ length: 20 }, () => 'Wien')]
        const wanted = places.map((place) => ({ parcel: first, place }))
        if (events[0]?.length === 1) evidence('only the first event', true)
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
  'parcels whose names look alike have pages of their own',
  { meta: { id: 'names-alike', group: 'stream', covers: [5] } },
  async ({ subject }) => {
    await withService(
      subject,
      (parcel) => reportOf(parcel),
      async (service) => {
        // Names of another parcel's beginning, of every object, and of an event emitter's own events.
        const parcels = ['P1', 'P10', 'p1', '1', 'constructor', '__proto__', 'error', 'newListener', 'removeListener']
        await service.publish('error', 'nobody is watching')
        const pages = parcels.map((parcel) => service.open(`/stream/${parcel}`))
        await Promise.all(pages.map((page) => page.begun))
        for (const parcel of parcels) await service.publish(parcel, 'Graz')
        await service.publish('P', 'Linz')
        await until(() => pages.every((page) => page.events().length > 0))
        // Whatever was sent before this answer has arrived.
        await service.get('/health')
        expect(
          pages.map((page) => page.events()),
          'events on the pages',
        ).toEqual(parcels.map((parcel) => [{ parcel, place: 'Graz' }]))
      },
    )
  },
)

test(
  'a page that reads slowly gets each scan, too',
  { meta: { id: 'slow-page', group: 'stream', covers: [5] } },
  async ({ subject }) => {
    await withService(
      subject,
      (parcel) => reportOf(parcel),
      async ({ open, publish }) => {
        let read = (): void => {}
        const page = open('/stream/P1', new Promise<void>((resolve) => (read = resolve)))
        await page.begun
        // More than the system keeps for a connection.
        for (let i = 0; i < 80; i += 1) await publish('P1', `${i}:${'x'.repeat(200_000)}`)
        read()
        await until(() => page.events().length >= 80, 100)
        const places = page.events().map((event) => (event as { place: string }).place.split(':')[0])
        expect(places, 'places on a page that reads slowly').toEqual(Array.from({ length: 80 }, (_, i) => String(i)))
      },
    )
  },
)

test(
  'a page that is closed is listened for no more',
  { meta: { id: 'listeners-go', group: 'stream', covers: [6] } },
  async ({ subject }) => {
    await withService(
      subject,
      (parcel) => reportOf(parcel),
      async (service) => {
        const stays = service.open('/stream/P1')
        const leaving = Array.from({ length: 60 }, (_, i) => service.open(`/stream/P${i % 3}`))
        await Promise.all([stays, ...leaving].map((page) => page.begun))
        expect((await healthOf(service)).listeners, 'listeners when 61 pages are open').toBe(61)
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
  { meta: { id: 'wait-answers', group: 'wait', covers: [7, 8] } },
  async ({ subject, transcript, evidence, requirement }) => {
    requirement(7)
    let questions = 0
    const carrier = (parcel: string): Report => reportOf(parcel, (questions += 1) >= 12)
    await withService(subject, carrier, async (service) => {
      const answered = await Promise.race([service.open('/wait/P1').answered, sleep(limitMs / 4, null)])
      transcript('carrier', `asked ${questions} times; from the 12th time on it says that the parcel is delivered`)
      if (answered === null) {
        const before = questions
        await sleep(1200)
        if (questions === before) evidence('asks no more', true)
      }
      expect(answered, 'answer').toEqual({ status: 200, body: { parcel: 'P1', delivered: true } })
      // On a connection that stays open after the answer.
      expect(await service.get('/wait/P2'), 'answer for a parcel that is delivered already').toEqual({
        status: 200,
        body: { parcel: 'P2', delivered: true },
      })
      requirement(8)
      await until(async () => (await healthOf(service)).watches === 0)
      expect((await healthOf(service)).watches, 'watches when both were answered').toBe(0)
      const asked = questions
      await sleep(20 * pollMs)
      expect(questions - asked, 'questions after the answer').toBe(0)
    })
  },
)

test(
  'several wait for one parcel: one leaves, and the others are answered',
  { meta: { id: 'waits-together', group: 'wait', covers: [7, 8] } },
  async ({ subject, requirement }) => {
    let delivered = false
    await withService(
      subject,
      (parcel) => reportOf(parcel, delivered && parcel === 'P1'),
      async (service) => {
        const watches = async (): Promise<number> => (await healthOf(service)).watches
        const [leaves, stays, other] = ['P1', 'P1', 'P2'].map((parcel) => service.open(`/wait/${parcel}`))
        requirement(8)
        await until(async () => (await watches()) === 3)
        expect(await watches(), 'watches while three wait').toBe(3)
        leaves?.leave()
        await until(async () => (await watches()) === 2)
        expect(await watches(), 'watches when one of three has left').toBe(2)
        delivered = true
        requirement(7)
        const answered = await Promise.race([stays?.answered, sleep(limitMs / 4, null)])
        expect(answered, 'answer of who has stayed').toEqual({ status: 200, body: { parcel: 'P1', delivered: true } })
        requirement(8)
        await until(async () => (await watches()) === 1)
        expect(await watches(), 'watches while one waits for another parcel').toBe(1)
        other?.leave()
        await until(async () => (await watches()) === 0)
        expect(await watches(), 'watches when nobody waits').toBe(0)
      },
    )
  },
)

test(
  'somebody leaves while the carrier is being asked',
  { meta: { id: 'leaves-while-asked', group: 'wait', covers: [8] } },
  async ({ subject }) => {
    const asked = new Map<string, number>()
    const replies: (() => void)[] = []
    const carrier = (parcel: string): Report | Promise<Report> => {
      asked.set(parcel, (asked.get(parcel) ?? 0) + 1)
      if (!parcel.startsWith('W')) return reportOf(parcel)
      return new Promise((resolve) => replies.push(() => resolve(reportOf(parcel, true))))
    }
    await withService(subject, carrier, async (service) => {
      const leaving = Array.from({ length: 5 }, (_, i) => service.open(`/wait/W${i}`))
      await until(() => asked.size === 5)
      for (const one of leaving) one.leave()
      await until(async () => (await healthOf(service)).watches === 0)
      for (const reply of replies) reply()
      await sleep(5 * pollMs)
      const before = sum(asked)
      for (const reply of replies) reply()
      await sleep(20 * pollMs)
      expect((await healthOf(service)).watches, 'watches when the carrier has answered').toBe(0)
      expect(sum(asked) - before, 'questions for customers who have left').toBe(0)
      expect((await service.get('/track/P1')).status, 'status of the next request').toBe(200)
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
      (parcel) => reportOf(parcel, parcel.startsWith('D')),
      async (service) => {
        const objects = async (): Promise<number> => (await service.heap()).objects
        const grown = async (work: () => Promise<void>): Promise<number> => {
          const before = await objects()
          await work()
          return (await objects()) - before
        }
        // Until every pool is as large as it gets.
        for (let i = 0; i < 2; i += 1) await comeAndLeave(service, `W${i}`)
        const left: number[] = []
        for (let i = 0; i < 3; i += 1) left.push(await grown(() => comeAndLeave(service, `R${i}`)))
        transcript(
          'clients',
          `110 come and leave, three times: ${left.map((n) => `${n > 0 ? '+' : ''}${n}`).join(', ')} objects`,
        )

        await Promise.all(Array.from({ length: 30 }, () => service.get('/track/P0?visit=warm')))
        const first = await grown(() => askOnce(service, 0, 60))
        const then = await grown(() => askOnce(service, 60, 300))
        transcript('URLs', `the first 60: +${first} objects; 300 more: +${then}`)
        expect(median(left), 'new objects after 110 clients that have left, at most 60').toBeLessThanOrEqual(60)
        const answered: number[] = []
        for (let i = 0; i < 4; i += 1) answered.push(await grown(() => askAndWait(service, i)))
        transcript(
          'customers',
          `60 wait and are answered, on connections that stay open: ${answered.map((n) => `${n > 0 ? '+' : ''}${n}`).join(', ')} objects`,
        )
        expect(
          median(answered.slice(1)),
          'new objects after 60 customers that were answered, at most 60',
        ).toBeLessThanOrEqual(60)
        // A cache that was empty may still fill up to its 100 answers.
        const most = Math.max(300, Math.round((first / 60) * 150))
        expect(then, `new objects after 300 more URLs, at most ${most}`).toBeLessThanOrEqual(most)
      },
      { measuring: true },
    )
  },
)

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

async function askOnce(service: Service, from: number, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => service.get(`/track/P${from + i}?visit=${from + i}`)))
}

/** 60 customers who wait for parcels that are delivered. */
async function askAndWait(service: Service, round: number): Promise<void> {
  await Promise.all(Array.from({ length: 60 }, (_, i) => service.get(`/wait/D${round}-${i}`)))
}

/** 80 pages and 30 customers who wait, for parcels of this round, all closed again by the client. */
async function comeAndLeave(service: Service, round: string): Promise<void> {
  const pages = Array.from({ length: 80 }, (_, i) => service.open(`/stream/${round}-${i}`))
  await Promise.all(pages.map((page) => page.begun))
  const waiting = Array.from({ length: 30 }, (_, i) => service.open(`/wait/${round}-${i}`))
  await service.publish(`${round}-1`, 'Graz')
  await sleep(3 * pollMs)
  for (const one of [...pages, ...waiting]) one.leave()
  await until(async () => {
    const { listeners, watches } = await healthOf(service)
    return listeners + watches === 0
  }, 15)
}
