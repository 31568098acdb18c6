import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lives } from '../child/processes.ts'
import { patience } from '../run/patience.ts'
import { nextCase, runWith } from '../run/run-fixtures.ts'
import { closeRun, StopRun, type RunState } from '../run/run-state.ts'
import type { Heap } from './measure.ts'
import { subject, type Subject } from './subject.ts'

/** A run whose learner wrote `source` in main.mjs. */
function runOf(source: string): RunState {
  const run = runWith({ 'main.mjs': source })
  const { launch, workspace } = run.context
  Object.assign(launch, { command: [process.execPath], args: ['main.mjs'] })
  launch.subject = {
    command: [
      process.execPath,
      '--inspect-publish-uid=http',
      join(import.meta.dirname, '../children/node/node-module.mjs'),
    ],
    loads: join(workspace, 'main.mjs'),
  }
  return run
}

const subjectOf = (source: string): Subject => subject(runOf(source))
const gone = (pid: unknown): Promise<void> => expect.poll(() => lives(pid as number), { timeout: 20_000 }).toBe(false)

/** The reason why the run was stopped, as the promise and the run state both tell it. */
async function stopOf(run: RunState, work: Promise<unknown>): Promise<RunState['stop']> {
  await expect(work).rejects.toBeInstanceOf(StopRun)
  return run.stop
}

describe('peer', () => {
  test('is another process with the same module, the same one every time, and its lines say so', async () => {
    const run = runOf(`let n = 0; export const count = () => [process.pid, ++n]`)
    const s = subject(run)
    const mine = (await s.call('count')) as number[]
    const theirs = (await s.peer().call('count')) as number[]
    expect(theirs[0]).not.toBe(mine[0])
    expect(await s.peer().call('count')).toEqual([theirs[0], 2])
    expect(await s.call('count')).toEqual([mine[0], 2])
    expect(run.current.transcript.map((line) => line.label)).toEqual([
      'called',
      'returned',
      'called, process 2',
      'returned, process 2',
      'called, process 2',
      'returned, process 2',
      'called',
      'returned',
    ])
    await closeRun(run)
    await Promise.all([gone(mine[0]), gone(theirs[0])])
  })
})

