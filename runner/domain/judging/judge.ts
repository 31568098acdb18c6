import type { Group } from '../exercise/exercise.ts'
import { chooseHints, type ChosenHint, type Hint } from './hint.ts'
import type { DeclaredCase, ReportedCase, RunFacts } from './run-facts.ts'
import { scoreOf, type Score } from './score.ts'
import { witness, type Missing, type Verdict } from './verdict.ts'

/** What came of preparing and running a tree of files. */
export type Outcome =
  | { kind: 'ran'; facts: RunFacts }
  | { kind: 'not-loadable'; message: string; durationMs: number }
  | { kind: 'not-run'; missing: Missing[] }

export interface JudgedCase extends DeclaredCase {
  status: ReportedCase['status']
  transcript: ReportedCase['transcript']
  /** The words of the assertion that failed; null where nothing failed, or something else did. */
  at: string | null
  /** The requirement that the suite had in hand at the end; null where it does not say. */
  requirement: number | null
  /** What the learner's program printed during a failed case, beside its answers. */
  output: string
}

export interface Judgement {
  verdict: Verdict
  /** null unless witnessed. */
  score: Score | null
  /** All cases but probes, in the order of the suite. */
  cases: JudgedCase[]
  hints: ChosenHint[]
  warnings: string[]
  /** What the learner's program wrote on stderr: how it began and how it ended. */
  stderr: string
  durationMs: number
}

/** Facts → verdict, score, hints. Pure; the same facts give the same judgement. */
export function judge(
  groups: readonly Group[],
  outcome: Outcome,
  hints: readonly Hint[],
  sources: ReadonlyMap<string, string>,
): Judgement {
  if (outcome.kind === 'not-run') return unjudged({ kind: 'not-run', missing: outcome.missing }, 0)
  if (outcome.kind === 'not-loadable') {
    const verdict: Verdict = { kind: 'broken', reason: 'does-not-load', message: outcome.message }
    return unjudged(verdict, outcome.durationMs)
  }
  const { facts } = outcome
  const proof = witness(facts)
  const score = proof.witnessed ? scoreOf(groups, facts) : null
  return {
    verdict: proof.witnessed ? { kind: score?.passed ? 'passed' : 'failed' } : proof.verdict,
    score,
    cases: judgedCases(facts),
    hints: chooseHints(hints, facts, sources),
    warnings: facts.modules.flatMap((m) => m.warnings),
    stderr: facts.modules.map((m) => m.stderr).join(''),
    durationMs: Math.round(facts.durationMs),
  }
}

function unjudged(verdict: Verdict, durationMs: number): Judgement {
  return { verdict, score: null, cases: [], hints: [], warnings: [], stderr: '', durationMs: Math.round(durationMs) }
}

function judgedCases(facts: RunFacts): JudgedCase[] {
  return facts.modules.flatMap((module) =>
    module.declared
      .filter((c) => !c.probe)
      .map((c) => {
        const report = module.reported.find((r) => r.id === c.id)
        return judgedCase(c, report)
      }),
  )
}

function judgedCase(declared: DeclaredCase, report: ReportedCase | undefined): JudgedCase {
  const { status = 'skipped', transcript = [], at = null, requirement = null, output = '' } = report ?? {}
  return { ...declared, status, transcript, at, requirement, output }
}

/** The requirement that a red case points at. */
export const blamedBy = ({ requirement, covers }: JudgedCase): number | null => requirement ?? covers[0] ?? null

export const firstRed = (judgement: Pick<Judgement, 'cases'>): JudgedCase | null =>
  judgement.cases.find((c) => c.status === 'failed') ?? null
