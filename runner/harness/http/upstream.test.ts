import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { nextCase, runOf } from '../run/run-fixtures.ts'
import { closeRun, endCase, type RunState } from '../run/run-state.ts'
import { sendRequest } from './request.ts'
import { upstream, type UpstreamService } from './upstream.ts'

const runs: RunState[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const run of runs.splice(0)) await closeRun(run)
})

function openRun(): RunState {
  const run = runOf({ workspace: '' })
  runs.push(run)
  return run
}

const portOf = ({ url }: Pick<UpstreamService, 'url'>): number => Number(new URL(url).port)

const post = (service: UpstreamService, body = '{"a":1}', headers: Record<string, string> = {}) =>
  sendRequest(portOf(service), 'POST', '/jobs', { body, headers })

/** A connection of which the test holds the wire. */
function wire(service: UpstreamService): {
  socket: Socket
  closed: Promise<string>
  text: () => string
  seen: (text: string) => Promise<void>
} {
  const socket = connect(portOf(service), '127.0.0.1')
  sockets.push(socket)
  let text = ''
  const closed = new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
    socket.on('close', () => resolve('closed'))
  })
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const seen = (part: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!text.includes(part)) return
        socket.off('data', look)
        resolve()
      }
      socket.on('data', look)
      look()
    })
  return { socket, closed, text: () => text, seen }
}

