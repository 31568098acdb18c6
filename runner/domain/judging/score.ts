import type { Group } from '../exercise/exercise.ts'
import type { DeclaredCase, ReportedCase, RunFacts } from './run-facts.ts'

export const passMark = 80

export interface GroupScore {
  id: string
  /** Points earned, not rounded. */
  points: number
  weight: number
  passed: number
  cases: number
  gateFailed: boolean
}

export interface Score {
  /** 0–100, floored. */
  total: number
  groups: GroupScore[]
  gatesGreen: boolean
  /** Witnessed runs only: gates green and total at or over the pass mark. */
  passed: boolean
  /** Every case passed. */
  mastered: boolean
}

/**
 * Scores a witnessed run (docs/architecture.md): group = weight × passed ÷ its cases;
 * total = floor(min(sum, caps of the groups whose gate failed)).
 */
export function scoreOf(groups: readonly Group[], facts: RunFacts): Score {
  const declared = facts.modules.flatMap((m) => m.declared).filter((c) => !c.probe)
  const reported = new Map(facts.modules.flatMap((m) => m.reported).map((r) => [r.id, r]))
  const scores = groups.map((group) => groupScore(group, declared, reported))
  const caps = groups.filter((_, i) => scores[i]?.gateFailed).map((g) => g.cap ?? passMark - 1)
  const sum = scores.reduce((points, s) => points + s.points, 0)
  // The sum of thirds must not lose a point to binary fractions: 33.3… × 3 is 100.
  const total = Math.floor(Math.min(Math.round(sum * 1e6) / 1e6, ...caps))
  const gatesGreen = caps.length === 0
  const mastered = declared.length > 0 && declared.every((c) => reported.get(c.id)?.status === 'passed')
  return { total, groups: scores, gatesGreen, passed: gatesGreen && total >= passMark, mastered }
}

function groupScore(group: Group, declared: DeclaredCase[], reported: Map<string, ReportedCase>): GroupScore {
  const cases = declared.filter((c) => c.group === group.id)
  const passed = cases.filter((c) => reported.get(c.id)?.status === 'passed')
  const gates = cases.filter((c) => c.gate || group.gate === true)
  return {
    id: group.id,
    points: cases.length === 0 ? 0 : (group.weight * passed.length) / cases.length,
    weight: group.weight,
    passed: passed.length,
    cases: cases.length,
    gateFailed: gates.some((c) => reported.get(c.id)?.status !== 'passed'),
  }
}
