import { describe, expect, test } from 'vitest'
import { runOf } from './run-fixtures.ts'
import { closeRun, environmentOf, keepStderr, keepStop, keptText, note, StopRun } from './run-state.ts'

const run = () => runOf({ workspace: '' })

test('keepStop: the first stop of a run stays, with the case in which it came', () => {
  const state = run()
  const stop = new StopRun('timed-out', 'No answer.')
  expect(keepStop(state, stop)).toBe(stop)
  state.currentId = 'second'
  keepStop(state, new StopRun('exited', 'Gone.'))
  expect(state.stop).toEqual({ reason: 'timed-out', caseId: 'first', message: 'No answer.' })
})

test('environmentOf: asked anew each time; the later driver wins', () => {
  const state = run()
  let port = 1
  state.environment.push(
    () => ({ URL: `http://127.0.0.1:${port}`, WHO: 'first' }),
    () => ({ WHO: 'second' }),
  )
  port = 2
  expect(environmentOf(state)).toEqual({ URL: 'http://127.0.0.1:2', WHO: 'second' })
})

test('closeRun: newest first; one that fails keeps no other from its end; a second call ends nothing twice', async () => {
  const state = run()
  const ended: string[] = []
  state.cleanups.push(
    async () => void ended.push('oldest'),
    async () => Promise.reject(new Error('no answer')),
    async () => void state.cleanups.push(async () => void ended.push('started while the run ended')),
    async () => void ended.push('newest'),
  )
  await closeRun(state)
  await closeRun(state)
  expect(ended).toEqual(['newest', 'started while the run ended', 'oldest'])
  expect([...state.warnings]).toEqual(['Something could not be ended cleanly: Error: no answer'])
})

test('note and keepStderr: bounded, whatever a program writes', () => {
  const state = run()
  for (let i = 0; i < 500; i++) note(state, 'stdout', `${String(i).padStart(3, '0')}${'x'.repeat(4_997)}`)
  expect(state.current.transcript).toHaveLength(200)
  expect(state.current.transcript[0]?.text).toBe(`300${'x'.repeat(1_997)} … (5000 characters)`)
  expect(state.current.transcript.at(-1)?.text).toMatch(/^499/)
})

describe('stderr', () => {
  test('a short one: all of it', () => {
    const state = run()
    keepStderr(state, 'one\ntw')
    keepStderr(state, 'o\n')
    expect(keptText(state.stderr)).toBe('one\ntwo\n')
  })

  test('a long one in pieces: whole lines of its beginning and of its end', () => {
    const state = run()
    for (let i = 0; i < 3_000; i++) keepStderr(state, `line ${i}\n`)
    const lines = keptText(state.stderr).trimEnd().split('\n')
    expect(lines[0]).toBe('line 0')
    expect(lines.at(-1)).toBe('line 2999')
    expect(lines.find((l) => !/^line \d+$/.test(l))).toMatch(/^… \d+ characters …$/)
    expect(lines.join('').length).toBeLessThan(8_100)
  })

  test('one endless line: both ends of it', () => {
    const state = run()
    keepStderr(state, `it begins${'y'.repeat(1_000_000)}the end`)
    const text = keptText(state.stderr)
    expect(text).toMatch(/^it begins/)
    expect(text).toMatch(/the end$/)
    expect(text.length).toBeLessThan(8_100)
  })
})
