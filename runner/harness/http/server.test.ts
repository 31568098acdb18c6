import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { processesLike } from '../../testing/process-list.ts'
import { runWith } from '../run/run-fixtures.ts'
import type { RunState } from '../run/run-state.ts'
import { server } from './server.ts'

/** A run whose learner wrote `source` in main.mjs. */
const runOf = (source: string): RunState =>
  runWith(
    { 'main.mjs': source },
    {
      launch: {
        command: [process.execPath],
        args: ['main.mjs'],
        loadFailure: [{ pattern: '^SyntaxError.*$', flags: 'm' }],
      },
    },
  )

const answering = (expression: string): string => `
  import { createServer } from 'node:http'
  createServer((request, response) => { if (request.url === '/crash') process.exit(3); response.end(String(${expression})) })
    .listen(Number(process.env.PORT), '127.0.0.1')`

test('requests sent at once share one process', async () => {
  const s = server(runOf(answering('process.pid')))
  const answers = await Promise.all([1, 2, 3].map(() => s.request('GET', '/')))
  expect(new Set(answers.map((a) => a.text)).size).toBe(1)
})

test('restart gives another process, with the same environment unless told otherwise', async () => {
  const s = server(runOf(answering('process.env.MODE + process.pid')))
  await s.start({ MODE: 'slow' })
  const before = (await s.request('GET', '/')).text
  await s.restart()
  const after = (await s.request('GET', '/')).text
  expect(after).toMatch(/^slow/)
  expect(after).not.toBe(before)
  await s.restart({ MODE: 'fast' })
  expect((await s.request('GET', '/')).text).toMatch(/^fast/)
})

test('a crash is told as a crash, and the next request finds a fresh process', async () => {
  const s = server(runOf(answering('process.env.MODE')))
  await s.start({ MODE: 'slow' })
  await expect(s.request('GET', '/crash')).rejects.toThrow('The server ended during this request (exit code 3).')
  expect((await s.request('GET', '/')).text).toBe('slow')
})

test.each([
  [
    'process.exit(0)',
    { reason: 'exited', message: 'The server ended with exit code 0 before it listened on the port in PORT.' },
  ],
  ['let = 1 = 2', { reason: 'does-not-load' }],
])('a program that does not listen stops the run: %s', async (source, stop) => {
  await expect(server(runOf(source)).request('GET', '/')).rejects.toMatchObject(stop)
})

test('the transcript and the evidence tell of the exchange', async () => {
  const run = runOf(answering('request.method'))
  await server(run).request('PUT', '/a', { body: 'b' })
  expect(run.current.transcript).toEqual([
    { label: 'sent', text: 'PUT /a\nb' },
    { label: 'answer', text: '200 PUT' },
  ])
  expect(run.current.evidence).toEqual({ status: 200 })
})

test('answers to requests sent at once say whose they are', async () => {
  const run = runOf(answering('request.url'))
  const s = server(run)
  await Promise.all(['/a', '/b'].map((path) => s.request('GET', path)))
  const answers = run.current.transcript.filter((t) => t.label === 'answer').map((t) => t.text)
  expect(answers.filter((text) => /^to GET \/[ab]: 200 \/[ab]$/.test(text)).length).toBeGreaterThanOrEqual(1)
})

test('stop waits for the end; nothing is left', async () => {
  const s = server(runOf(answering('1')))
  await s.request('GET', '/')
  expect(await s.stop()).toEqual({ code: null, signal: 'SIGTERM' })
  expect(s.alive()).toBe(false)
})

describe('while everything is being ended', () => {
  const program = answering("'here'")
  const processes = (run: RunState): string[] =>
    processesLike((words) => words.includes(`${run.context.workspace}/main.mjs`))
  const byPath = (run: RunState): RunState => {
    run.context.launch.args = [join(run.context.workspace, 'main.mjs')]
    return run
  }

  test('a child that cannot be written down is ended', async () => {
    const run = byPath(runOf(program))
    run.context.ledger = join(run.context.ledger, 'gone')
    await expect(server(run).start({})).rejects.toMatchObject({ code: 'ENOENT' })
    await expect.poll(() => processes(run)).toEqual([])
  })

  test('so is one that was written down too late', async () => {
    const run = byPath(runOf(program))
    vi.stubGlobal('gymClosing', () => true)
    await expect(server(run).start({})).rejects.toThrow('the runner is being stopped')
    vi.unstubAllGlobals()
    await expect.poll(() => processes(run)).toEqual([])
  })
})
