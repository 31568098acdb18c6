import { expect, test } from 'vitest'
import { openParser } from '../adapters/mutation/parser.ts'
import { exerciseFixture } from '../testing/exercise-fixtures.ts'
import { declared, moduleFacts, reported, runFacts } from '../testing/facts-fixtures.ts'
import type { Exercise } from '../domain/exercise/exercise.ts'
import type { Equivalent } from '../domain/mutation/equivalent.ts'
import { mutate, type MutateOptions, type MutatePorts, type Mutated } from './mutate.ts'
import type { KeptTrial, Overlay, RunOutcome } from './ports.ts'

/** Trees are texts here, and a suite is a function of the file: what is looked at is what mutate makes of outcomes. */

const variant = { exercise: exerciseFixture({ firstRed: 'a' }), language: 'ts' as const }
const file = 'src/main.ts'
const options: MutateOptions = {
  pass: { seed: 1, env: {}, shuffle: false },
  again: false,
  only: null,
  sample: null,
  lanes: 2,
}

interface World {
  reference: string
  /** What the cases `a`, `asks` (a probe) and `b` say of a text, in this order. */
  suite: (text: string) => ('passed' | 'failed')[]
  refused?: (text: string) => boolean
  entries?: readonly Equivalent[]
}

const ids = ['a', 'asks', 'b']

async function open({ reference, suite, refused, entries = [] }: World) {
  const trees = new Map<string, string>()
  const kept = new Map<string, KeptTrial>()
  const runs: { text: string; firstRed: boolean; budgetMs: number }[] = []
  const textOf = (overlays: readonly Overlay[]): string =>
    overlays.reduce<string>(
      (text, overlay) => (overlay instanceof Map ? (overlay.get(file) as string) : text),
      'starter',
    )
  const run = (text: string, firstRed: boolean, budgetMs: number): RunOutcome => {
    runs.push({ text, firstRed, budgetMs })
    const statuses = suite(text)
    const end = firstRed && statuses.includes('failed') ? statuses.indexOf('failed') + 1 : statuses.length
    const module = moduleFacts(
      {},
      {
        declared: ids.map((id) => declared(id, { probe: id === 'asks' })),
        reported: ids.slice(0, end).map((id, i) => reported(id, statuses[i])),
      },
    )
    return { kind: 'ran', facts: runFacts(module) }
  }
  const ports = {
    source: { layers: () => [], brief: () => '', hints: () => [], runnerFrom: () => '../../runner' },
    readiness: { missing: () => [] },
    network: { start: () => ({ stop: () => [] }) },
    solutions: {
      in: () => [
        { kind: 'reference', id: 'reference', overlays: [new Map([[file, reference]])], hints: [], breaks: [] },
      ],
      equivalents: () => ({ entries, problems: [] }),
    },
    trees: {
      build: async (_: unknown, overlays: readonly Overlay[]) => {
        const folder = String(trees.size)
        trees.set(folder, textOf(overlays))
        return folder
      },
      files: () => new Set<string>(),
      texts: (folder: string) => ({ texts: new Map([[file, trees.get(folder) ?? '']]), noText: [] }),
      remove: () => {},
      clear: () => trees.clear(),
    },
    runs: {
      run: async (requests: { folder: string; exercise: Exercise }[], { firstRed = false } = {}) =>
        requests.map(({ folder, exercise }) => run(trees.get(folder) ?? '', firstRed, exercise.budgetMs)),
    },
    patience: () => 1,
    trials: {
      keyOf: ({ overlays, pass }: { overlays: readonly Overlay[]; pass: object }) =>
        JSON.stringify([textOf(overlays), pass]),
      find: (key: string) => kept.get(key) ?? null,
      keep: (key: string, trial: KeptTrial) => void kept.set(key, trial),
    },
    parser: await openParser('ts'),
    openTypeCheck: async () => (refused ? (_: string, text: string) => !refused(text) : null),
  } as unknown as MutatePorts
  const go = async (more: Partial<MutateOptions> = {}): Promise<Mutated> =>
    (await mutate(ports, { ...options, ...more }, variant)) as Mutated
  return { go, runs, ports }
}

const green: ('passed' | 'failed')[] = ['passed', 'passed', 'passed']

