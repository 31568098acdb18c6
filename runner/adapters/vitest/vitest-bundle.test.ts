import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { RunFacts } from '../../domain/judging/run-facts.ts'

const root = join(import.meta.dirname, '../../..')

// Each test begins as a process does: nothing is chosen yet.
beforeEach(() => vi.resetModules())

/** Inside the project, so that packages are found from there. */
function newCache(): string {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const cache = mkdtempSync(join(root, '.cache', 'vitest-'))
  onTestFinished(() => rmSync(cache, { recursive: true, force: true }))
  return cache
}

async function runSuite(cache: string): Promise<RunFacts> {
  const { startEngine } = await import('./engine.ts')
  const file = join(cache, 'one.test.ts')
  writeFileSync(
    file,
    "import { expect, test } from '#harness'\ntest('holds', { meta: { id: 'holds', group: 'g', covers: [1] } }, () => expect(1).toBe(1))\ntest('fails', { meta: { id: 'fails', group: 'g', covers: [1] } }, () => expect(1, 'a number').toBe(2))\n",
  )
  const engine = startEngine({ root, cache, workers: 1 })
  const launch = { command: ['true'], args: [], env: {}, stopSignal: 'SIGTERM' as const, loadFailure: [] }
  const places = { workspace: cache, exerciseFolder: cache, scratch: cache, ledger: cache, childEnv: {} }
  const bringBack = { undo: 'npm run undo', reset: 'npm run reset' }
  const context = {
    runId: 'r',
    slug: 's',
    language: 'ts' as const,
    seed: 1,
    budgetMs: 5_000,
    launch,
    bringBack,
    ...places,
  }
  try {
    return await engine.run({ context, suiteFiles: [file] })
  } finally {
    await engine.close()
  }
}

const statuses = ({ modules }: RunFacts): string[] =>
  modules.flatMap(({ reported }) => reported.map(({ id, status }) => `${id} ${status}`))

describe('vitest', () => {
  test('from its bundle: chosen once made, and suites run', async () => {
    const { prepareVitest, vitestFor } = await import('./vitest-bundle.ts')
    const cache = newCache()
    await prepareVitest(root, cache)
    const { thread, harness } = vitestFor(root, cache)
    expect(thread).toBe(harness)
    expect(harness).toMatch(/^file:.*\/engine\/vitest-[0-9a-f]{32}\/bundle\.mjs$/)
    expect(statuses(await runSuite(cache))).toEqual(['holds passed', 'fails failed'])
  })

  test('never prepared: from the packages, and suites run', async () => {
    const { vitestFor } = await import('./vitest-bundle.ts')
    const cache = newCache()
    expect(vitestFor(root, cache).harness).toBe('vitest')
    expect(statuses(await runSuite(cache))).toEqual(['holds passed', 'fails failed'])
  })

  test('a cache that cannot be written: from the packages', async () => {
    const { prepareVitest, vitestFor } = await import('./vitest-bundle.ts')
    const cache = newCache()
    writeFileSync(join(cache, 'engine'), '')
    await prepareVitest(root, cache)
    expect(vitestFor(root, cache).harness).toBe('vitest')
  })

  test('the choice stays: thread and harness share one vitest, whatever is made meanwhile', async () => {
    const { prepareVitest, vitestFor } = await import('./vitest-bundle.ts')
    const cache = newCache()
    const before = vitestFor(root, cache)
    await prepareVitest(root, cache)
    expect(vitestFor(root, cache)).toBe(before)
  })
})
