import { caseProblems, staticProblems, type ContentProblem } from '../domain/gate/content-rules.ts'
import { languagesOf, type Exercise, type Language } from '../domain/exercise/exercise.ts'
import { inParallel } from '../domain/in-parallel.ts'
import type { Hint } from '../domain/judging/hint.ts'
import { firstRed, judge, type Judgement } from '../domain/judging/judge.ts'
import type { Missing } from '../domain/judging/verdict.ts'
import type { CatalogSource, NetworkWatch, Readiness, RunOutcome, Runs, Trees } from './ports.ts'
import { planFor } from './plan.ts'

export interface MistakeResult {
  id: string
  /** At least one scored case is red, or the run is not witnessed. */
  failed: boolean
  topHint: string | null
  ok: boolean
}

export interface VerifiedVariant {
  slug: string
  language: Language
  ok: boolean
  problems: ContentProblem[]
  cases: number
  mistakes: MistakeResult[]
  durationMs: number
}

export interface VerifyResult {
  ok: boolean
  exercises: VerifiedVariant[]
  notRun: { slug: string; language: Language; missing: Missing[] }[]
}

export interface VerifyPorts {
  source: CatalogSource
  readiness: Readiness
  runs: Runs
  trees: Trees
  network: NetworkWatch
}

export interface VerifyOptions {
  exercises: readonly Exercise[]
  /** TZ, LANG and seed of this pass; `--deep` calls with several. */
  pass: Pass
  onProgress?: (done: number, total: number, what: string) => void
}

export interface Pass {
  seed: number
  env: Record<string, string>
  /** Cases in another order: only solutions are run, since hints rest on the order. */
  shuffle: boolean
}

interface Variant {
  exercise: Exercise
  language: Language
}

/** One tree that is run for a variant. */
interface Trial extends Variant {
  kind: 'starter' | 'emptied' | 'reference' | 'alternative' | 'mistake'
  id: string
  folder: string
  /** Files before the run, for trials that must leave none behind. */
  before: Set<string>
}

/** The content gate (design.md section 8): runs every tree of every variant in one warm engine, then judges. */
export async function verify(ports: VerifyPorts, options: VerifyOptions): Promise<VerifyResult> {
  const variants = options.exercises.flatMap((exercise) =>
    languagesOf(exercise).map((language) => ({ exercise, language })),
  )
  const missingOf = (variant: Variant): Missing[] => ports.readiness.missing(variant)
  const ready = variants.filter((v) => missingOf(v).length === 0)
  const notRun = variants.filter((v) => missingOf(v).length > 0)
  const progress = progressOf(ready.length, options.onProgress)
  // Two at a time: trees stay few on disk, and while one is built or judged the other keeps the engine busy.
  const exercises = await inParallel(ready, 2, (variant) => verifyVariant(ports, options, variant, progress))
  ports.trees.clear()
  return {
    ok: exercises.every((e) => e.ok),
    exercises,
    notRun: notRun.map((v) => ({ slug: v.exercise.slug, language: v.language, missing: missingOf(v) })),
  }
}

function progressOf(total: number, say: VerifyOptions['onProgress'] = () => {}): (v: Variant) => void {
  let done = 0
  return ({ exercise, language }) => say(++done, total, `${exercise.slug} (${language})`)
}

async function verifyVariant(
  ports: VerifyPorts,
  options: VerifyOptions,
  variant: Variant,
  progress: (v: Variant) => void,
): Promise<VerifiedVariant> {
  const { shuffle } = options.pass
  const trials = await trialsOf(ports, variant, shuffle)
  const watch = ports.network.start()
  const outcomes = await ports.runs.run(
    trials.map((t) => ({ ...t, seed: options.pass.seed, env: options.pass.env })),
    { shuffle },
  )
  const outside = watch.stop()
  const own = trials.map((trial, i) => ({ trial, outcome: outcomes[i] as RunOutcome }))
  const result = shuffle ? judgeSolutions(ports, variant, own) : judgeVariant(ports, variant, own, outside)
  for (const trial of trials) ports.trees.remove(trial.folder)
  progress(variant)
  return result
}

async function trialsOf(ports: VerifyPorts, { exercise, language }: Variant, solutionsOnly: boolean): Promise<Trial[]> {
  const plan = planFor(ports.source, { exercise, language }, '')
  const solutions = ports.trees.solutions(ports.source.solutionFolder(exercise), language)
  const reference = solutions.find((s) => s.kind === 'reference')
  const scripted = exercise.driver === 'git'
  const trial = async (kind: Trial['kind'], id: string, overlays: string[]): Promise<Trial> => {
    const folder = await ports.trees.build(plan, overlays, kind === 'emptied' ? 'emptied' : undefined)
    return { exercise, language, kind, id, folder, before: ports.trees.files(folder) }
  }
  const trials = solutionsOnly ? [] : [await trial('starter', 'starter', []), await trial('emptied', 'emptied', [])]
  for (const solution of solutions.filter((s) => !solutionsOnly || s.kind !== 'mistake')) {
    // A mistake is laid over the reference; a scripted one does the whole work its own way.
    const base = solution.kind === 'mistake' && reference && !scripted ? [reference.folder] : []
    trials.push(await trial(solution.kind, solution.id, [...base, solution.folder]))
  }
  return trials
}