test('killed, survived and invalid are told apart; a second look runs nothing', async () => {
  const { go, runs } = await open({
    reference: 'f = a < 5\n',
    suite: (text) => (text.includes('>=') ? ['failed', 'passed', 'passed'] : green),
    refused: (text) => text.includes('6'),
  })
  const first = await go()
  expect(first.counts).toEqual({ killed: 1, survived: 3, equivalent: 0, invalid: 1 })
  expect(first.survived.map((m) => m.now)).toEqual([';', 'f = a <= 5', 'f = a < 4'])
  expect(
    runs.some(({ text }) => text.includes('6')),
    'what no compiler takes is not run',
  ).toBe(false)
  expect([first.files, first.whole, first.ran, first.known]).toEqual([[file], true, 5, 0])
  const count = runs.length
  const second = await go()
  expect({ ...second, ran: 0, known: 0 }).toEqual({ ...first, ran: 0, known: 0 })
  expect([second.ran, second.known, runs.length]).toEqual([0, 5, count])
  await go({ again: true })
  expect(runs.length).toBeGreaterThan(count)
})

test('a mutant’s run ends at the first red case; where that is a probe, the whole suite has the word', async () => {
  const { go, runs } = await open({
    reference: 'f = a < b\n',
    suite: (text) =>
      text.includes('<=')
        ? ['passed', 'failed', 'failed']
        : ['passed', text.includes('>=') ? 'failed' : 'passed', 'passed'],
  })
  const { counts, survived } = await go({ only: null })
  expect(runs.filter(({ text }) => text.includes('<=')).map((r) => r.firstRed)).toEqual([true, false])
  expect(counts).toMatchObject({ killed: 1 })
  expect(survived.map((m) => m.now)).toContain('f = a >= b')
})

test('the reference has its whole budget, a mutant ten times what the reference took, and two seconds at the least', async () => {
  const { go, runs } = await open({ reference: 'f = 1\n', suite: () => green })
  await go()
  expect(new Set(runs.slice(1).map((r) => r.budgetMs))).toEqual(new Set([2_000]))
  expect(runs[0]?.budgetMs).toBe(5_000)
})

test('the list: an equivalent one does not count as survived, one that is no survivor is stale; a part tells nothing', async () => {
  const why = 'Both are never equal.'
  const entry = {
    language: 'ts' as const,
    file,
    operator: 'boundary' as const,
    was: 'f = a < b',
    now: 'f = a <= b',
    why,
  }
  const stale: Equivalent = { ...entry, operator: 'comparison', now: 'f = a >= b' }
  const world: World = {
    reference: 'f = a < b\n',
    suite: (text) => (text.includes('>=') ? ['failed', 'passed', 'passed'] : green),
    entries: [entry, stale],
  }
  const { go } = await open(world)
  const whole = await go()
  expect(whole.equivalent.map((e) => e.why)).toEqual([why])
  expect(whole.stale).toEqual([stale])
  const part = await go({ only: 'boundary' })
  expect([part.stale, part.whole, part.counts.equivalent]).toEqual([[], false, 1])
  const drawn = await go({ sample: { most: 1, seed: 3 } })
  expect([drawn.ran + drawn.known, drawn.whole]).toEqual([1, false])
})

test('a red reference proves nothing, and one that does not parse neither', async () => {
  const red = await open({ reference: 'f = a\n', suite: () => ['failed', 'passed', 'passed'] })
  await expect(red.go()).rejects.toMatchObject({ code: 'reference-red' })
  const unreadable = await open({ reference: 'f = (\n', suite: () => green })
  await expect(unreadable.go()).rejects.toMatchObject({ code: 'reference-unreadable' })
})

test('no reference in this language, and a machine that lacks something', async () => {
  const { ports } = await open({ reference: '', suite: () => green })
  const missing = [{ id: 'ruby', needs: 'Ruby', howToInstall: 'x' }]
  expect(
    await mutate({ ...ports, readiness: { ...ports.readiness, missing: () => missing } }, options, variant),
  ).toEqual({
    missing,
  })
  const solutions = { ...ports.solutions, in: () => [] }
  await expect(mutate({ ...ports, solutions }, options, variant)).rejects.toMatchObject({ code: 'no-reference' })
})