describe('calls', () => {
  test('of what is quiet the transcript says nothing, whether a function or a method is called', async () => {
    const run = runOf(`export class Till { total() { return 3 } }; export const one = () => 1`)
    const s = subject(run)
    const till = await s.construct('Till', [], { quiet: true })
    expect(await till.call('total', [], { quiet: true })).toBe(3)
    expect(await s.call('one', [], { quiet: true })).toBe(1)
    expect(run.current.transcript).toEqual([])
    await till.call('total')
    expect(run.current.transcript.map((line) => line.label)).toEqual(['called', 'returned'])
  })

  test('a value goes there and back', async () => {
    const s = subjectOf(`export const back = async (...args) => args`)
    const args = [1, undefined, -0, new Map([['a', 1n]]), { $: 'fn' }, 'a\u2028b']
    expect(await s.call('back', args)).toStrictEqual(args)
  })

  test('a thrown error fails call, and is data for attempt', async () => {
    const s = subjectOf(`
      export class Refused extends Error { name = 'Refused'; code = 'E_NO'; attempts = 3 }
      export const pay = () => { throw new Refused('no money', { cause: new TypeError('inner') }) }`)
    await expect(s.call('pay')).rejects.toThrow('The call threw Refused: no money')
    expect(await s.attempt('pay')).toStrictEqual({
      ok: false,
      error: {
        name: 'Refused',
        message: 'no money',
        code: 'E_NO',
        cause: { name: 'TypeError', message: 'inner' },
        props: { attempts: 3 },
      },
    })
  })

  test.each([
    [`throw 'boom'`, 'a value was thrown: boom'],
    [`throw undefined`, 'a value was thrown: undefined'],
    [`throw { a: 1 }`, 'a value was thrown: {"a":1}'],
    [`throw Object.create(null)`, 'a value was thrown: {}'],
    [
      `const e = new Error('x'); Object.defineProperty(e, 'message', { get() { throw 1 } }); throw e`,
      '(something unreadable was thrown)',
    ],
  ])('whatever is thrown comes back as an error: %s', async (body, message) => {
    expect(await subjectOf(`export const f = () => { ${body} }`).attempt('f')).toMatchObject({
      ok: false,
      error: { name: 'Error', message },
    })
  })

  test('hundreds of callbacks: the transcript tells the first of them, and what came after', async () => {
    const run = runOf(`export const ask = async (n, f) => { for (let i = 0; i < n; i += 1) await f(i) }`)
    await subject(run).call('ask', [300, (i: unknown) => i])
    const labels = run.current.transcript.map((line) => line.label)
    expect(labels.filter((label) => label === 'it calls')).toHaveLength(61)
    expect(run.current.transcript.at(-2)?.text).toBe('… and so on')
    expect(labels.at(-1)).toBe('returned')
  })

  test('the transcript tells calls, callbacks, answers and throws', async () => {
    const run = runOf(
      `export const order = async (lines, mail) => { for (const l of lines) await mail(l); throw new Error('late') }`,
    )
    const mail = async (line: unknown): Promise<void> => {
      if (line === 'cup') throw new Error('mailbox full')
    }
    await subject(run).attempt('order', [['mug', 'cup'], mail])
    expect(run.current.transcript.map((t) => `${t.label}: ${t.text}`)).toEqual([
      'called: order(["mug","cup"], mail())',
      'it calls: mail("mug")',
      'it calls: mail("cup")',
      'rejects: mail("cup"): mailbox full',
      'threw: Error: mailbox full',
    ])
    expect(run.current.evidence).toEqual({ threw: 'Error' })
  })

  test('calls made at once share one child, and answers find their call', async () => {
    const s = subjectOf(
      `export const pid = async (n) => { for (let i = n; i > 0; i--) await null; return [n, process.pid] }`,
    )
    const answers = (await Promise.all([30, 20, 10].map((n) => s.call('pid', [n])))) as [number, number][]
    expect(answers.map(([n]) => n)).toEqual([30, 20, 10])
    expect(new Set(answers.map(([, pid]) => pid)).size).toBe(1)
  })

  test('restart gives another child', async () => {
    const s = subjectOf(`let n = 0; export const count = () => [++n, process.pid]`)
    const [, first] = (await s.call('count')) as number[]
    expect(await s.call('count')).toEqual([2, first])
    await s.restart()
    const [n, second] = (await s.call('count')) as number[]
    expect([n, first === second]).toEqual([1, false])
    await gone(first)
  })

  test('an argument that cannot travel is the author’s mistake, told at once', async () => {
    await expect(subjectOf(`export const f = () => 1`).call('f', [Promise.resolve()])).rejects.toThrow(
      'an argument cannot travel: promise',
    )
  })

  test('a reply of over 1 MB becomes a mark', async () => {
    expect(await subjectOf(`export const f = () => 'x'.repeat(2_000_000)`).call('f')).toEqual({
      opaque: 'value larger than 1 MB',
    })
  })
})

describe('callbacks', () => {
  test('run here, with values and errors that survive', async () => {
    const s = subjectOf(`
      export const use = async ({ store: { find } }) => {
        const found = await find(new Set([1]))
        try { await find() } catch (error) { return [found, error instanceof Error, error.name, error.code, error.cause.message, error.message] }
      }`)
    const find = (ids?: unknown): unknown => {
      if (ids) return new Map([['ids', ids]])
      throw Object.assign(new RangeError('no ids', { cause: new Error('inner') }), { code: 'E_IDS' })
    }
    expect(await s.call('use', [{ store: { find } }])).toEqual([
      new Map([['ids', new Set([1])]]),
      true,
      'RangeError',
      'E_IDS',
      'inner',
      'no ids',
    ])
  })

  test('a function that a callback returns can be called too', async () => {
    expect(
      await subjectOf(`export const f = async (make) => (await make())(20)`).call('f', [() => (n: number) => n + 1]),
    ).toBe(21)
  })

  test('settle waits for all that the suite answers at once, and for nothing that it holds back', async () => {
    const s = subjectOf(
      `export const f = async (quick, gate, last) => { for (let i = 0; i < 20; i++) await quick(i); await gate(); await last() }`,
    )
    const seen: unknown[] = []
    const gate = Promise.withResolvers<void>()
    const done = s.call('f', [(i: unknown) => seen.push(i), () => gate.promise, () => seen.push('last')])
    await s.settle()
    expect(seen).toHaveLength(20)
    gate.resolve()
    await done
    expect(seen.at(-1)).toBe('last')
  })
})

