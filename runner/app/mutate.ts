import { inParallel } from '../domain/in-parallel.ts'
import { sampleOf } from '../domain/gate/sample.ts'
import { describe } from '../domain/gate/trial-rules.ts'
import type { Exercise, Language } from '../domain/exercise/exercise.ts'
import type { Variant } from '../domain/exercise/variant.ts'
import type { Missing } from '../domain/judging/verdict.ts'
import type { Counts } from '../domain/mutation/count.ts'
import { sortSurvivors, type Sorted } from '../domain/mutation/equivalent.ts'
import { fateOf, type Fate } from '../domain/mutation/fate.ts'
import { grammars } from '../domain/mutation/grammar.ts'
import { mutantsOf, type Mutant } from '../domain/mutation/mutant.ts'
import type { Operator } from '../domain/mutation/operators.ts'
import { RunnerError } from '../errors/runner-error.ts'
import { planFor } from './plan.ts'
import type { Overlay, Pass, Readiness, Solutions, SourceParser, TypeCheck } from './ports.ts'
import { runTrials, type TrialPorts } from './run-trials.ts'

export interface MutatePorts extends TrialPorts {
  readiness: Readiness
  solutions: Solutions
  parser: SourceParser
  /** Opened at the first mutant that is not known; null where running it is the only way to know. */
  openTypeCheck: (language: Language, folder: string) => Promise<TypeCheck | null>
}

export interface MutateOptions {
  pass: Pass
  /** Outcomes that are known are not looked at: everything runs. */
  again: boolean
  only: Operator | null
  /** So many of them, drawn by a seed; all where it is null. */
  sample: { most: number; seed: number } | null
  lanes: number
  onProgress?: (done: number, total: number, what: string) => void
}

export type MutateResult = { missing: Missing[] } | Mutated

export interface Mutated extends Sorted {
  counts: Counts
  /** Files of the reference that were changed, and those that no operator knows. */
  files: string[]
  otherFiles: string[]
  /** Every mutant was looked at. */
  whole: boolean
  ran: number
  known: number
}

/** Changes the reference by each operator, and asks the suite about each mutant (docs/authoring.md). */
export async function mutate(ports: MutatePorts, options: MutateOptions, variant: Variant): Promise<MutateResult> {
  const missing = ports.readiness.missing(variant)
  if (missing.length > 0) return { missing }
  const reference = await openReference(ports, variant)
  try {
    const exercise = withBudget(variant.exercise, await requireGreen(ports, options, reference))
    const all = [...reference.sources].flatMap(([file, text]) => soundMutants(ports.parser, variant, file, text))
    const chosen = choose(all, options)
    const fates = await fatesOf(ports, options, { ...reference, variant: { ...variant, exercise } }, chosen)
    const having = (fate: Fate): Mutant[] => chosen.filter((_, i) => fates[i]?.fate === fate)
    const { entries } = ports.solutions.equivalents(variant.exercise)
    const whole = chosen.length === all.length
    const sorted = sortSurvivors(having('survived'), entries, variant.language)
    return {
      ...sorted,
      stale: whole ? sorted.stale : [],
      counts: {
        killed: having('killed').length,
        survived: sorted.survived.length,
        equivalent: sorted.equivalent.length,
        invalid: having('invalid').length,
      },
      files: [...reference.sources.keys()],
      otherFiles: reference.otherFiles,
      whole,
      ran: fates.filter((f) => !f.known).length,
      known: fates.filter((f) => f.known).length,
    }
  } finally {
    ports.trees.clear()
  }
}

interface Reference {
  variant: Variant
  folder: string
  overlays: readonly Overlay[]
  /** What a learner writes: files that starter and template do not have like this. */
  sources: Map<string, string>
  otherFiles: string[]
}

async function openReference({ source, solutions, trees }: MutatePorts, variant: Variant): Promise<Reference> {
  const { exercise, language } = variant
  const found = solutions.in(exercise, language).find((s) => s.kind === 'reference')
  if (!found) throw new RunnerError('no-reference', { slug: exercise.slug, language })
  const plan = planFor(source, variant, '')
  const starter = trees.texts(await trees.build(plan, [])).texts
  const folder = await trees.build(plan, found.overlays)
  const written = [...trees.texts(folder).texts].filter(([path, text]) => starter.get(path) !== text)
  const isSource = (path: string): boolean => grammars[language]?.files.test(path) === true
  return {
    variant,
    folder,
    overlays: found.overlays,
    sources: new Map(written.filter(([path]) => isSource(path))),
    otherFiles: written.map(([path]) => path).filter((path) => !isSource(path)),
  }
}

