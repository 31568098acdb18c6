import * as v from 'valibot'
import type { DeclaredCase, ReportedCase, RunFacts } from './run-facts.ts'
import { witness } from './verdict.ts'

/**
 * Hints (docs/architecture.md) are chosen by evidence, strongest first; at most three; below its confidence only what
 * was seen.
 */

const evidenceValue = v.union([v.string(), v.number(), v.boolean(), v.null()])

const condition = v.strictObject({
  /** This probe ran and failed. */
  probe: v.optional(v.string()),
  /** All of these cases failed. */
  failed: v.optional(v.array(v.string())),
  /** All of these cases passed. */
  passed: v.optional(v.array(v.string())),
  /** These cases failed, each at the assertion with these words, or with one of them. */
  at: v.optional(v.record(v.string(), v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))]))),
  /** A case (of `failed` or `at`, else any failed one) carried each of these values of evidence. */
  evidence: v.optional(v.record(v.string(), evidenceValue)),
  /** The error text or stderr of a failed case, or the reason why the run ended, matches this pattern. */
  error: v.optional(v.string()),
  /** A file of the workspace matches; only ever chooses wording. */
  source: v.optional(v.strictObject({ file: v.string(), matches: v.string() })),
})
export type HintCondition = v.InferOutput<typeof condition>

const rung = v.pipe(v.string(), v.trim(), v.minLength(10))

export const hintsSchema = v.array(
  v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)),
    /** Any one of these brings the hint up. */
    when: v.pipe(v.array(condition), v.minLength(1)),
    /** How strong the evidence has to be (0–1) before the recommendation itself is said. */
    confidence: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    L1: rung,
    L2: rung,
    L3: rung,
    /** Where to read on: a document and its section. */
    link: v.optional(v.string()),
  }),
)
export type Hint = v.InferOutput<typeof hintsSchema>[number]

/** What each kind of evidence is worth; also the order in which hints are ranked. */
const strength = { probe: 0.95, cases: 0.8, evidence: 0.7, error: 0.6, source: 0.3 } as const

export interface ChosenHint {
  id: string
  hint: Hint
  /** 0–1, of the strongest condition that held. */
  strength: number
  /** The evidence reaches the hint's confidence, so its recommendation may be said. */
  confident: boolean
}

interface Observed {
  declared: DeclaredCase[]
  reports: Map<string, ReportedCase>
  firstRed: string | null
  /** The run broke in the middle: the case it broke in says nothing about what it tests. */
  broken: boolean
  /** Message of the stop or the broken reason; empty where the run was witnessed. */
  ending: string
  stderr: string
  sources: ReadonlyMap<string, string>
}

interface Match {
  hint: Hint
  strength: number
  /** A match that explains the case shown on screen goes first. */
  explainsFirstRed: boolean
  conditions: number
  order: number
}

/**
 * Chooses the hints for a run, most important first, at most three.
 * @param sources files of the workspace by relative path, for `source` conditions
 */
export function chooseHints(
  hints: readonly Hint[],
  facts: RunFacts,
  sources: ReadonlyMap<string, string>,
): ChosenHint[] {
  const observed = observe(facts, sources)
  if (!observed.firstRed && !observed.ending) return []
  return hints
    .map((hint, order) => bestMatch(hint, order, observed))
    .filter((match) => match !== null)
    .sort(byImportance)
    .slice(0, 3)
    .map(({ hint, strength: s }) => ({ id: hint.id, hint, strength: s, confident: s >= hint.confidence }))
}

function observe(facts: RunFacts, sources: ReadonlyMap<string, string>): Observed {
  const declared = facts.modules.flatMap((m) => m.declared)
  const reports = new Map(facts.modules.flatMap((m) => m.reported).map((r) => [r.id, r]))
  const firstRed = declared.find((c) => !c.probe && reports.get(c.id)?.status === 'failed')
  const proof = witness(facts)
  const ending = proof.witnessed || !('message' in proof.verdict) ? '' : proof.verdict.message
  const broken = !proof.witnessed && proof.verdict.kind === 'broken'
  const stderr = facts.modules.map((m) => m.stderr).join('\n')
  return { declared, reports, firstRed: firstRed?.id ?? null, broken, ending, stderr, sources }
}

