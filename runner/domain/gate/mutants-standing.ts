import { percentKilled, wantedPercent } from '../mutation/count.ts'
import type { MutantsOnRecord } from './record.ts'

/** Whether an exercise that lacks mutants on record is not sound. Not yet: most have still to be run. */
export const demandsMutants: boolean = false

export interface MutantsStanding {
  slug: string
  mutants: MutantsOnRecord | null
  /** Of the files now; null where nothing is on record. */
  content: string | null
}

export interface MutantsToDo {
  slug: string
  /** `missing`: none on record. `stale`: reference or suite have changed since. `few`: too few of them were killed. */
  state: 'missing' | 'stale' | 'few'
  /** Percent killed; null where it is not known. */
  percent: number | null
}

/** What is left to do about an exercise's mutants; null where nothing is. */
export function mutantsToDo({ slug, mutants, content }: MutantsStanding): MutantsToDo | null {
  if (!mutants) return { slug, state: 'missing', percent: null }
  if (mutants.content !== content) return { slug, state: 'stale', percent: null }
  const percent = percentKilled(mutants)
  return percent < wantedPercent ? { slug, state: 'few', percent } : null
}