describe('handles', () => {
  const source = `
    export class Till { #cents = 0; currency = 'EUR'; constructor(start) { this.#cents = start }
      add(n) { return (this.#cents += n) } fail() { throw new RangeError('shut') } get total() { return this.#cents } }
    export const openTill = async (start) => new Till(start)
    export const nothing = () => undefined`

  test('a class is constructed and used across', async () => {
    const till = await subjectOf(source).construct('Till', [100])
    expect(await till.call('add', [5])).toBe(105)
    expect([await till.get('total'), await till.get('currency'), await till.get('missing')]).toEqual([
      105,
      'EUR',
      undefined,
    ])
    expect(await till.attempt('fail')).toMatchObject({ ok: false, error: { name: 'RangeError', message: 'shut' } })
  })

  test('two handles are two things', async () => {
    const s = subjectOf(source)
    const [a, b] = [await s.create('openTill', [1]), await s.create('openTill', [10])]
    expect([await a.call('add', [1]), await b.call('add', [1])]).toEqual([2, 11])
  })

  test('a method that is not there is a failed case, also for attempt', async () => {
    const s = subjectOf(source)
    const till = await s.create('openTill', [1])
    await expect(till.attempt('close')).rejects.toThrow('There is no method "close".')
    await expect((await s.create('nothing')).attempt('add')).rejects.toThrow('There is no method "add".')
  })
})

describe('async iterables', () => {
  test('are read step by step and closed early', async () => {
    const s = subjectOf(`
      let closed = false, made = 0
      export async function* lines() { try { for (;;) yield { n: made++ } } finally { closed = true } }
      export const state = () => [made, closed]`)
    const seen: unknown[] = []
    for await (const line of (await s.call('lines')) as AsyncIterable<unknown>) {
      seen.push(line)
      if (seen.length === 3) break
    }
    expect(seen).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }])
    expect(await s.call('state')).toEqual([3, true])
  })

  test('an error on the way is thrown here with its words', async () => {
    const s = subjectOf(`export async function* lines() { yield 1; throw new RangeError('cut off') }`)
    const read = async (): Promise<void> => {
      for await (const _ of (await s.call('lines')) as AsyncIterable<unknown>) void _
    }
    await expect(read()).rejects.toMatchObject({ name: 'RangeError', message: 'cut off' })
  })

  test('a step that never comes is a time-out', async () => {
    const run = runOf(`export async function* lines() { yield 1; await new Promise(() => {}) }`)
    const read = async (): Promise<void> => {
      for await (const _ of (await subject(run).call('lines')) as AsyncIterable<unknown>) void _
    }
    expect(await stopOf(run, read())).toMatchObject({ reason: 'timed-out' })
  })
})

