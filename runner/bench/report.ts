import type { MeasureName } from './options.ts'
import type { CatalogMeasure } from './measures/catalogs.ts'
import type { GradedMeasure } from './measures/graded.ts'
import type { Profile } from './measures/profile.ts'
import type { WarmCheck } from './measures/warm-exercises.ts'
import type { WorkersMeasure } from './measures/two-workers.ts'
import type { WatchMeasure } from './measures/warm-watch.ts'
import type { Measure } from './statistics.ts'

/** What was measured; what was not asked for is not there. */
export interface Results {
  coldVsVitestRun?: Measure
  coldHttpVsVitestRun?: Measure
  warmModuleVsVitestWatch?: WatchMeasure
  warmHttpVsVitestWatch?: WatchMeasure
  verifyAllVsVitestCli?: Measure
  gradedVsVitestRun?: GradedMeasure
  twoWorkersVsOne?: WorkersMeasure
  list10kVs100?: CatalogMeasure
  next10kVs100?: CatalogMeasure
  bootstrapOverhead?: Measure
  watchMemory?: Measure
  warm?: WarmCheck[]
  profile?: Profile
}

/** On which machine, and how busy it was (load averages of one minute). */
export interface Circumstances {
  date: string
  node: string
  platform: string
  cpus: number
  load: number
  loadAfter: number
}

/** The names of ratios. */
export type RatioName = Exclude<MeasureName, 'warm' | 'profile'>

export type Report = Circumstances &
  Partial<Record<RatioName, number>> & {
    /** Of both watch measures; null where neither was done. */
    wrongVerdicts: number | null
    measures: Results
  }

/** The most that a ratio should be. `plusMs` is allowed on top, for what must also stay short by itself. */
export const goals: Partial<Record<RatioName, { most: number; plusMs?: number }>> = {
  coldVsVitestRun: { most: 0.6 },
  coldHttpVsVitestRun: { most: 0.6 },
  warmModuleVsVitestWatch: { most: 0.25 },
  warmHttpVsVitestWatch: { most: 0.35 },
  verifyAllVsVitestCli: { most: 0.15 },
  gradedVsVitestRun: { most: 0.25 },
  twoWorkersVsOne: { most: 0.6 },
  list10kVs100: { most: 1.5, plusMs: 100 },
  next10kVs100: { most: 1.5, plusMs: 100 },
  watchMemory: { most: 1.2 },
}

export function reached(name: RatioName, { ratio, ours, baseline }: Measure): boolean | null {
  const goal = goals[name]
  if (!goal) return null
  return goal.plusMs === undefined ? ratio <= goal.most : ours.median <= baseline.median * goal.most + goal.plusMs
}

/** Every measure that is a ratio, by name. */
export function ratiosIn({ warm: _warm, profile: _profile, ...ratios }: Results): [RatioName, Measure][] {
  return Object.entries(ratios) as [RatioName, Measure][]
}

export function reportOf(circumstances: Circumstances, results: Results): Report {
  const watched = [results.warmModuleVsVitestWatch, results.warmHttpVsVitestWatch].filter((m) => m !== undefined)
  return {
    ...circumstances,
    ...Object.fromEntries(ratiosIn(results).map(([name, { ratio }]) => [name, ratio])),
    wrongVerdicts: watched.length === 0 ? null : watched.reduce((sum, m) => sum + m.wrongVerdicts, 0),
    measures: results,
  }
}
