import type { ContentProblem } from '../domain/gate/content-rules.ts'
import { mistakeResult, thinRequirements, type MistakeResult } from '../domain/gate/mistake-rules.ts'
import { settle, suspects } from '../domain/gate/second-chance.ts'
import {
  longestDeclared,
  solutionProblems,
  togetherProblems,
  variantProblems,
  type VariantResults,
} from '../domain/gate/trial-rules.ts'
import { storedMistakeProblems } from '../domain/gate/mistake.ts'
import type { TrialResult } from '../domain/gate/trial.ts'
import { parseBrief } from '../domain/exercise/brief.ts'
import { languagesOf, type Exercise, type Language } from '../domain/exercise/exercise.ts'
import type { Variant } from '../domain/exercise/variant.ts'
import { inParallel } from '../domain/in-parallel.ts'
import type { Missing } from '../domain/judging/verdict.ts'
import { planFor } from './plan.ts'
import type { Readiness, Solutions } from './ports.ts'
import { runTrials, type Ran, type TrialOptions, type TrialPorts } from './run-trials.ts'
import { trialsOf, type Trial } from './trials.ts'

export interface VerifiedVariant {
  slug: string
  language: Language
  ok: boolean
  problems: ContentProblem[]
  cases: number
  mistakes: MistakeResult[]
  durationMs: number
  /** Trials that were run now, those whose outcome was known, and wrong answers that were left out. */
  ran: number
  known: number
  leftOut: number
  /** Trials that were red once and green twice: named, and the next thing to mend. */
  flaky: string[]
  /** Requirements that fewer wrong answers break than are needed to prove that they are covered; left to do. */
  thin: number[]
}

export interface VerifyResult {
  ok: boolean
  exercises: VerifiedVariant[]
  notRun: { slug: string; language: Language; missing: Missing[] }[]
  /** Slugs of exercises that were not begun. */
  left: string[]
}

export interface VerifyPorts extends TrialPorts {
  readiness: Readiness
  solutions: Solutions
}

export interface VerifyOptions extends TrialOptions {
  exercises: readonly Exercise[]
  /** Which wrong answers are looked at; starter, emptied and solutions always are. */
  wants: (exercise: Exercise, language: Language, mistake: string) => boolean
  /** Whether a red trial of this exercise is run twice more. */
  secondChance: (exercise: Exercise) => boolean
  /** Asked before an exercise is begun; one that may not is named in `left`. */
  mayStart?: () => boolean
  /** All variants of an exercise are done. */
  onExercise?: (exercise: Exercise, variants: readonly VerifiedVariant[]) => void
  onProgress?: (done: number, total: number, what: string) => void
}

/** The content gate (docs/authoring.md): runs every tree of every variant in one warm engine, then judges. */
export async function verify(ports: VerifyPorts, options: VerifyOptions): Promise<VerifyResult> {
  const variants = options.exercises.flatMap((exercise) =>
    languagesOf(exercise).map((language) => ({ exercise, language })),
  )
  const missingOf = (variant: Variant): Missing[] => ports.readiness.missing(variant)
  const ready = variants.filter((v) => missingOf(v).length === 0)
  const notRun = variants.filter((v) => missingOf(v).length > 0)
  const progress = progressOf(ready.length, options.onProgress)
  const gather = gathered(options.pass.shuffle, options.onExercise)
  const mayStart = startsOf(options.mayStart)
  // Two at a time: trees stay few on disk, and while one is built or judged the other keeps the engine busy.
  const verified = await inParallel(ready, 2, async (variant) => {
    if (!mayStart(variant.exercise)) return null
    const judged = await verifyVariant(ports, options, variant)
    progress(variant)
    gather.add(judged)
    return judged.verified
  })
  ports.trees.clear()
  const exercises = gather.all(verified.filter((v) => v !== null))
  return {
    ok: exercises.every((e) => e.ok),
    exercises,
    notRun: notRun.map((v) => ({ slug: v.exercise.slug, language: v.language, missing: missingOf(v) })),
    left: [...new Set(ready.filter((_, i) => verified[i] === null).map((v) => v.exercise.slug))],
  }
}

function progressOf(total: number, say: VerifyOptions['onProgress'] = () => {}): (v: Variant) => void {
  let done = 0
  return ({ exercise, language }) => say(++done, total, `${exercise.slug} (${language})`)
}

/** An exercise is begun in all its languages or in none: what its first variant was told holds for the others. */
function startsOf(mayStart: () => boolean = () => true): (exercise: Exercise) => boolean {
  const told = new Map<string, boolean>()
  return ({ slug }) => {
    const may = told.get(slug) ?? mayStart()
    told.set(slug, may)
    return may
  }
}

/** A variant with what came of its trials: some rules look at all variants of an exercise. */
interface JudgedVariant {
  verified: VerifiedVariant
  seen: VariantResults
}

/**
 * Judges an exercise once the last of its variants is done, and tells of it; not when this machine lacks one of them, for
 * then nobody knows what the others would have proved.
 */