describe('the virtual clock', () => {
  test('timers run in order, with the promises and callbacks between them', async () => {
    const s = subjectOf(`
      export const retry = async (send) => {
        for (let attempt = 1; ; attempt++) {
          try { return await send(attempt, Date.now()) } catch { await new Promise((r) => setTimeout(r, attempt * 1000)) }
        }
      }`)
    await s.useClock(1_000_000)
    const calls: unknown[] = []
    const done = s.call('retry', [
      (attempt: number, at: number) => {
        calls.push([attempt, at])
        if (attempt < 4) throw new Error('busy')
        return 'sent'
      },
    ])
    expect(await s.advance(999)).toBe(1_000_999)
    expect(calls).toEqual([[1, 1_000_000]])
    await s.advance(5_001)
    expect(await done).toBe('sent')
    expect(calls).toEqual([
      [1, 1_000_000],
      [2, 1_001_000],
      [3, 1_003_000],
      [4, 1_006_000],
    ])
  })

  test('fourteen days pass at once, intervals and node:timers/promises included', async () => {
    const s = subjectOf(`
      import { setTimeout as sleep } from 'node:timers/promises'
      let ticks = 0
      export const start = () => { const t = setInterval(() => ticks++, 86_400_000); void sleep(13.5 * 86_400_000).then(() => clearInterval(t)) }
      export const read = () => [ticks, new Date().toISOString(), new Date() instanceof Date]`)
    await s.useClock(Date.UTC(2024, 1, 20))
    await s.call('start')
    await s.advance(14 * 86_400_000)
    expect(await s.call('read')).toEqual([13, '2024-03-05T00:00:00.000Z', true])
  })

  test('a throw in a timer is told as an exception; the clock may be set anew', async () => {
    const s = subjectOf(
      `export const f = () => void setTimeout(() => { throw new Error('late') }, 10); export const now = () => Date.now()`,
    )
    await s.useClock(0)
    await s.call('f')
    await expect(s.advance(20)).rejects.toThrow('Nobody caught Error: late')
    expect(await s.unhandled()).toMatchObject([{ kind: 'exception', error: { message: 'late' } }])
    await s.useClock(5)
    expect(await s.call('now')).toBe(5)
  })
})

describe('what nobody handled', () => {
  const source = `
    export const lose = (mail) => { [1, 2].forEach(async (n) => { await mail(n) }) }
    export const drop = () => void Promise.reject(new TypeError('dropped'))
    export const burst = () => new Promise(() => setImmediate(() => { throw new Error('burst') }))
    export const fine = () => 1`

  test('rejections are reported once, after the work they come from', async () => {
    const run = runOf(source)
    const s = subject(run)
    await s.call('lose', [
      async (n: unknown) => {
        await Promise.resolve()
        if (n === 2) throw new Error('mailbox full')
      },
    ])
    await s.call('drop')
    expect((await s.unhandled()).map((u) => `${u.kind} ${u.error.name} ${u.error.message}`).sort()).toEqual([
      'rejection Error mailbox full',
      'rejection TypeError dropped',
    ])
    expect(await s.unhandled()).toEqual([])
    expect(run.current.evidence['unhandledRejection']).toBe(true)
  })

  test('belongs to the case that caused it', async () => {
    const run = runOf(source)
    const s = subject(run)
    await s.call('drop')
    nextCase(run)
    expect(await s.call('fine')).toBe(1)
    expect(await s.unhandled()).toEqual([])
    expect(run.current.evidence).toEqual({})
  })

  test('an exception fails the call that is under way', async () => {
    await expect(subjectOf(source).call('burst')).rejects.toThrow('Nobody caught Error: burst')
  })
})

describe('a module that does not come up', () => {
  test.each([
    ['a syntax error', `export const f = () => {`, 'does-not-load', /does not load: SyntaxError/],
    [
      'an import that is not there',
      `import { nothing } from 'node:path'; export const f = nothing`,
      'does-not-load',
      /does not provide an export named 'nothing'/,
    ],
    [
      'an imported file that was deleted',
      `import { gone } from './gone.mjs'; export const f = gone`,
      'does-not-load',
      /^There is no file gone\.mjs, and main\.mjs imports it\. If it was there before, bring it back: npm run undo\.$/,
    ],
    ['a throw at import', `throw new RangeError('no config')`, 'does-not-load', /RangeError: no config/],
    ['a missing export', `export const g = () => 1`, 'does-not-load', /does not export a function "f"/],
    ['an empty file', ``, 'does-not-load', /does not export a function "f"/],
    ['an export that is no function', `export const f = 1`, 'does-not-load', /does not export a function "f"/],
    ['process.exit(0) at import', `process.exit(0)`, 'exited', /ended with code 0 while the module was loading/],
    ['its own signal at import', `process.kill(process.pid, 'SIGKILL')`, 'exited', /ended by SIGKILL while/],
  ] as const)('%s', async (_, source, reason, message) => {
    const run = runOf(source)
    expect(await stopOf(run, subject(run).attempt('f'))).toMatchObject({
      reason,
      message: expect.stringMatching(message),
      caseId: 'first',
    })
  })

  test('an endless loop at import', async () => {
    const run = runOf(`for (;;);`)
    expect(await stopOf(run, subject(run).call('f'))).toMatchObject({
      reason: 'timed-out',
      message: expect.stringContaining('busy all the time'),
    })
  })
})

