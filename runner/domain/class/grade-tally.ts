import type { GradedResult } from './grading.ts'

export interface Tally {
  graded: number
  passed: number
  failed: number
  /** Broken or timed out: without a witness, worth nothing. */
  unwitnessed: number
  /** Our own fault or the machine's; worth neither nothing nor anything. */
  systemErrors: number
}

const isPassing = (result: GradedResult): boolean => result.verdict === 'passed'

export function tallyOf(results: readonly GradedResult[]): Tally {
  const count = (fits: (r: GradedResult) => boolean): number => results.filter(fits).length
  return {
    graded: count((r) => r.outcome === 'graded'),
    passed: count(isPassing),
    failed: count((r) => r.verdict === 'failed'),
    unwitnessed: count((r) => r.verdict === 'broken' || r.verdict === 'timed-out'),
    systemErrors: count((r) => r.outcome === 'system-error'),
  }
}
