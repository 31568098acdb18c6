import { availableParallelism, loadavg } from 'node:os'
import type { Bench } from './alternate.ts'
import { bootstrapOverhead } from './measures/bootstrap.ts'
import { catalog10kVs100 } from './measures/catalogs.ts'
import { coldVsVitestRun } from './measures/cold.ts'
import { watchMemory } from './measures/memory.ts'
import { gradedVsVitestRun } from './measures/graded.ts'
import { profile } from './measures/profile.ts'
import { twoWorkersVsOne } from './measures/two-workers.ts'
import { verifyAllVsVitestCli } from './measures/verify-all.ts'
import { warmChecks } from './measures/warm-exercises.ts'
import { warmVsVitestWatch } from './measures/warm-watch.ts'
import type { BenchOptions, MeasureName } from './options.ts'
import { openPlayground } from './playground.ts'
import { reportOf, type Report, type Results } from './report.ts'
import { rounded } from './statistics.ts'

const measures = {
  coldVsVitestRun: (bench) => coldVsVitestRun(bench, 'module'),
  coldHttpVsVitestRun: (bench) => coldVsVitestRun(bench, 'http'),
  warmModuleVsVitestWatch: (bench) => warmVsVitestWatch(bench, 'module'),
  warmHttpVsVitestWatch: (bench) => warmVsVitestWatch(bench, 'http'),
  verifyAllVsVitestCli,
  gradedVsVitestRun,
  twoWorkersVsOne,
  list10kVs100: (bench) => catalog10kVs100(bench, 'list'),
  next10kVs100: (bench) => catalog10kVs100(bench, 'next'),
  bootstrapOverhead,
  watchMemory,
  warm: warmChecks,
  profile,
} satisfies { [N in MeasureName]: (bench: Bench) => Promise<Results[N]> }

export interface BenchRequest {
  /** The project that is measured. */
  root: string
  options: BenchOptions
  onProgress: (done: number, total: number, what: string) => void
}

/** Takes the measures that were asked for, one after the other, each in folders of its own. */
export async function runBench({ root, options, onProgress }: BenchRequest): Promise<Report> {
  const before = loadavg()[0] ?? 0
  const results: Record<string, unknown> = {}
  for (const [done, name] of options.only.entries()) {
    // One for each measure: what is done with is gone before the next begins.
    const playground = openPlayground()
    const say = (what: string): void => onProgress(done + 1, options.only.length, `${name}: ${what}`)
    try {
      results[name] = await measures[name]({ playground, root, options, say })
    } finally {
      playground.close()
    }
  }
  const circumstances = {
    date: new Date().toISOString(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cpus: availableParallelism(),
    load: rounded(before, 2),
    loadAfter: rounded(loadavg()[0] ?? 0, 2),
  }
  return reportOf(circumstances, results as Results)
}