describe('a module that does not answer', () => {
  test('an endless loop in a call: timed out, and the process is gone', async () => {
    const run = runOf(`export const pid = () => process.pid; export const f = () => { for (;;); }`)
    const s = subject(run)
    const pid = await s.call('pid')
    expect(await stopOf(run, s.call('f'))).toMatchObject({
      reason: 'timed-out',
      message: expect.stringContaining('busy all the time'),
    })
    await gone(pid)
  })

  test('a promise that never settles: timed out', async () => {
    const run = runOf(`export const f = () => new Promise(() => {})`)
    expect(await stopOf(run, subject(run).attempt('f'))).toMatchObject({
      reason: 'timed-out',
      message: expect.stringContaining('was waiting'),
    })
  })

  test('the stop is known although the suite dropped the promise', async () => {
    const run = runOf(`export const f = () => new Promise(() => {})`)
    void subject(run).call('f')
    await expect.poll(() => run.stop?.reason, { timeout: 30_000 }).toBe('timed-out')
  })

  test('a call that a failed case left under way does not touch the next case', async () => {
    const run = runOf(`export const wait = async (gate) => { await gate() }; export const pid = () => process.pid`)
    const s = subject(run)
    const first = await s.call('pid')
    void s.call('wait', [() => new Promise(() => {})])
    await s.settle()
    nextCase(run)
    expect(await s.call('pid')).not.toBe(first)
    await new Promise((resolve) => setTimeout(resolve, 2_300 * patience()))
    expect([run.stop, run.current.transcript.map((t) => t.label)]).toEqual([null, ['called', 'returned']])
    await gone(first)
  })
})

describe('a process that ends or floods', () => {
  test('exit in a call fails the case; the next call has a fresh child', async () => {
    const run = runOf(`export const f = () => process.exit(0); export const g = () => 1`)
    const s = subject(run)
    await expect(s.attempt('f')).rejects.toThrow('The process ended with code 0 during the call.')
    expect(run.stop).toBeNull()
    expect(await s.call('g')).toBe(1)
  })

  test('200 MB of output: stopped, with the reason', async () => {
    const run = runOf(
      `export const f = () => { const line = 'x'.repeat(1_000_000); for (let i = 0; i < 200; i++) console.log(line); return 1 }`,
    )
    await expect(subject(run).call('f')).rejects.toThrow('more than 8 MB of output')
    expect(run.stop).toBeNull()
  })

  test('a detached child of the learner’s does not hold up the end', async () => {
    const run = runOf(`
      import { spawn } from 'node:child_process'
      export const f = () => spawn('sleep', ['60'], { stdio: 'inherit' }).pid`)
    const pid = await subject(run).call('f')
    await closeRun(run)
    await gone(pid)
  })
})