interface TrialResult {
  trial: Trial
  judgement: Judgement
  outcome: RunOutcome
}

function judgeSolutions(
  ports: VerifyPorts,
  { exercise, language }: Variant,
  own: { trial: Trial; outcome: RunOutcome }[],
): VerifiedVariant {
  const results = own.map((t) => ({ ...t, judgement: judge(exercise.groups, t.outcome, [], new Map()) }))
  const problems = solutionProblems(exercise, results, ports).map((p) => ({
    ...p,
    message: `cases in another order: ${p.message}`,
  }))
  const cases = results[0]?.judgement.cases.length ?? 0
  return {
    slug: exercise.slug,
    language,
    ok: problems.length === 0,
    problems,
    cases,
    mistakes: [],
    durationMs: Math.round(sum(results.map(timeOf))),
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

function judgeVariant(
  ports: VerifyPorts,
  variant: Variant,
  own: { trial: Trial; outcome: RunOutcome }[],
  outside: string[],
): VerifiedVariant {
  const { exercise, language } = variant
  const brief = ports.source.brief(exercise)
  const hints = ports.source.hints(exercise)
  const slugs = new Set(ports.source.load().catalog.bySlug.keys())
  const results = own.map(({ trial, outcome }) => ({
    trial,
    outcome,
    judgement: judge(exercise.groups, outcome, hints, new Map()),
  }))
  const ran = results.flatMap(({ outcome }) => (outcome.kind === 'ran' ? [outcome.facts] : []))
  const declared = ran.map((f) => f.modules.flatMap((m) => m.declared)).sort((a, b) => b.length - a.length)[0] ?? []
  const mistakes = results.filter((r) => r.trial.kind === 'mistake').map(mistakeResult)
  const problems = [
    ...staticProblems(exercise, brief, hints, slugs),
    ...caseProblems(exercise, brief, hints, declared),
    ...stableProblems(ran.map((f) => f.modules.flatMap((m) => m.declared.map((c) => c.id)))),
    ...starterProblems(exercise, results),
    ...solutionProblems(exercise, results, ports),
    ...mistakes.filter((m) => !m.ok).map(mistakeProblem),
    ...reachProblems(hints, results, mistakes),
    ...deadCaseProblems(
      declared.filter((c) => !c.probe).map((c) => c.id),
      results,
    ),
    ...leakProblems(ports, variant),
    ...outside.map((address) => ({ rule: 'loopback', message: `something connected to ${address}` })),
  ]
  const durationMs = Math.round(sum(results.map(timeOf)))
  return {
    slug: exercise.slug,
    language,
    ok: problems.length === 0,
    problems,
    cases: declared.filter((c) => !c.probe).length,
    mistakes,
    durationMs,
  }
}

/** Time of the cases themselves: the batch's wall clock is shared by many runs. */
const timeOf = ({ outcome }: TrialResult): number =>
  outcome.kind === 'ran'
    ? sum(outcome.facts.modules.flatMap((m) => m.reported).map((r) => r.durationMs))
    : outcome.durationMs

/** Registering must not depend on what is run: every trial declares the same cases. */
function stableProblems(lists: string[][]): ContentProblem[] {
  const different = new Set(lists.map((ids) => ids.join()))
  return different.size > 1 ? [{ rule: 'cases', message: 'the declared cases differ from run to run' }] : []
}

function starterProblems(exercise: Exercise, results: TrialResult[]): ContentProblem[] {
  const starter = results.find((r) => r.trial.kind === 'starter')
  const emptied = results.find((r) => r.trial.kind === 'emptied')
  const problems: ContentProblem[] = []
  if (starter) problems.push(...starterVerdict(exercise, starter))
  if (emptied?.judgement.verdict.kind === 'passed')
    problems.push({ rule: 'emptied', message: 'an emptied workspace passes' })
  return problems
}

function starterVerdict(exercise: Exercise, { judgement }: TrialResult): ContentProblem[] {
  const { verdict } = judgement
  if (verdict.kind !== 'failed')
    return [
      { rule: 'starter', message: `the starter is ${describe(judgement)}; it must load and fail by an assertion` },
    ]
  const red = firstRed(judgement)?.id ?? null
  return red === exercise.firstRed
    ? []
    : [
        {
          rule: 'first-red',
          message: `the starter's first red case is "${red}", the manifest says "${exercise.firstRed}"`,
        },
      ]
}

function solutionProblems(exercise: Exercise, results: TrialResult[], ports: VerifyPorts): ContentProblem[] {
  const kinds = ['reference', 'alternative'] as const
  const absent = kinds
    .filter((kind) => !results.some((r) => r.trial.kind === kind))
    .map((kind) => ({ rule: kind, message: `there is no ${kind} solution` }))
  const found = results.filter((r) => r.trial.kind === 'reference' || r.trial.kind === 'alternative')
  return [...absent, ...found.flatMap((r) => oneSolution(exercise, r, ports))]
}

function oneSolution(exercise: Exercise, result: TrialResult, ports: VerifyPorts): ContentProblem[] {
  const { trial, judgement } = result
  const rule = trial.kind
  const problems: ContentProblem[] = []
  if (judgement.score?.total !== 100 || !judgement.score.mastered)
    problems.push({ rule, message: `${trial.id} is ${describe(judgement)}; it must have 100 points` })
  if (timeOf(result) > exercise.budgetMs)
    problems.push({
      rule: 'budget',
      message: `${trial.id} took ${Math.round(timeOf(result))} ms of ${exercise.budgetMs}`,
    })
  for (const warning of judgement.warnings) problems.push({ rule: 'leftovers', message: `${trial.id}: ${warning}` })
  const left = [...ports.trees.files(trial.folder)].filter((f) => !trial.before.has(f))
  if (left.length > 0)
    problems.push({ rule: 'leftovers', message: `${trial.id} left files behind: ${left.slice(0, 3).join(', ')}` })
  return problems
}

function mistakeResult({ trial, judgement }: TrialResult): MistakeResult {
  const failed = judgement.verdict.kind !== 'passed' || judgement.cases.some((c) => c.status === 'failed')
  const topHint = judgement.hints[0]?.id ?? null
  return { id: trial.id, failed, topHint, ok: failed && topHint === trial.id && judgement.hints[0]?.confident === true }
}

function mistakeProblem(m: MistakeResult): ContentProblem {
  if (!m.failed) return { rule: 'mistake-red', message: `the mistake "${m.id}" has no red case` }
  const seen =
    m.topHint === null
      ? 'no hint'
      : m.topHint === m.id
        ? 'its hint below its confidence'
        : `the hint "${m.topHint}" on top`
  return { rule: 'mistake-hint', message: `the mistake "${m.id}" brings up ${seen}` }
}

function reachProblems(hints: readonly Hint[], results: TrialResult[], mistakes: MistakeResult[]): ContentProblem[] {
  const starterTop = results.find((r) => r.trial.kind === 'starter')?.judgement.hints[0]?.id
  const reached = new Set([...mistakes.map((m) => m.topHint), starterTop])
  return hints
    .filter((h) => !reached.has(h.id))
    .map((h) => ({ rule: 'hint-reachable', message: `no mistake brings up the hint "${h.id}"` }))
}

/** A case that nothing fails proves nothing. */
function deadCaseProblems(ids: string[], results: TrialResult[]): ContentProblem[] {
  const red = results.filter((r) => r.trial.kind === 'mistake' || r.trial.kind === 'starter')
  const failedBySome = (id: string): boolean =>
    red.some((r) => r.judgement.cases.some((c) => c.id === id && c.status === 'failed'))
  return ids
    .filter((id) => !failedBySome(id))
    .map((id) => ({ rule: 'case-alive', message: `no mistake and not the starter fails the case "${id}"` }))
}

/** No file of a suite or a solution may ever be laid into a workspace. */
function leakProblems(ports: VerifyPorts, { exercise, language }: Variant): ContentProblem[] {
  const hidden = [`${exercise.folder}/suite/`, `${ports.source.solutionFolder(exercise)}/`]
  const sources = planFor(ports.source, { exercise, language }, '').files.flatMap((f) =>
    'from' in f.source ? [f.source.from] : [],
  )
  return sources
    .filter((from) => hidden.some((h) => from.startsWith(h)))
    .map((from) => ({ rule: 'leak', message: `the workspace would hold ${from}` }))
}

function describe({ verdict, score, cases }: Judgement): string {
  const red = cases.filter((c) => c.status === 'failed').map((c) => c.id)
  const reason = 'message' in verdict ? `: ${verdict.message}` : ''
  return `${verdict.kind}${score ? ` with ${score.total} points` : ''}${red.length > 0 ? ` (red: ${red.join(', ')})` : ''}${reason}`
}
