import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createVitest, type TestModule } from 'vitest/node'
import { workerConfig } from './worker-config.ts'
import type { RunContext } from '../../harness/run-context.ts'
import type { RunFacts } from '../../domain/judging/run-facts.ts'
import { startEngine, type Engine, type EngineRequest } from './engine.ts'
import { prepareVitest } from './vitest-bundle.ts'

const root = join(import.meta.dirname, '../../..')

describe('the engine', () => {
  let folder: string
  let engine: Engine

  beforeAll(async () => {
    // Inside the project, so that suites find #harness.
    mkdirSync(join(root, '.cache'), { recursive: true })
    folder = mkdtempSync(join(root, '.cache', 'engine-'))
    // As a check has it; vitest-bundle.test.ts runs without.
    await prepareVitest(root, join(root, '.cache'))
    engine = startEngine({ root, cache: join(root, '.cache'), workers: 2 })
  })

  afterAll(async () => {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const runAll = async (
    requests: EngineRequest[],
    shuffle: { seed: number } | null = null,
  ): Promise<Map<string, RunFacts>> =>
    new Map(
      await Promise.all(
        requests.map(async (request) => [request.context.runId, await engine.run(request, shuffle)] as const),
      ),
    )

  const suite = (name: string, body: string): string => {
    const file = join(folder, `${name}.test.ts`)
    writeFileSync(file, `import { expect, test } from '#harness'\n${body}\n`)
    return file
  }

  const context = (runId: string): RunContext => {
    const scratch = join(folder, runId)
    mkdirSync(scratch, { recursive: true })
    const launch = { command: ['true'], args: [], env: {}, stopSignal: 'SIGTERM' as const, loadFailure: [] }
    return {
      runId,
      slug: runId,
      language: 'ts',
      workspace: scratch,
      exerciseFolder: folder,
      scratch,
      ledger: folder,
      seed: 1,
      budgetMs: 5_000,
      launch,
      childEnv: {},
      bringBack: { undo: 'npm run undo', reset: 'npm run reset' },
    }
  }

  it('counts an error that escaped from one suite against that run alone', async () => {
    const leaky = suite(
      'leaky',
      "test('leaks', { meta: { id: 'leaks', group: 'g', covers: [1] } }, async () => { void Promise.reject(new Error('escaped')); await new Promise((r) => setTimeout(r, 20)); expect(1).toBe(1) })",
    )
    const sound = suite(
      'sound',
      "test('holds', { meta: { id: 'holds', group: 'g', covers: [1] } }, async () => { await new Promise((r) => setTimeout(r, 60)); expect(1).toBe(1) })",
    )
    const facts = await runAll([
      { context: context('leaky-1'), suiteFiles: [leaky] },
      { context: context('sound-1'), suiteFiles: [sound] },
    ])
    expect(facts.get('leaky-1')?.unhandledErrors).toEqual(['escaped'])
    expect(facts.get('sound-1')?.unhandledErrors).toEqual([])
    expect(facts.get('sound-1')?.modules[0]?.reported).toMatchObject([{ id: 'holds', status: 'passed' }])
  })

  it('sees an edit of the suite in the next run', async () => {
    const meta = "{ meta: { id: 'one', group: 'g', covers: [1] } }"
    const file = suite('edited', `test('holds', ${meta}, () => expect(1).toBe(1))`)
    const first = await runAll([{ context: context('edit-1'), suiteFiles: [file] }])
    suite('edited', `test('holds', ${meta}, () => expect(1).toBe(2))`)
    const second = await runAll([{ context: context('edit-2'), suiteFiles: [file] }])
    expect([first.get('edit-1'), second.get('edit-2')].map((f) => f?.modules[0]?.reported[0]?.status)).toEqual([
      'passed',
      'failed',
    ])
  })

  it('sees an edit of a file that the suite imports', async () => {
    const helper = join(folder, 'helper.ts')
    writeFileSync(helper, 'export const wanted: number = 1\n')
    const file = suite(
      'importing',
      "import { wanted } from './helper.ts'\ntest('holds', { meta: { id: 'one', group: 'g', covers: [1] } }, () => expect(wanted).toBe(1))",
    )
    const statuses: (string | undefined)[] = []
    for (const [run, text] of [
      ['a', null],
      ['b', '2'],
      ['c', '1'],
    ] as const) {
      if (text !== null) writeFileSync(helper, `export const wanted: number = ${text}\n`)
      const facts = await runAll([{ context: context(`import-${run}`), suiteFiles: [file] }])
      statuses.push(facts.get(`import-${run}`)?.modules[0]?.reported[0]?.status)
    }
    expect(statuses).toEqual(['passed', 'failed', 'passed'])
  })

  it('a suite that does not compile: no case, the reason, and the next run works', async () => {
    const file = suite('syntax', 'test(')
    const facts = (await runAll([{ context: context('syntax-1'), suiteFiles: [file] }])).get('syntax-1')
    expect(facts?.modules).toMatchObject([
      { declared: [], ended: false, errors: [expect.stringContaining('syntax.test.ts')] },
    ])
    const sound = suite(
      'after-syntax',
      "test('holds', { meta: { id: 'one', group: 'g', covers: [1] } }, () => expect(1).toBe(1))",
    )
    expect(
      (await runAll([{ context: context('syntax-2'), suiteFiles: [sound] }])).get('syntax-2')?.modules[0]?.reported,
    ).toMatchObject([{ status: 'passed' }])
  })

  it('a suite that ends its thread: crashed, and the next run has a fresh one', async () => {
    const file = suite(
      'suicide',
      "test('ends', { meta: { id: 'ends', group: 'g', covers: [1] } }, async () => { process.reallyExit(0); await new Promise(() => {}) })",
    )
    const facts = (await runAll([{ context: context('suicide-1'), suiteFiles: [file] }])).get('suicide-1')
    expect(facts).toMatchObject({ workerEnd: 'crashed', modules: [{ ended: false, reported: [] }] })
    const sound = suite(
      'after-suicide',
      "test('holds', { meta: { id: 'one', group: 'g', covers: [1] } }, () => expect(1).toBe(1))",
    )
    expect((await runAll([{ context: context('suicide-2'), suiteFiles: [sound] }])).get('suicide-2')?.workerEnd).toBe(
      'as-asked',
    )
  })

  it('a suite that never ends is over its budget', async () => {
    const file = suite(
      'endless',
      "test('waits', { meta: { id: 'waits', group: 'g', covers: [1] } }, () => new Promise(() => {}))",
    )
    const facts = (await runAll([{ context: { ...context('endless-1'), budgetMs: 50 }, suiteFiles: [file] }])).get(
      'endless-1',
    )
    expect(facts?.workerEnd).toBe('over-budget')
  })

  it('closing ends a suite in the middle, and lets the process end', async () => {
    const file = suite(
      'closed',
      "test('waits', { meta: { id: 'waits', group: 'g', covers: [1] } }, () => new Promise(() => {}))",
    )
    const own = startEngine({ root, cache: join(root, '.cache'), workers: 1 })
    const run = own.run({ context: context('closed-1'), suiteFiles: [file] })
    await new Promise((resolve) => setTimeout(resolve, 300))
    await own.close()
    expect((await run).workerEnd).toBe('crashed')
    await expect(own.run({ context: context('closed-2'), suiteFiles: [file] })).rejects.toThrow('closed')
  })

  it('draws the order of cases from the seed when it is asked to', async () => {
    const cases = Array.from(
      { length: 8 },
      (_, i) => `test('case ${i}', { meta: { id: 'c${i}', group: 'g', covers: [1] } }, () => void order.push(${i}))`,
    )
    const file = suite(
      'shuffled',
      `const order: number[] = []\n${cases.join('\n')}\ntest('told', { meta: { id: 'told', group: 'g', covers: [1] } }, ({ evidence }) => evidence('order', order.join('')))`,
    )
    const orders: unknown[] = []
    for (const seed of [3, 3, 4]) {
      const runId = `shuffle-${orders.length}`
      const facts = (await runAll([{ context: context(runId), suiteFiles: [file] }], { seed })).get(runId)
      expect(facts?.modules[0]?.declared.map((c) => c.id)).toHaveLength(9)
      orders.push(facts?.modules[0]?.reported.find((c) => c.id === 'told')?.evidence['order'])
    }
    expect(orders[0]).toBe(orders[1])
    expect(orders[0]).not.toBe(orders[2])
  })

  it('leaves out what comes after the first red case when it is asked to, and only then', async () => {
    const meta = (id: string): string => `{ meta: { id: '${id}', group: 'g', covers: [1] } }`
    const file = suite(
      'bailed',
      `test('a', ${meta('a')}, () => {})\ntest('b', ${meta('b')}, () => expect(1).toBe(2))\ntest('c', ${meta('c')}, () => {})`,
    )
    const statuses = async (firstRed: boolean): Promise<(string | undefined)[]> => {
      const runId = `bailed-${firstRed}`
      const facts = (await runAll([{ context: context(runId), suiteFiles: [file], firstRed }])).get(runId)
      return facts?.modules[0]?.reported.map((c) => c.status) ?? []
    }
    expect(await statuses(true)).toEqual(['passed', 'failed'])
    expect(await statuses(false)).toEqual(['passed', 'failed', 'passed'])
  })

  it('comes to the same verdicts as the stock pool', async () => {
    const meta = (id: string, more = ''): string => `{ meta: { id: '${id}', group: 'g', covers: [1]${more} } }`
    const file = suite(
      'compared',
      [
        `test('passes', ${meta('passes', ', gate: true')}, ({ transcript }) => { transcript('said', 'yes'); expect([1]).toEqual([1]) })`,
        `test('differs', ${meta('differs')}, ({ requirement }) => { requirement(1); expect({ a: 1 }, 'the answer').toEqual({ a: 2 }) })`,
        `test('throws', ${meta('throws')}, ({ evidence }) => { evidence('seen', true); throw new Error('a sentence') })`,
        `test('times', ${meta('times')}, async () => expect(await Promise.resolve(3)).toBe(3))`,
        `test('asks', ${meta('asks', ', probe: true')}, () => expect(1).toBe(2))`,
      ].join('\n'),
    )
    const ours = (await runAll([{ context: context('compared-1'), suiteFiles: [file] }])).get('compared-1')?.modules[0]
    const stock = await stockReport(file, context('compared-2'))
    expect(ours?.reported.map(({ id, status, error }) => ({ id, status, error }))).toEqual(stock.cases)
    expect(ours?.declared.map((c) => c.id)).toEqual(stock.cases.map((c) => c.id))
    expect({ endMarker: ours?.endMarker, stop: ours?.stop }).toEqual({
      endMarker: stock.run?.endMarker,
      stop: stock.run?.stop,
    })
    expect(ours?.reported.map((c) => c.transcript)).toEqual(stock.transcripts)
    expect(ours?.reported.map(({ at, requirement }) => ({ at, requirement }))).toEqual([
      { at: null, requirement: null },
      { at: 'the answer', requirement: 1 },
      { at: null, requirement: null },
      { at: null, requirement: null },
      { at: null, requirement: null },
    ])
  })

  it('hands its worker the values that the stock engine hands over', async () => {
    const vitest = await createVitest('test', stockOptions, { logLevel: 'silent' })
    const stock = JSON.parse(JSON.stringify(vitest.getRootProject().serializedConfig)) as Record<string, unknown>
    await vitest.close()
    const ours = JSON.parse(JSON.stringify(workerConfig(root, { seed: 1 }))) as Record<string, unknown>
    // Where ours means to differ: no snapshots, no colours, no variables of vite's, a seed of its own.
    const meant = new Set(['snapshotOptions', 'disableColors', 'env', 'sequence', 'retry', 'deps', 'coverage'])
    const different = Object.keys(ours).filter((key) => !meant.has(key) && !isDeepStrictEqual(ours[key], stock[key]))
    expect(different).toEqual([])
  })
})

const stockOptions = {
  root,
  config: false as const,
  watch: false,
  pool: 'threads' as const,
  isolate: false,
  include: [],
  testTimeout: 0,
  hookTimeout: 60_000,
  printConsoleTrace: false,
  allowOnly: true,
  fsModuleCache: false,
  reporters: [{}],
}

/** The same suite under vitest's own server, pool and reports. */
async function stockReport(file: string, context: RunContext) {
  const modules: TestModule[] = []
  const reporter = { onTestModuleEnd: (module: TestModule) => void modules.push(module) }
  const vitest = await createVitest('test', { ...stockOptions, reporters: [reporter] }, { logLevel: 'silent' })
  vitest.provide('gymRuns', { [context.runId]: context })
  await vitest.runTestSpecifications(
    [vitest.getRootProject().createSpecification(`${file}?run=${context.runId}`)],
    false,
  )
  await vitest.close()
  const tests = [...(modules[0]?.children.allTests() ?? [])]
  return {
    run: modules[0]?.meta().run,
    cases: tests.map((test) => ({
      id: test.meta().id,
      status: test.result().state,
      error: test.result().errors?.[0]?.message ?? null,
    })),
    transcripts: tests.map((test) => test.meta().observed?.transcript ?? []),
  }
}
