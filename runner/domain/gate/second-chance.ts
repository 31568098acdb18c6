import { variantProblems, type VariantResults } from './trial-rules.ts'
import type { TrialResult } from './trial.ts'

/**
 * A trial that is red although nothing it rests on has changed may be flaky: it is run twice more. Green both times it is
 * named, and its green result counts; red again, nothing is forgiven.
 */

/** The trials that the variant's problems speak of. */
export const suspects = (variant: VariantResults): Set<string> =>
  new Set(variantProblems(variant).flatMap((p) => (p.trial === undefined ? [] : [p.trial])))

/** @param reruns results of the suspects, once for each further run */
export function settle(
  variant: VariantResults,
  reruns: readonly (readonly TrialResult[])[],
): { results: readonly TrialResult[]; flaky: string[] } {
  const flaky = [...suspects(variant)].filter((id) => reruns.every((rerun) => isGreenIn(variant, rerun, id)))
  const last = reruns.at(-1) ?? []
  return { results: withResults(variant.results, last, (id) => flaky.includes(id)), flaky }
}

function isGreenIn(variant: VariantResults, rerun: readonly TrialResult[], id: string): boolean {
  if (!rerun.some((r) => r.id === id)) return false
  return !suspects({ ...variant, results: withResults(variant.results, rerun, () => true) }).has(id)
}

const withResults = (
  results: readonly TrialResult[],
  others: readonly TrialResult[],
  takes: (id: string) => boolean,
): TrialResult[] => results.map((r) => others.find((o) => o.id === r.id && takes(o.id)) ?? r)