describe('attacks on the protocol', () => {
  const write = `import { writeSync } from 'node:fs'; const say = (text) => writeSync(4, text + '\\n')`

  test.each([
    ['text that is no JSON', `say('hello')`],
    ['JSON that is no frame', `say('null')`],
    ['an unknown frame', `say('{"t":"passed"}')`],
    [
      'a callback to a function that was never passed',
      `say('{"t":"callback","call":1,"fn":"constructor","value":[]}')`,
    ],
    ['a callback whose arguments are no list', `say('{"t":"callback","call":1,"fn":0,"value":{"$":"undef"}}')`],
    [
      'a malformed value',
      `for (let id = 0; id < 99; id++) say(JSON.stringify({ t: 'reply', id, ok: true, value: { $: 'eval' } }))`,
    ],
    ['a frame that never ends', `for (let i = 0; i < 3; i++) writeSync(4, 'x'.repeat(500_000))`],
    [
      'a flood of frames',
      `for (let i = 0; ; i++) say(JSON.stringify({ t: 'reply', id: -1, ok: true, value: 'x'.repeat(100_000) }))`,
    ],
  ])('%s: the child is ended and the case fails', async (_, body) => {
    const run = runOf(
      `${write}; export const pid = () => process.pid; export const f = (g) => { ${body}; return new Promise(() => {}) }`,
    )
    const s = subject(run)
    const pid = await s.call('pid')
    await expect(s.attempt('f', [() => 1])).rejects.toThrow(/broke the call protocol|More data came back/)
    await gone(pid)
    expect(run.stop).toBeNull()
    expect(await s.call('pid')).not.toBe(pid)
  })

  test('forged replies to other calls are ignored; a forged reply to its own is what it could have returned', async () => {
    const s = subjectOf(
      `${write}; export const f = () => { for (const id of [-1, 1e9, 'x', null]) say(JSON.stringify({ t: 'reply', id, ok: true, value: 1 })); return 2 }`,
    )
    expect(await s.call('f')).toBe(2)
  })

  test('forged errors stay data', async () => {
    const s = subjectOf(
      `${write}; export const f = () => { for (let id = 0; id < 9; id++) say(JSON.stringify({ t: 'reply', id, ok: false, value: [1] })); }`,
    )
    expect(await s.attempt('f')).toEqual({
      ok: false,
      error: { name: 'Error', message: '(something unreadable was thrown)' },
    })
  })

  test.each([
    ['a matcher', `({ asymmetricMatch: () => true, $$typeof: Symbol.for('jest.asymmetricMatcher') })`],
    ['a nested thenable', `({ a: { then: (r) => r(3) } })`],
    ['toJSON and valueOf', `({ toJSON: () => 3, valueOf: () => 3, [Symbol.toPrimitive]: () => 3 })`],
    ['a proxy', `new Proxy({}, { get: () => 3, has: () => true })`],
    [
      'a patched world',
      `(Object.is = () => true, JSON.stringify = () => '3', JSON.parse = () => 3, Array.prototype.every = () => true, Map.prototype.get = () => 3, Object.prototype.toJSON = () => 3, {})`,
    ],
  ])('%s in a reply earns nothing', async (_, value) => {
    const outcome = await subjectOf(`export const f = async () => ${value}`)
      .attempt('f')
      .catch((error: Error) => error)
    const got = outcome instanceof Error ? outcome : outcome.ok ? outcome.value : outcome.error
    expect(() => expect(got).toEqual(3)).toThrow()
    expect(() => expect(got).toEqual({ sum: 3 })).toThrow()
    expect(() => expect([got]).toContainEqual({ sum: 3 })).toThrow()
    expect(({} as Record<string, unknown>)['toJSON']).toBeUndefined()
  })

  test('a child that does not read its answers is ended', async () => {
    const s = subjectOf(`${write}
      const flood = (fn) => { for (let call = 0; call < 2000; call++) say(JSON.stringify({ t: 'callback', call, fn, value: [] })); for (;;); }
      export const f = (big) => flood(0)`)
    await expect(s.attempt('f', [() => 'x'.repeat(500_000)])).rejects.toThrow('does not read its answers')
  })
})