/** Where the reference itself is red, every mutant would count as killed. Returns the milliseconds that its cases take. */
async function requireGreen(ports: MutatePorts, options: MutateOptions, reference: Reference): Promise<number> {
  const { variant, overlays } = reference
  const input = { ...variant, plan: planFor(ports.source, variant, ''), overlays, pass: wholePass(options.pass) }
  const [ran] = await runTrials(ports, options, [{ kind: 'reference', id: 'reference', input }])
  const judgement = ran?.result.judgement
  if (judgement?.verdict.kind === 'passed' && judgement.cases.every((c) => c.status === 'passed'))
    return ran?.result.durationMs ?? 0
  const { exercise, language } = variant
  throw new RunnerError('reference-red', {
    slug: exercise.slug,
    language,
    verdict: judgement ? describe(judgement) : 'not judged',
  })
}

/**
 * A mutant that never ends would use up the whole budget, which is made for slow machines and slow answers. Ten times
 * what the reference took is late enough; its time is kept with its outcome, so that the keys of mutants stay the same.
 */
function withBudget(exercise: Exercise, referenceMs: number): Exercise {
  const enoughMs = Math.max(2_000, Math.ceil(referenceMs / 100) * 1_000)
  return { ...exercise, budgetMs: Math.min(exercise.budgetMs, enoughMs) }
}

/** What the parser does not read, nobody could have meant. */
function soundMutants(parser: SourceParser, { language }: Variant, file: string, text: string): Mutant[] {
  const { root, sound } = parser.parse(text)
  const grammar = grammars[language]
  if (!grammar || !sound) throw new RunnerError('reference-unreadable', { file, language })
  return mutantsOf(file, text, root, grammar).filter((mutant) => parser.isSound(mutant.text))
}

function choose(all: readonly Mutant[], { only, sample }: MutateOptions): Mutant[] {
  const wanted = all.filter((mutant) => only === null || mutant.operator === only)
  if (sample === null) return wanted
  const names = wanted.map(nameOf)
  const drawn = sampleOf(names, sample.most, sample.seed)
  return wanted.filter((_, i) => drawn.has(names[i] ?? ''))
}

const nameOf = ({ file, operator, was, now, nth }: Mutant): string => JSON.stringify([file, operator, was, now, nth])

interface Known {
  fate: Fate
  known: boolean
}

async function fatesOf(
  ports: MutatePorts,
  options: MutateOptions,
  reference: Reference,
  mutants: readonly Mutant[],
): Promise<Known[]> {
  let done = 0
  let check: Promise<TypeCheck | null> | null = null
  const isRefused = async ({ file, text }: Mutant): Promise<boolean> => {
    check ??= ports.openTypeCheck(reference.variant.language, reference.folder)
    return (await check)?.(file, text) === false
  }
  return inParallel(mutants, options.lanes, async (mutant) => {
    const fate = await oneFate(ports, options, reference, mutant, isRefused)
    options.onProgress?.(++done, mutants.length, `${mutant.operator} in ${mutant.file}:${mutant.line}`)
    return fate
  })
}

/** Ends at the first red case; where that was no more than a probe, the whole suite runs. */
async function oneFate(
  ports: MutatePorts,
  options: MutateOptions,
  { variant, overlays }: Reference,
  mutant: Mutant,
  isRefused: (mutant: Mutant) => Promise<boolean>,
): Promise<Known> {
  const changed = new Map([[mutant.file, mutant.text]])
  const inputOf = (pass: Pass) => ({
    ...{ ...variant, pass },
    plan: planFor(ports.source, variant, ''),
    overlays: [...overlays, changed],
  })
  const run = async (pass: Pass): Promise<Known> => {
    const trial = { kind: 'mutant', id: nameOf(mutant), input: inputOf(pass) } as const
    const [ran] = await runTrials(ports, { ...options, pass }, [trial])
    if (!ran) throw new Error('a trial without a result')
    return { fate: fateOf(ran.result, pass.firstRed === true), known: ran.known }
  }
  const pass: Pass = { ...options.pass, firstRed: true }
  const key = ports.trials.keyOf(inputOf(pass))
  const isOpen = options.again || ports.trials.find(key) === null
  if (isOpen && (await isRefused(mutant))) {
    const outcome = { kind: 'not-loadable', message: 'The compiler does not take it.', durationMs: 0 } as const
    ports.trials.keep(key, { outcome, left: [], outside: [] })
    return { fate: 'invalid', known: false }
  }
  const first = await run(pass)
  return first.fate === 'unclear' ? run(wholePass(options.pass)) : first
}

const wholePass = ({ firstRed: _, ...pass }: Pass): Pass => pass