function gathered(isShuffled: boolean, tell: VerifyOptions['onExercise'] = () => {}) {
  const done = new Map<string, JudgedVariant[]>()
  const whole = new Map<VerifiedVariant, VerifiedVariant>()
  const add = (judged: JudgedVariant): void => {
    const { exercise } = judged.seen
    const own = [...(done.get(exercise.slug) ?? []), judged]
    done.set(exercise.slug, own)
    if (own.length < languagesOf(exercise).length) return
    // Transcripts of a whole catalog would fill the memory.
    done.delete(exercise.slug)
    const variants = isShuffled ? own.map((o) => o.verified) : judgedTogether(exercise, own)
    for (const [i, { verified }] of own.entries()) whole.set(verified, variants[i] as VerifiedVariant)
    tell(exercise, variants)
  }
  const all = (variants: readonly VerifiedVariant[]): VerifiedVariant[] => variants.map((v) => whole.get(v) ?? v)
  return { add, all }
}

/** What is wrong with the exercise as a whole stands with its first language. */
function judgedTogether(exercise: Exercise, own: readonly JudgedVariant[]): VerifiedVariant[] {
  const [first] = languagesOf(exercise)
  const seen = own.map((o) => o.seen)
  const found = togetherProblems(seen)
  const results = seen.flatMap((s) => s.results)
  const thin = seen.every((s) => s.complete) ? thinRequirements(exercise, seen[0]?.brief ?? '', results) : []
  return own.map(({ verified }) => {
    if (verified.language !== first) return verified
    const problems = [...verified.problems, ...found]
    return { ...verified, problems, ok: problems.length === 0, thin }
  })
}

async function verifyVariant(ports: VerifyPorts, options: VerifyOptions, variant: Variant): Promise<JudgedVariant> {
  const { exercise, language } = variant
  const { pass } = options
  const all = trialsOf(ports.source, ports.solutions, variant, pass)
  const trials = all.filter((t) => t.kind !== 'mistake' || options.wants(exercise, language, t.id))
  const ran = await runTrials(ports, options, trials)
  const first: VariantResults = {
    exercise,
    brief: ports.source.brief(exercise),
    hints: ports.source.hints(exercise),
    slugs: new Set(ports.source.load().catalog.bySlug.keys()),
    results: ran.map((r) => r.result),
    complete: trials.length === all.length,
  }
  const { results, flaky } = await secondChance(ports, options, trials, first)
  const problems = pass.shuffle
    ? solutionProblems(exercise, results).map((p) => ({ ...p, message: `cases in another order: ${p.message}` }))
    : [
        ...variantProblems({ ...first, results }),
        ...storedProblems(ports, exercise),
        ...leakProblems(ports, variant),
        ...loopbackProblems(ran),
      ]
  const verified: VerifiedVariant = {
    slug: exercise.slug,
    language,
    ok: problems.length === 0,
    problems,
    cases: longestDeclared(results).filter((c) => !c.probe).length,
    mistakes: results.filter((r) => r.kind === 'mistake').map(mistakeResult),
    durationMs: Math.round(results.reduce((sum, r) => sum + r.durationMs, 0)),
    ran: ran.filter((r) => !r.known).length,
    known: ran.filter((r) => r.known).length,
    leftOut: all.length - trials.length,
    flaky,
    thin: [],
  }
  return { verified, seen: { ...first, results } }
}

/** What is red and has not changed since it was proved is run twice more, where the caller allows it. */
async function secondChance(
  ports: VerifyPorts,
  options: VerifyOptions,
  trials: readonly Trial[],
  first: VariantResults,
): Promise<{ results: readonly TrialResult[]; flaky: string[] }> {
  const red = options.pass.shuffle || !options.secondChance(first.exercise) ? new Set<string>() : suspects(first)
  const again = trials.filter((t) => red.has(t.id))
  if (again.length === 0) return { results: first.results, flaky: [] }
  const rerun = async (): Promise<TrialResult[]> =>
    (await runTrials(ports, { ...options, again: true }, again)).map((r) => r.result)
  return settle(first, [await rerun(), await rerun()])
}

/** What is wrong with the files of the mistakes, and with the list of mutants that change nothing. */
function storedProblems({ source, solutions }: VerifyPorts, exercise: Exercise): ContentProblem[] {
  const requirements = new Set(parseBrief(source.brief(exercise)).requirements.keys())
  const hints = source.hints(exercise)
  return [
    ...solutions.mistakes(exercise).flatMap((mistake) => storedMistakeProblems(mistake, requirements, hints)),
    ...solutions.equivalents(exercise).problems,
  ]
}

const loopbackProblems = (ran: readonly Ran[]): ContentProblem[] =>
  [...new Set(ran.flatMap((r) => r.outside))].map((address) => ({
    rule: 'loopback',
    message: `something connected to ${address}`,
  }))

/** No file of a suite or a solution may ever be laid into a workspace. */
function leakProblems(ports: VerifyPorts, variant: Variant): ContentProblem[] {
  const { exercise } = variant
  const hidden = [`${exercise.folder}/suite/`, `${ports.source.solutionFolder(exercise)}/`]
  const sources = planFor(ports.source, variant, '').files.flatMap((f) => ('from' in f.source ? [f.source.from] : []))
  return sources
    .filter((from) => hidden.some((h) => from.startsWith(h)))
    .map((from) => ({ rule: 'leak', message: `the workspace would hold ${from}` }))
}
