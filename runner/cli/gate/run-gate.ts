import { verify, type VerifiedVariant, type VerifyOptions, type VerifyResult } from '../../app/verify.ts'
import { isChanged, isCurrent, oldestFirst, type Standing } from '../../domain/gate/record.ts'
import { demandsMutants, mutantsToDo, type MutantsToDo } from '../../domain/gate/mutants-standing.ts'
import { grammars } from '../../domain/mutation/grammar.ts'
import { sampleOf } from '../../domain/gate/sample.ts'
import { languagesOf, type Exercise } from '../../domain/exercise/exercise.ts'
import type { Pass } from '../../app/ports.ts'
import type { Context } from '../context.ts'
import { progressLine } from '../progress-line.ts'
import { openProofs, type Proofs } from './open-proof.ts'
import { deepPasses, deepPassList, plainPass } from './passes.ts'
import { patience } from '../../harness/run/patience.ts'

export interface GateOptions {
  /** Only what is not proved as it stands now. */
  changed?: boolean
  /** Ten passes, one exercise after the other. */
  deep?: boolean
  /** Runs everything, also what is known. */
  again?: boolean
  /** Starts no further exercise after so many minutes. */
  minutes?: number
  /** What was proved longest ago comes first. */
  oldest?: boolean
  /** The i-th of n parts of the exercises, from 1. */
  shard?: { index: number; of: number }
  /** Wrong answers of unchanged exercises: so many of them, drawn by this seed. All of them without it. */
  sample?: { most: number; seed: number }
}

export interface GateResult extends VerifyResult {
  /** Exercises whose record was written. */
  recorded: string[]
  /** Exercises whose mutants are not on record as they should be; left to do. */
  mutants: MutantsToDo[]
}

/** Runs the content gate over some exercises; records what has held in full. */
export async function runGate(
  context: Context,
  exercises: readonly Exercise[],
  options: GateOptions,
): Promise<GateResult> {
  const proofs = await openProofs(context)
  const standings = new Map(exercises.map((exercise) => [exercise.slug, proofs.standing(exercise)]))
  const chosen = choose(exercises, standings, options)
  const gate: Gate = { context, proofs, standings, options, until: Date.now() + (options.minutes ?? Infinity) * 60_000 }
  const result = options.deep === true ? await runDeep(gate, chosen) : await runPlain(gate, chosen)
  const mutants = chosen
    .filter(hasOperators)
    .map((exercise) => mutantsToDo(proofs.mutants(exercise)))
    .filter((toDo) => toDo !== null)
  return { ...result, mutants, ok: result.ok && !(demandsMutants && mutants.length > 0) }
}

/** There is a language of it that mutants can be made in. */
function hasOperators(exercise: Exercise): boolean {
  return languagesOf(exercise).some((language) => grammars[language] !== undefined)
}

type PassesResult = Omit<GateResult, 'mutants'>

interface Gate {
  context: Context
  proofs: Proofs
  standings: ReadonlyMap<string, Standing>
  options: GateOptions
  until: number
}

const today = ({ context }: Gate): string => context.clock.now().toISOString().slice(0, 10)

function choose(
  exercises: readonly Exercise[],
  standings: ReadonlyMap<string, Standing>,
  { changed, deep, oldest, shard }: GateOptions,
): Exercise[] {
  const order = oldest === true ? oldestFirst([...standings.values()]).map((s) => s.slug) : [...standings.keys()]
  const bySlug = new Map(exercises.map((exercise) => [exercise.slug, exercise]))
  const isOpen = ({ slug }: Exercise): boolean => {
    const standing = standings.get(slug) as Standing
    if (changed !== true) return true
    return deep === true
      ? isChanged(standing) || (standing.record?.passes ?? 0) < deepPasses
      : !isCurrent(standing) || (standing.record?.flaky.length ?? 0) > 0
  }
  return order
    .map((slug) => bySlug.get(slug) as Exercise)
    .filter(isOpen)
    .filter((_, i) => shard === undefined || i % shard.of === shard.index - 1)
}

async function runPlain(gate: Gate, exercises: readonly Exercise[]): Promise<PassesResult> {
  const { options, until } = gate
  const recorded: string[] = []
  const result = await runPass(gate, exercises, plainPass, '', {
    wants: await wantsOf(gate, exercises),
    mayStart: () => Date.now() < until,
    onExercise: (exercise, variants) => {
      if (options.sample === undefined && record(gate, exercise, variants, 0)) recorded.push(exercise.slug)
    },
  })
  return { ...result, recorded }
}

