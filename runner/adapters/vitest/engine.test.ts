import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunContext } from '../../harness/run-context.ts'
import { startEngine, type Engine } from './engine.ts'

const root = join(import.meta.dirname, '../../..')

describe('the engine', () => {
  let folder: string
  let engine: Engine

  beforeAll(async () => {
    // Inside the project, so that suites find #harness.
    mkdirSync(join(root, '.cache'), { recursive: true })
    folder = mkdtempSync(join(root, '.cache', 'engine-'))
    engine = await startEngine({ root, workers: 2 })
  })

  afterAll(async () => {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const suite = (name: string, body: string): string => {
    const file = join(folder, `${name}.test.ts`)
    writeFileSync(file, `import { expect, test } from '#harness'\n${body}\n`)
    return file
  }

  const context = (runId: string): RunContext => {
    const scratch = join(folder, runId)
    mkdirSync(scratch, { recursive: true })
    const launch = { command: ['true'], args: [], env: {}, stopSignal: 'SIGTERM' as const, loadFailure: [] }
    return { runId, slug: runId, language: 'ts', workspace: scratch, exerciseFolder: folder, scratch, ledger: folder, seed: 1, budgetMs: 5_000, launch, childEnv: {} }
  }

  it('counts an error that escaped from one suite against that run alone', async () => {
    const leaky = suite('leaky', "test('leaks', { meta: { id: 'leaks', group: 'g', covers: [1] } }, async () => { void Promise.reject(new Error('escaped')); await new Promise((r) => setTimeout(r, 20)); expect(1).toBe(1) })")
    const sound = suite('sound', "test('holds', { meta: { id: 'holds', group: 'g', covers: [1] } }, async () => { await new Promise((r) => setTimeout(r, 60)); expect(1).toBe(1) })")
    const facts = await engine.run([
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
    const first = await engine.run([{ context: context('edit-1'), suiteFiles: [file] }])
    suite('edited', `test('holds', ${meta}, () => expect(1).toBe(2))`)
    const second = await engine.run([{ context: context('edit-2'), suiteFiles: [file] }])
    expect([first.get('edit-1'), second.get('edit-2')].map((f) => f?.modules[0]?.reported[0]?.status)).toEqual(['passed', 'failed'])
  })
})
