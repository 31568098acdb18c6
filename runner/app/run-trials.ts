import { isWorthKeeping } from '../domain/gate/trial-rules.ts'
import type { TrialResult } from '../domain/gate/trial.ts'
import { judge } from '../domain/judging/judge.ts'
import type { RunFacts } from '../domain/judging/run-facts.ts'
import type { CatalogSource, KeptTrial, NetworkWatch, Pass, Runs, Trees, TrialStore } from './ports.ts'
import type { Trial } from './trials.ts'

export interface TrialPorts {
  source: CatalogSource
  runs: Runs
  trees: Trees
  network: NetworkWatch
  trials: TrialStore
  /** How much longer than on an idle machine everything takes just now; 1 there. */
  patience: () => number
}

export interface TrialOptions {
  pass: Pass
  /** Outcomes that are known are not looked at: everything runs. */
  again: boolean
}

export interface Ran {
  result: TrialResult
  /** Addresses outside the loopback that something connected to meanwhile. */
  outside: readonly string[]
  known: boolean
}

/** Runs what has no known outcome, all in one batch, and judges everything. */
export async function runTrials(ports: TrialPorts, options: TrialOptions, trials: readonly Trial[]): Promise<Ran[]> {
  const keyed = trials.map((trial) => {
    const key = options.again ? null : ports.trials.keyOf(trial.input)
    return { trial, key, known: key === null ? null : ports.trials.find(key) }
  })
  const open = keyed.filter((t) => t.known === null)
  const fresh = await runFresh(
    ports,
    options,
    open.map((t) => t.trial),
  )
  return keyed.map(({ trial, key, known }) => {
    const kept = known ?? (fresh.get(trial) as KeptTrial)
    const result = judged(ports, trial, kept)
    if (key !== null && known === null && isWorthKeeping(trial.input.exercise, result)) ports.trials.keep(key, kept)
    return { result, outside: kept.outside, known: known !== null }
  })
}

async function runFresh(
  ports: TrialPorts,
  { pass }: TrialOptions,
  trials: readonly Trial[],
): Promise<Map<Trial, KeptTrial>> {
  const trees = await Promise.all(
    trials.map(async ({ input }) => {
      const folder = await ports.trees.build(input.plan, input.overlays, input.change)
      return { folder, before: ports.trees.files(folder) }
    }),
  )
  const watch = ports.network.start()
  const patience = ports.patience()
  const outcomes = await ports.runs.run(
    trials.map(({ input }, i) => ({
      exercise: input.exercise,
      language: input.language,
      folder: trees[i]?.folder ?? '',
      seed: pass.seed,
      env: pass.env,
    })),
    { shuffle: pass.shuffle, firstRed: pass.firstRed === true },
  )
  const outside = watch.stop()
  const kept = trials.map((trial, i): [Trial, KeptTrial] => {
    const { folder = '', before = new Set() } = trees[i] ?? {}
    const left = [...ports.trees.files(folder)].filter((file) => !before.has(file))
    ports.trees.remove(folder)
    return [
      trial,
      { outcome: outcomes[i] as KeptTrial['outcome'], left, outside, patience: Math.max(patience, ports.patience()) },
    ]
  })
  return new Map(kept)
}

function judged(ports: TrialPorts, trial: Trial, { outcome, left, patience = 1 }: KeptTrial): TrialResult {
  const { exercise } = trial.input
  const modules = outcome.kind === 'ran' ? outcome.facts.modules : null
  return {
    kind: trial.kind,
    id: trial.id,
    judgement: judge(exercise.groups, outcome, ports.source.hints(exercise), new Map()),
    declared: modules?.flatMap((m) => m.declared) ?? null,
    // A run's own limit is stretched alike (harness/run/patience.ts): a busy machine makes no exercise slow.
    durationMs: (outcome.kind === 'ran' ? timeOf(outcome.facts) : outcome.durationMs) / patience,
    left,
    ...(trial.wrong ? { wrong: trial.wrong } : {}),
  }
}

/** Time of the cases themselves: the batch's wall clock is shared by many runs. */
const timeOf = ({ modules }: RunFacts): number =>
  modules.flatMap((m) => m.reported).reduce((sum, r) => sum + r.durationMs, 0)