/** Everything of a changed exercise; of the others a sample, or all where none is asked for. */
async function wantsOf(
  { context, standings, options }: Gate,
  exercises: readonly Exercise[],
): Promise<VerifyOptions['wants']> {
  const { sample } = options
  if (sample === undefined) return () => true
  const solutions = await context.solutions()
  const unchanged = exercises.filter(({ slug }) => !isChanged(standings.get(slug) as Standing))
  const nameOf = (exercise: Exercise, language: string, mistake: string): string =>
    `${exercise.slug}/${language}/${mistake}`
  const names = unchanged.flatMap((exercise) =>
    languagesOf(exercise).flatMap((language) =>
      solutions
        .in(exercise, language)
        .filter(({ kind }) => kind === 'mistake')
        .map(({ id }) => nameOf(exercise, language, id)),
    ),
  )
  const drawn = sampleOf(names, sample.most, sample.seed)
  return (exercise, language, mistake) =>
    !unchanged.includes(exercise) || drawn.has(nameOf(exercise, language, mistake))
}

function record(gate: Gate, exercise: Exercise, variants: readonly VerifiedVariant[], passes: number): boolean {
  if (variants.some((v) => !v.ok || v.leftOut > 0)) return false
  gate.proofs.record(exercise, { on: today(gate), variants, passes })
  return true
}

/** One exercise after the other, each recorded at once: a run that is cut off has not been for nothing. */
async function runDeep(gate: Gate, exercises: readonly Exercise[]): Promise<PassesResult> {
  const results: VerifyResult[] = []
  const [left, recorded]: [string[], string[]] = [[], []]
  for (const exercise of exercises) {
    if (Date.now() > gate.until) {
      left.push(exercise.slug)
      continue
    }
    const passes = await deepOf(gate, exercise)
    const result = mergePasses(passes)
    results.push(result)
    const isWhole = result.exercises.length === languagesOf(exercise).length
    if (passes.length < deepPasses) left.push(exercise.slug)
    else if (isWhole && record(gate, exercise, result.exercises, deepPasses)) recorded.push(exercise.slug)
  }
  return {
    ok: results.every((r) => r.ok),
    exercises: results.flatMap((r) => r.exercises),
    notRun: results.flatMap((r) => r.notRun),
    left,
    recorded,
  }
}

async function deepOf(gate: Gate, exercise: Exercise): Promise<VerifyResult[]> {
  const results: VerifyResult[] = []
  for (const [index, pass] of deepPassList().entries()) {
    if (Date.now() > gate.until && index > 0) break
    const label = `pass ${index + 1} of ${deepPasses}: `
    results.push(await runPass(gate, [exercise], pass, label, { wants: () => true, again: true }))
  }
  return results
}

async function runPass(
  { context, proofs, standings, options }: Gate,
  exercises: readonly Exercise[],
  pass: Pass,
  label: string,
  more: Partial<VerifyOptions> & Pick<VerifyOptions, 'wants'>,
): Promise<VerifyResult> {
  const { source, trees, network, settings } = context
  const ports = {
    source,
    trees,
    network,
    solutions: await context.solutions(),
    readiness: await context.readiness(),
    runs: await context.runs(),
    trials: proofs.trials,
    patience,
  }
  const line = progressLine(settings)
  const result = await verify(ports, {
    exercises,
    pass,
    again: options.again === true,
    // In CI a machine's bad moment must not throw away a day's work; what has changed is not forgiven.
    secondChance: ({ slug }) => settings.ci && !isChanged(standings.get(slug) as Standing),
    onProgress: (done, total, what) => line.show(done, total, label + what),
    ...more,
  })
  line.clear()
  return result
}

/** A variant is sound only when every pass says so; problems are told once. */
function mergePasses(results: readonly VerifyResult[]): VerifyResult {
  const [first] = results
  if (!first) return { ok: true, exercises: [], notRun: [], left: [] }
  const exercises = first.exercises.map((variant) => {
    const all = results.flatMap((r) => r.exercises.filter((e) => e.language === variant.language))
    const problems = [...new Map(all.flatMap((e) => e.problems).map((p) => [`${p.rule} ${p.message}`, p])).values()]
    return {
      ...variant,
      problems,
      ok: problems.length === 0,
      durationMs: Math.max(...all.map((e) => e.durationMs)),
      ran: all.reduce((sum, e) => sum + e.ran, 0),
      flaky: [...new Set(all.flatMap((e) => e.flaky))],
    }
  })
  return { ...first, exercises, ok: exercises.every((e) => e.ok) }
}