function bestMatch(hint: Hint, order: number, observed: Observed): Match | null {
  const matches = hint.when.filter((c) => holds(c, observed)).map((c) => matchOf(hint, order, c, observed))
  return matches.sort(byImportance)[0] ?? null
}

function matchOf(hint: Hint, order: number, c: HintCondition, observed: Observed): Match {
  return {
    hint,
    order,
    strength: strengthOf(c),
    explainsFirstRed: observed.firstRed !== null && (namedFailed(c) ?? []).includes(observed.firstRed),
    conditions: conditionsOf(c),
  }
}

/** Which assertion failed says as much as two cases: that this one failed, and where. */
const conditionsOf = (c: HintCondition): number =>
  (c.failed?.length ?? 0) +
  (c.passed?.length ?? 0) +
  Object.keys(c.evidence ?? {}).length +
  2 * Object.keys(c.at ?? {}).length

/** The cases that a condition wants to have failed; null where it names none. */
const namedFailed = (c: HintCondition): string[] | null =>
  c.failed === undefined && c.at === undefined ? null : [...(c.failed ?? []), ...Object.keys(c.at ?? {})]

function strengthOf(c: HintCondition): number {
  if (c.probe !== undefined) return strength.probe
  if (c.evidence !== undefined && namedFailed(c) === null) return strength.evidence
  if (namedFailed(c) !== null || c.passed !== undefined) return strength.cases
  if (c.error !== undefined) return strength.error
  return strength.source
}

function byImportance(a: Match, b: Match): number {
  return (
    b.strength - a.strength ||
    Number(b.explainsFirstRed) - Number(a.explainsFirstRed) ||
    b.conditions - a.conditions ||
    b.hint.confidence - a.hint.confidence ||
    a.order - b.order
  )
}

function holds(c: HintCondition, observed: Observed): boolean {
  if (observed.broken && c.error === undefined) return false
  const status = (id: string): string | undefined => observed.reports.get(id)?.status
  if (c.probe !== undefined && status(c.probe) !== 'failed') return false
  if (c.failed?.some((id) => status(id) !== 'failed')) return false
  if (c.passed?.some((id) => status(id) !== 'passed')) return false
  if (c.at !== undefined && !atHolds(c.at, observed)) return false
  if (c.evidence !== undefined && !evidenceHolds(c, observed)) return false
  if (c.error !== undefined && !errorHolds(c, observed)) return false
  return c.source === undefined || sourceHolds(c.source, observed)
}

/** The failed cases a condition speaks of: those it names, else every failed one, probes included. */
function failedReports(c: HintCondition, observed: Observed): ReportedCase[] {
  const all = [...observed.reports.values()].filter((r) => r.status === 'failed')
  const named = namedFailed(c)
  return named === null ? all : all.filter((r) => named.includes(r.id))
}

function atHolds(wanted: NonNullable<HintCondition['at']>, observed: Observed): boolean {
  return Object.entries(wanted).every(([id, words]) => {
    const report = observed.reports.get(id)
    return report?.status === 'failed' && report.at !== null && [words].flat().includes(report.at)
  })
}

function evidenceHolds(c: HintCondition, observed: Observed): boolean {
  const wanted = Object.entries(c.evidence ?? {})
  return failedReports(c, observed).some((r) => wanted.every(([name, value]) => r.evidence[name] === value))
}

function errorHolds(c: HintCondition, observed: Observed): boolean {
  const pattern = new RegExp(c.error ?? '', 'm')
  const texts = failedReports(c, observed).map((r) => `${r.error ?? ''}\n${r.transcript.map((t) => t.text).join('\n')}`)
  return [...texts, observed.ending, observed.stderr].some((text) => pattern.test(text))
}

function sourceHolds(source: { file: string; matches: string }, observed: Observed): boolean {
  const text = observed.sources.get(source.file)
  return text !== undefined && new RegExp(source.matches, 'm').test(text)
}