describe('measures', () => {
  test('heap: what is kept counts, what was dropped does not', async () => {
    const s = subjectOf(`
      const kept = []
      const some = () => Array.from({ length: 1000 }, (_, i) => ({ i, text: 'x' + i }))
      export const keep = () => void kept.push(some())
      export const drop = () => void some()`)
    const grown = async (name: string): Promise<Heap> => {
      const before = await s.heap()
      for (let i = 0; i < 30; i += 1) await s.call(name)
      const after = await s.heap()
      return { bytes: after.bytes - before.bytes, objects: after.objects - before.objects }
    }
    await s.restart({ measuring: true })
    await grown('drop')
    const [dropped, kept] = [await grown('drop'), await grown('keep')]
    expect(dropped.objects).toBeLessThan(100)
    expect(dropped.bytes).toBeLessThan(200_000)
    expect(kept.objects).toBeGreaterThan(30_000)
    expect(kept.bytes).toBeGreaterThan(1_000_000)
  })

  test('steps: twice the work is twice the steps, whatever ran before, in whatever functions', async () => {
    const s = subjectOf(`
      const square = (n) => n * n
      export const sum = (n) => { let all = 0; for (let i = 0; i < n; i += 1) all += square(i); return all }
      export const sumOf = (n) => Array.from({ length: n }, (_, i) => square(i)).reduce((a, b) => a + b, 0)`)
    await s.restart({ counting: true })
    await s.call('sum', [50_000])
    for (const [name, each] of [
      ['sum', 2],
      ['sumOf', 3],
    ] as const) {
      const [small, large] = [await s.steps(() => s.call(name, [1000])), await s.steps(() => s.call(name, [2000]))]
      expect([small, large]).toEqual([1000 * each + 1, 2000 * each + 1])
    }
  })

  test('steps: nothing was called: none; nobody counts: it says so', async () => {
    const s = subjectOf(`export const f = () => 1`)
    await expect(s.steps(async () => {})).rejects.toThrow('Nobody counts')
    await s.restart({ counting: true })
    expect(await s.steps(async () => {})).toBe(0)
    await s.restart()
    await expect(s.steps(async () => {})).rejects.toThrow('Nobody counts')
  })
})

