import type { Exercise } from '../exercise/exercise.ts'
import type { Hint } from '../judging/hint.ts'
import { firstRed, type Judgement } from '../judging/judge.ts'
import type { DeclaredCase } from '../judging/run-facts.ts'
import { usualPassMark } from '../sets/set.ts'
import { caseProblems, staticProblems, type ContentProblem } from './content-rules.ts'
import type { TrialResult } from './trial.ts'
import { deadCaseProblems, isRed, mistakeProblems, reachProblems } from './mistake-rules.ts'

/** The rules of the content gate that look at what came of running a variant's trees. Pure: results → problems. */

export interface VariantResults {
  exercise: Exercise
  brief: string
  hints: readonly Hint[]
  /** Every slug of the catalog. */
  slugs: ReadonlySet<string>
  results: readonly TrialResult[]
  /** No wrong answer was left out: rules about all of them together can be judged. */
  complete: boolean
}

/** Everything that is wrong with a variant, as far as its results tell. */
export function variantProblems(variant: VariantResults): ContentProblem[] {
  const { exercise, brief, hints, slugs, results } = variant
  const declared = longestDeclared(results)
  const mistakes = results.filter((r) => r.kind === 'mistake')
  return [
    ...staticProblems(exercise, brief, hints, slugs),
    ...caseProblems(exercise, brief, hints, declared),
    ...stableProblems(results),
    ...inHandProblems(results),
    ...starterProblems(exercise, results),
    ...solutionProblems(exercise, results),
    ...mistakes.flatMap(mistakeProblems),
  ]
}

/**
 * What holds of all variants of an exercise together: they share suite and hints, so that a wrong answer in one language
 * proves a case or a hint for all. Nothing is said where a wrong answer was left out.
 */
export function togetherProblems(variants: readonly VariantResults[]): ContentProblem[] {
  const [first] = variants
  if (first === undefined || variants.some((v) => !v.complete)) return []
  const results = variants.flatMap((v) => v.results)
  const scored = longestDeclared(results).filter((c) => !c.probe)
  const ids = scored.map((c) => c.id)
  return [...reachProblems(first.hints, results), ...deadCaseProblems(ids, results)]
}

/** Every trial of a variant declares the same cases; one that ended early may have told fewer. */
export function longestDeclared(results: readonly TrialResult[]): readonly DeclaredCase[] {
  return results.map((r) => r.declared ?? []).sort((a, b) => b.length - a.length)[0] ?? []
}

/** Registering must not depend on what is run. */
function stableProblems(results: readonly TrialResult[]): ContentProblem[] {
  const lists = new Set(results.flatMap((r) => (r.declared ? [r.declared.map((c) => c.id).join()] : [])))
  return lists.size > 1 ? [{ rule: 'cases', message: 'the declared cases differ from run to run' }] : []
}

/** What a case has in hand is one of the requirements that it covers. */
function inHandProblems(results: readonly TrialResult[]): ContentProblem[] {
  const wrong = results
    .flatMap((r) => r.judgement.cases)
    .filter((c) => c.requirement !== null && !c.covers.includes(c.requirement))
    .map((c) => `the case "${c.id}" has requirement ${c.requirement} in hand, which it does not cover`)
  return [...new Set(wrong)].map((message) => ({ rule: 'coverage', message }))
}

function starterProblems(exercise: Exercise, results: readonly TrialResult[]): ContentProblem[] {
  return results.flatMap((result) => {
    if (result.kind === 'starter') return starterVerdict(exercise, result)
    return result.kind === 'emptied' ? emptiedVerdict(result) : []
  })
}

function emptiedVerdict({ id, judgement }: TrialResult): ContentProblem[] {
  if (judgement.verdict.kind === 'passed')
    return [{ rule: 'emptied', message: 'an emptied workspace passes', trial: id }]
  if (!getsCredit(judgement)) return []
  return [{ rule: 'emptied', message: `an emptied workspace has ${judgement.score?.total} points`, trial: id }]
}

/** Who has done nothing yet must not have most of the points either. */
const getsCredit = ({ score }: Judgement): boolean => score !== null && score.total >= usualPassMark

function starterVerdict(exercise: Exercise, { id, judgement }: TrialResult): ContentProblem[] {
  if (judgement.verdict.kind !== 'failed') {
    const message = `the starter is ${describe(judgement)}; it must load and fail by an assertion`
    return [{ rule: 'starter', message, trial: id }]
  }
  if (getsCredit(judgement)) {
    const message = `the starter has ${judgement.score?.total} points; it must stay below ${usualPassMark}`
    return [{ rule: 'starter', message, trial: id }]
  }
  const red = firstRed(judgement)?.id ?? null
  if (red === exercise.firstRed) return []
  const message = `the starter's first red case is "${red}", the manifest says "${exercise.firstRed}"`
  return [{ rule: 'first-red', message, trial: id }]
}

/** What must hold of the reference and of every alternative. */
export function solutionProblems(exercise: Exercise, results: readonly TrialResult[]): ContentProblem[] {
  const absent = (['reference', 'alternative'] as const)
    .filter((kind) => !results.some((r) => r.kind === kind))
    .map((kind) => ({ rule: kind, message: `there is no ${kind} solution` }))
  const found = results.filter((r) => r.kind === 'reference' || r.kind === 'alternative')
  return [...absent, ...found.flatMap((result) => oneSolution(exercise, result))]
}

function oneSolution(exercise: Exercise, { kind, id, judgement, durationMs, left }: TrialResult): ContentProblem[] {
  const say = (rule: string, message: string): ContentProblem => ({ rule, message, trial: id })
  const isFull = judgement.score?.total === 100 && judgement.verdict.kind === 'passed'
  return [
    ...(isFull ? [] : [say(kind, `${id} is ${describe(judgement)}; it must have 100 points`)]),
    ...(durationMs > exercise.budgetMs
      ? [say('budget', `${id} took ${Math.round(durationMs)} ms of ${exercise.budgetMs}`)]
      : []),
    ...judgement.warnings.map((warning) => say('leftovers', `${id}: ${warning}`)),
    ...(left.length > 0 ? [say('leftovers', `${id} left files behind: ${left.slice(0, 3).join(', ')}`)] : []),
  ]
}

/**
 * An outcome that may be luck is not kept: a red solution, a wrong answer that got through. It runs again next time. Of a
 * mutant either may be expected.
 */
export function isWorthKeeping(exercise: Exercise, result: TrialResult): boolean {
  if (result.kind === 'mutant') return true
  const isSolution = result.kind === 'reference' || result.kind === 'alternative'
  return isSolution ? oneSolution(exercise, result).length === 0 : isRed(result.judgement)
}

/** A judgement in a few words, for a problem's message. */
export function describe({ verdict, score, cases }: Judgement): string {
  const red = cases.filter((c) => c.status === 'failed').map((c) => c.id)
  const reason = 'message' in verdict ? `: ${verdict.message}` : ''
  const points = score ? ` with ${score.total} points` : ''
  return `${verdict.kind}${points}${red.length > 0 ? ` (red: ${red.join(', ')})` : ''}${reason}`
}
