import type { Group } from '../exercise/exercise.ts'
import type { DeclaredCase, ReportedCase, RunFacts } from './run-facts.ts'

/** What a red gate leaves where its group names no cap: less than the usual pass mark of sets, so that it gets no credit. */
const usualCap = 79

export interface GroupScore {
  id: string
  /** Points earned, not rounded. */
  points: number
  weight: number
  passed: number
  cases: number
  /** The most that the total can be while a gate of the group is red; null while its gates are green. */
  cap: number | null
}

export interface Score {
  /** 0–100, floored. */
  total: number
  groups: GroupScore[]
  /** Every case is green. Points decide nothing here: a red case is never under a "passed". */
  passed: boolean
}

/**
 * Scores a witnessed run (docs/architecture.md): group = weight × passed ÷ its cases;
 * total = floor(min(sum, caps of the groups whose gate failed)).
 */
export function scoreOf(groups: readonly Group[], facts: RunFacts): Score {
  const declared = facts.modules.flatMap((m) => m.declared).filter((c) => !c.probe)
  const reported = new Map(facts.modules.flatMap((m) => m.reported).map((r) => [r.id, r]))
  const scores = groups.map((group) => groupScore(group, declared, reported))
  const caps = scores.flatMap((s) => s.cap ?? [])
  const sum = scores.reduce((points, s) => points + s.points, 0)
  // The sum of thirds must not lose a point to binary fractions: 33.3… × 3 is 100.
  const total = Math.floor(Math.min(Math.round(sum * 1e6) / 1e6, ...caps))
  const passed = declared.length > 0 && declared.every((c) => reported.get(c.id)?.status === 'passed')
  return { total, groups: scores, passed }
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
    cap: gates.every((c) => reported.get(c.id)?.status === 'passed') ? null : (group.cap ?? usualCap),
  }
}