describe('measures, by code that lies about them', () => {
  const leak = `const kept = []; export const keep = () => { for (let i = 0; i < 1000; i += 1) kept.push({ i }) }`
  const patched = `
    import * as v8 from 'node:v8'
    import { createRequire, syncBuiltinESMExports } from 'node:module'
    const require = createRequire(import.meta.url)
    const flat = () => ({ rss: 1, heapTotal: 1, heapUsed: 1, external: 1, arrayBuffers: 1 })
    process.memoryUsage = flat
    Object.assign(require('node:v8'), { queryObjects: () => 1, getHeapStatistics: () => ({ used_heap_size: 1 }) })
    Object.assign(require('node:inspector').Session.prototype, { post: () => {}, connect: () => {} })
    Object.assign(require('node:fs'), { writeSync: (fd, bytes) => bytes.length })
    syncBuiltinESMExports()
    globalThis.gc = () => {}
    JSON.stringify = () => '{}'
    Array.prototype.reduce = () => 0
    Array.prototype.filter = () => []
    globalThis.Object = class {}
    ${leak}`

  test('heap: memory, counts and the global Object are patched: what is kept counts', async () => {
    const s = subjectOf(patched)
    await s.restart({ measuring: true })
    const before = await s.heap()
    for (let i = 0; i < 10; i += 1) await s.call('keep')
    expect((await s.heap()).objects - before.objects).toBeGreaterThan(9_900)
  })

  const work = `export const work = (n) => { let all = 0; for (let i = 0; i < n; i += 1) all += i; return all }`

  test.each([
    ['in its own words', work],
    ['patched', `${patched.replace('globalThis.Object = class {}', '')}\n${work}`],
    [
      'in code made of a text',
      `export const work = new Function('n', 'let all = 0; for (let i = 0; i < n; i += 1) all += i; return all')`,
    ],
  ])('steps: work %s counts', async (_, source) => {
    const s = subjectOf(source)
    await s.restart({ counting: true })
    expect(await s.steps(() => s.call('work', [5000]))).toBeGreaterThanOrEqual(5000)
  })

  test.each([
    [
      'the counters are set back',
      `import { Session } from 'node:inspector'
       const session = new Session(); session.connect(); session.post('Profiler.enable')
       export const work = () => {
         session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
         session.post('Profiler.takePreciseCoverage')
       }`,
      /set back by the program/,
    ],
    [
      'the counting is stopped',
      `import { Session } from 'node:inspector'
       const session = new Session(); session.connect(); session.post('Profiler.enable')
       export const work = () => void session.post('Profiler.stopPreciseCoverage')`,
      /set back by the program|could not be measured/,
    ],
    [
      'the inspector is closed',
      `import { close } from 'node:inspector'; export const work = () => close()`,
      /closed the way/,
    ],
    [
      'the work is done in another thread',
      `import { Worker } from 'node:worker_threads'
       export const work = () => new Promise((resolve) => new Worker('0', { eval: true }).once('exit', resolve))`,
      /worker thread/,
    ],
    [
      'the work is done by another program',
      `import { execFileSync } from 'node:child_process'; export const work = () => void execFileSync(process.execPath, ['-e', ''])`,
      /worker thread or a program/,
    ],
  ])('steps: %s: nothing is counted, and it says so', async (_, source, says) => {
    const s = subjectOf(source)
    await s.restart({ counting: true })
    await expect(s.steps(() => s.call('work'))).rejects.toThrow(says)
  })

  test('what Node says of the inspector is none of the program’s output', async () => {
    const run = runOf(`console.error('mine'); export const f = () => 1`)
    const s = subject(run)
    await s.restart({ measuring: true })
    await s.call('f')
    await expect.poll(() => run.stderr.first).toBe('mine\n')
  })

  test.each([
    ['listeners are removed', `process.removeAllListeners(); process.on('unhandledRejection', () => {})`],
    ['emit is set to something else', `process.emit = () => true`],
    ['emit is another property', `try { Object.defineProperty(process, 'emit', { value: () => true }) } catch {}`],
    [
      'all objects turn into nothing',
      `Object.prototype.toJSON = function () { return this.t === 'unhandled' ? { t: 'ping' } : this }`,
    ],
    [
      'what writes is patched',
      `import { createRequire, syncBuiltinESMExports } from 'node:module'
       const fs = createRequire(import.meta.url)('node:fs'), write = fs.writeSync
       fs.writeSync = (fd, bytes, ...rest) => String(bytes).includes('unhandled') ? bytes.length : write(fd, bytes, ...rest)
       syncBuiltinESMExports()
       const from = Buffer.from
       Buffer.from = (text, ...rest) => from(String(text).includes('unhandled') ? '' : text, ...rest)`,
    ],
  ])('unhandled: %s: what nobody handled is told', async (_, patch) => {
    const s = subjectOf(`${patch}\nexport const drop = () => void Promise.reject(new TypeError('dropped'))`)
    await s.call('drop')
    expect(await s.unhandled()).toMatchObject([{ kind: 'rejection', error: { name: 'TypeError', message: 'dropped' } }])
  })

  test('unhandled: a callback that catches all exceptions hides none', async () => {
    const s = subjectOf(
      `process.setUncaughtExceptionCaptureCallback(() => {}); export const f = () => void setImmediate(() => { throw new Error('burst') })`,
    )
    await s.attempt('f').catch(() => {})
    await s.settle().catch(() => {})
    expect(await s.unhandled()).toMatchObject([{ kind: 'exception', error: { message: 'burst' } }])
  })
})

describe('leftovers', () => {
  test('an interval and a server are named in a warning', async () => {
    const run = runOf(`import { createServer } from 'node:net'
      export const f = () => { setInterval(() => {}, 1000); createServer().listen(0, '127.0.0.1') }`)
    await subject(run).call('f')
    await closeRun(run)
    expect([...run.warnings]).toEqual([
      expect.stringMatching(/left something running \((Timeout, TCPServerWrap|TCPServerWrap, Timeout)\)/),
    ])
  })

  test('a module that cleans up leaves no warning', async () => {
    const run = runOf(
      `export const f = async (g) => { const t = setTimeout(() => {}, 1000); await g(); clearTimeout(t); console.log('done'); process.stdin.unref?.() }`,
    )
    await subject(run).call('f', [() => 1])
    await closeRun(run)
    expect([...run.warnings]).toEqual([])
  })
})