const request = (path: string, body = ''): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`

test('each request takes the next answer; the last one stays', async () => {
  const service = await upstream(openRun()).start([
    { status: 503, headers: { 'Retry-After': '1' } },
    { status: 201, json: { id: 'j1' } },
  ])
  const answers = [await post(service), await post(service), await post(service)]
  expect(answers.map((a) => a.status)).toEqual([503, 201, 201])
  expect(answers[0]?.headers['retry-after']).toBe('1')
  expect(answers[1]?.json()).toEqual({ id: 'j1' })
  await service.stop()
})

test('every request is written down with its time, its connection and how it ended', async () => {
  const service = await upstream(openRun()).start([{ status: 503 }, { status: 201, body: 'done' }])
  await post(service, 'ä', { 'Idempotency-Key': 'k' })
  const { socket, seen } = wire(service)
  socket.write(request('/one', 'x') + request('/two'))
  await seen('done')
  await service.stop()
  expect(service.requests).toMatchObject([
    {
      number: 1,
      connection: 1,
      method: 'POST',
      path: '/jobs',
      body: 'ä',
      headers: { 'idempotency-key': 'k', host: expect.any(String) },
      ended: 'answered',
    },
    { number: 2, connection: 2, path: '/one', body: 'x', ended: 'answered' },
    { number: 3, connection: 2, path: '/two', body: '', ended: 'answered' },
  ])
  const [first, second] = service.requests
  expect(first?.endedAt).toBeGreaterThanOrEqual(first?.at ?? Infinity)
  expect(second?.at).toBeGreaterThanOrEqual(first?.endedAt ?? Infinity)
  expect(service.connections).toHaveLength(2)
})

test('a connection can be reset before anything was read, and is no request', async () => {
  const service = await upstream(openRun()).start([{ reset: 'before-request' }, { status: 201 }])
  await expect(post(service)).rejects.toThrow(/ECONNRESET|EPIPE|socket hang up/)
  expect((await post(service)).status).toBe(201)
  expect(service.requests).toHaveLength(1)
  expect(service.connections).toHaveLength(2)
})

test('a connection that is kept open is reset at its next request', async () => {
  const service = await upstream(openRun()).start([
    { status: 503, body: 'later' },
    { reset: 'before-request' },
    { status: 201 },
  ])
  const { socket, seen, closed } = wire(service)
  socket.write(request('/one'))
  await seen('later')
  socket.write(request('/two'))
  expect(await closed).toBe('ECONNRESET')
  expect(service.requests).toHaveLength(1)
})

test('a connection can be reset after the request was read', async () => {
  const service = await upstream(openRun()).start([{ reset: 'after-request' }])
  await expect(post(service)).rejects.toThrow(/ECONNRESET|socket hang up/)
  await service.stop()
  expect(service.requests).toMatchObject([{ body: '{"a":1}', ended: 'reset' }])
})

test('silence lasts until the client goes', async () => {
  const service = await upstream(openRun()).start([{ silentMs: 10_000 }])
  const { socket } = wire(service)
  socket.write(request('/jobs'), () => setTimeout(() => socket.destroy(), 30))
  await untilRead(service, 1)
  await service.stop()
  expect(service.requests).toMatchObject([{ ended: 'client-closed' }])
})

test('a client that outlasts the silence is reset', async () => {
  const service = await upstream(openRun()).start([{ silentMs: 20 }])
  const { socket, closed } = wire(service)
  socket.write(request('/jobs'))
  expect(await closed).toBe('ECONNRESET')
  expect(service.requests).toMatchObject([{ ended: 'given-up' }])
})

test('an answer is held back until the barrier opens', async () => {
  const gate = Promise.withResolvers<void>()
  const service = await upstream(openRun()).start([{ status: 200, body: 'held', after: gate.promise }])
  const { socket, seen, text } = wire(service)
  socket.write(request('/jobs'))
  await untilRead(service, 1)
  expect(text()).toBe('')
  gate.resolve()
  await seen('held')
})

test('a client that does not wait for the barrier is seen to go', async () => {
  const service = await upstream(openRun()).start([{ status: 200, after: new Promise(() => {}) }])
  const { socket } = wire(service)
  socket.write(request('/jobs'))
  await untilRead(service, 1)
  socket.destroy()
  await service.stop()
  expect(service.requests).toMatchObject([{ ended: 'client-closed' }])
})

test('a body can be cut in the middle: announced whole, closed early', async () => {
  const service = await upstream(openRun()).start([{ status: 201, json: { id: 'job-1' }, cutAfter: 5 }])
  const { socket, closed, text } = wire(service)
  socket.write(request('/jobs'))
  expect(await closed).toBe('closed')
  expect(text()).toMatch(/content-length: 14\r\n[^]*\r\n\r\n\{"id"$/i)
  expect(service.requests).toMatchObject([{ ended: 'cut' }])
})

test('many requests on one connection leave no listeners behind', async () => {
  const warnings: string[] = []
  const listener = (warning: Error): void => void warnings.push(warning.name)
  process.on('warning', listener)
  const service = await upstream(openRun()).start([({ number }) => ({ status: 503, body: `answer-${number}.` })], {
    quiet: true,
  })
  const { socket, seen } = wire(service)
  for (let i = 1; i <= 30; i++) {
    socket.write(request('/jobs'))
    await seen(`answer-${i}.`)
  }
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', listener)
  expect(service.requests.map((r) => r.connection)).toEqual(Array.from({ length: 30 }, () => 1))
  expect(warnings).toEqual([])
})

test('a step may be a function of the request', async () => {
  const service = await upstream(openRun()).start([({ body }) => ({ status: 200, body: body.toUpperCase() })])
  expect((await post(service, 'abc')).text).toBe('ABC')
})

test('a step that throws is told by stop', async () => {
  const service = await upstream(openRun()).start([
    () => {
      throw new Error('a fault of the suite')
    },
  ])
  await expect(post(service)).rejects.toThrow(/socket hang up|ECONNRESET/)
  await expect(service.stop()).rejects.toThrow('a fault of the suite')
})

test('the transcript tells both sides', async () => {
  const run = openRun()
  const service = await upstream(run).start([
    { reset: 'before-request' },
    { status: 429, headers: { 'Retry-After': '1' } },
    { status: 201, json: { id: 'j1' }, cutAfter: 3 },
  ])
  for (let i = 0; i < 3; i++)
    await post(service, '{}', { 'Idempotency-Key': 'k', 'Content-Type': 'application/json' }).catch(() => {})
  await service.stop()
  expect(run.current.transcript.map(({ label, text }) => [label, text.replace(/\d+ ms/, 'N ms')])).toEqual([
    ['connection', '1: reset before a request was read'],
    ['request 1', 'POST /jobs\nidempotency-key: k\n{}'],
    ['answer 1', '429\nretry-after: 1'],
    ['request 2', 'N ms after the last answer: POST /jobs\nidempotency-key: k\n{}'],
    ['answer 2', '201 {"i\n(closed after 3 of 11 bytes of the body)'],
  ])
})

test('a quiet service leaves the transcript alone', async () => {
  const run = openRun()
  await post(await upstream(run).start([{ status: 200 }], { quiet: true }))
  expect(run.current.transcript).toEqual([])
})

test('what is not HTTP is told and closed', async () => {
  const run = openRun()
  const { socket, closed } = wire(await upstream(run).start([{ status: 200 }]))
  socket.write('GIMME /jobs\r\n\r\n')
  await closed
  expect(run.current.transcript).toMatchObject([
    { label: 'connection', text: expect.stringContaining('is not an HTTP request') },
  ])
})

test.each([
  ['the end of the run', closeRun],
  ['the end of the case', endCase],
])('nothing is left open after %s', async (_, end) => {
  const run = openRun()
  const service = await upstream(run).start([{ status: 200 }, { silentMs: 60_000 }])
  await post(service)
  const idle = wire(service)
  const waiting = wire(service)
  waiting.socket.write(request('/jobs'))
  await untilRead(service, 2)
  await end(run)
  await Promise.all([idle.closed, waiting.closed])
  expect(service.requests.map((r) => r.ended)).toEqual(['answered', 'given-up'])
  await expect(post(service)).rejects.toThrow('ECONNREFUSED')
})

test('the next case stops what a failed case has left', async () => {
  const run = openRun()
  const u = upstream(run)
  const left = await u.start([{ status: 200 }])
  const beside = await u.start([{ status: 200 }])
  expect((await post(left)).status).toBe(200)
  run.currentId = 'next-case'
  await u.start([{ status: 200 }])
  await expect(post(left)).rejects.toThrow('ECONNREFUSED')
  await expect(post(beside)).rejects.toThrow('ECONNREFUSED')
})

test('at the refusing address nobody listens', async () => {
  const url = await upstream(openRun()).refusing()
  await expect(sendRequest(portOf({ url }), 'GET', '/', {})).rejects.toThrow('ECONNREFUSED')
})

async function untilRead(service: UpstreamService, count: number): Promise<void> {
  while (service.requests.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('for all cases: it serves on after its case, and ends with the run', async () => {
  const run = openRun()
  const service = await upstream(run).start([{ status: 200 }], { forAllCases: true })
  await endCase(run)
  nextCase(run)
  expect((await post(service)).status).toBe(200)
  expect(run.current.transcript.map((t) => t.label)).toContain('request 1')
  await closeRun(run)
  await expect(post(service)).rejects.toThrow('ECONNREFUSED')
})
