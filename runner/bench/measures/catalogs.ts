import { alternate, type Bench } from '../alternate.ts'
import { largeCatalog, makeGymProject } from '../projects.ts'
import { rounded, type Measure } from '../statistics.ts'

export interface CatalogMeasure extends Measure {
  /** How much longer it takes with 10 000 exercises than with 100, in ms. */
  differenceMs: number
}

/** `list` or `next` in a catalog of 10 000 exercises against the same in one of 100. */
export async function catalog10kVs100(bench: Bench, command: 'list' | 'next'): Promise<CatalogMeasure> {
  bench.say('making 10 000 exercises')
  const [large, small] = [makeGymProject(bench, largeCatalog(10_000)), makeGymProject(bench, largeCatalog(100))]
  const codes = command === 'list' ? [0] : [1]
  const measure = await alternate(bench, {
    ours: async () => (await large.gym([command, '--json'], codes)).ms,
    baseline: async () => (await small.gym([command, '--json'], codes)).ms,
  })
  return { ...measure, differenceMs: rounded(measure.ours.median - measure.baseline.median, 1) }
}
