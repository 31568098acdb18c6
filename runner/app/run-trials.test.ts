import { expect, test } from 'vitest'
import { moduleFacts, reported, runFacts } from '../testing/facts-fixtures.ts'
import type { KeptTrial } from './ports.ts'
import { runTrials, type TrialPorts } from './run-trials.ts'
import type { Trial } from './trials.ts'

/** One trial whose cases took so long, on a machine that is so busy; and once more from what was kept. */
async function timesOf(busy: readonly number[]): Promise<number[]> {
  const store = new Map<string, KeptTrial>()
  const asked = [...busy]
  const ports = {
    source: { hints: () => [] },
    trees: { build: async () => 'tree', files: () => new Set(), remove: () => {} },
    network: { start: () => ({ stop: () => [] }) },
    trials: {
      keyOf: () => 'key',
      find: (key: string) => store.get(key) ?? null,
      keep: (key: string, kept: KeptTrial) => store.set(key, kept),
    },
    patience: () => asked.shift() ?? 1,
    runs: {
      run: async () => [
        {
          kind: 'ran',
          facts: runFacts(moduleFacts({}, { declared: [], reported: [{ ...reported('a'), durationMs: 30_000 }] })),
        },
      ],
    },
  } as unknown as TrialPorts
  const exercise = { groups: [], budgetMs: 20_000 }
  const trial = { kind: 'reference', id: 'reference', input: { exercise, language: 'ts' } } as unknown as Trial
  const pass = { seed: 1, env: {}, shuffle: false } as never
  const times: number[] = []
  for (let i = 0; i < 2; i++) {
    const [ran] = await runTrials(ports, { pass, again: false }, [trial])
    times.push(ran?.result.durationMs ?? -1)
  }
  return times
}

test('a time is told as on an idle machine: a busy one makes no exercise slow, now or from what was kept', async () => {
  expect(await timesOf([1, 1])).toEqual([30_000, 30_000])
  expect((await timesOf([2, 3]))[0]).toBe(10_000)
})
