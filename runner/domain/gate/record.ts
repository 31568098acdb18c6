import * as v from 'valibot'
import { languages, type Language } from '../exercise/exercise.ts'

/**
 * What was proved of an exercise, committed with it as solutions/<area>/<slug>/verified.json: of which content, by which
 * parts of the runner, and when. Whoever has the same content need not prove it again.
 */

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
const day = v.pipe(v.string(), v.isoDate())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const recordSchema = v.strictObject({
  formatVersion: v.literal(1),
  /** Of the exercise's files and its solutions'. */
  content: hash,
  /** Of the parts of the runner that it rests on. */
  engine: hash,
  /** The last day on which everything was run and held. */
  on: day,
  variants: v.record(v.string(), v.strictObject({ cases: count, mistakes: count })),
  /** Passes of `verify --deep` that this content has stood. */
  passes: count,
  /** What came of changing the reference in one language (`mutate --save`). */
  mutants: v.optional(
    v.strictObject({
      language: v.picklist(languages),
      killed: count,
      survived: count,
      equivalent: count,
      invalid: count,
      /** Of the suite, the reference and the starter in that language, and the list of equivalent ones. */
      content: hash,
    }),
  ),
  /** Trials that were red once and green twice, and not yet mended. */
  flaky: v.array(v.strictObject({ trial: v.string(), on: day })),
})
export type ProofRecord = v.InferOutput<typeof recordSchema>
export type MutantsOnRecord = NonNullable<ProofRecord['mutants']>

export interface ProvedVariant {
  language: Language
  cases: number
  mistakes: readonly unknown[]
  flaky: readonly string[]
}

export interface Proof {
  content: string
  engine: string
  on: string
  variants: readonly ProvedVariant[]
  /** Passes of `--deep` that were made now; 0 for a plain run. */
  passes: number
}

/** The record after everything of an exercise has held. Passes count for the content that they were made of. */
export function recordOf(before: ProofRecord | null, proof: Proof): ProofRecord {
  const isSame = before?.content === proof.content
  const flaky = proof.variants.flatMap(({ language, flaky: ids }) =>
    ids.map((id) => ({ trial: `${language}/${id}`, on: proof.on })),
  )
  const known = isSame && proof.passes === 0 ? (before?.flaky ?? []) : []
  return {
    formatVersion: 1,
    content: proof.content,
    engine: proof.engine,
    on: proof.on,
    variants: Object.fromEntries(
      proof.variants.map((p) => [p.language, { cases: p.cases, mistakes: p.mistakes.length }]),
    ),
    passes: Math.max(proof.passes, isSame ? (before?.passes ?? 0) : 0),
    // They have a hash of their own, and go stale by it.
    ...(before?.mutants ? { mutants: before.mutants } : {}),
    flaky: [...known.filter((k) => !flaky.some((f) => f.trial === k.trial)), ...flaky],
  }
}

export interface Standing {
  slug: string
  record: ProofRecord | null
  content: string
  engine: string
}

/** Its files are not those that were proved: no record, or one of another content. */
export const isChanged = ({ record, content }: Standing): boolean => record?.content !== content

/** Nothing that a verdict rests on has changed since it was proved. */
export const isCurrent = (s: Standing): boolean => !isChanged(s) && s.record?.engine === s.engine

/** What should be proved next comes first: changed content, then another runner, then the oldest record. */
export function oldestFirst(standings: readonly Standing[]): Standing[] {
  const rank = (s: Standing): string => (isChanged(s) ? '0' : isCurrent(s) ? '2' : '1') + (s.record?.on ?? '')
  return [...standings].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : a.slug < b.slug ? -1 : 1))
}
