import type { Playground } from './playground.ts'
import type { BenchOptions } from './options.ts'
import { quietMoment } from './quiet-moment.ts'
import { measureOf, type Measure } from './statistics.ts'

/** What every measure works with. */
export interface Bench {
  playground: Playground
  /** The project that is measured. */
  root: string
  options: BenchOptions
  /** What is being done now, for whoever watches. */
  say: (what: string) => void
}

/** Takes one figure, in milliseconds; `turn` counts from 0 and is never the same twice. */
export type Take = (turn: number) => Promise<number>

/**
 * Ours, baseline, ours, baseline …: what the machine does meanwhile meets both. The first pair warms caches and does
 * not count.
 * @param mostRuns for what takes long
 */
export async function alternate(
  { options, say }: Bench,
  take: { ours: Take; baseline: Take },
  mostRuns = Infinity,
): Promise<Measure> {
  const runs = Math.min(options.runs, mostRuns)
  const [ours, baseline]: [number[], number[]] = [[], []]
  for (let turn = 0; turn <= runs; turn++) {
    say(turn === 0 ? 'warming up' : `${turn} of ${runs}`)
    await quietMoment()
    ours.push(await take.ours(turn))
    baseline.push(await take.baseline(turn))
  }
  return measureOf(ours.slice(1), baseline.slice(1))
}
