import { availableParallelism } from 'node:os'
import { mutate, type MutateOptions, type Mutated } from '../../app/mutate.ts'
import { nearest } from '../../domain/exercise/catalog.ts'
import { languageName, languagesOf } from '../../domain/exercise/exercise.ts'
import type { Variant } from '../../domain/exercise/variant.ts'
import { percentKilled, wantedPercent } from '../../domain/mutation/count.ts'
import { entryOf } from '../../domain/mutation/equivalent.ts'
import { operatorNames, type Operator } from '../../domain/mutation/operators.ts'
import { commandLine } from '../../errors/command-line.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderMutantsNotRun, renderMutated } from '../../ui/terminal/mutate.ts'
import type { Answer, Command, Input, OptionValues } from '../command.ts'
import type { Context } from '../context.ts'
import { targetOf } from '../current.ts'
import { openProofs, type Proofs } from '../gate/open-proof.ts'
import { plainPass } from '../gate/passes.ts'
import { progressLine } from '../progress-line.ts'
import { seedOf } from '../seed-option.ts'
import { patience } from '../../harness/run/patience.ts'

export const mutateCommand: Command = {
  summary: 'Changes the reference in one small place after the other, and shows what the suite does not notice.',
  usage: '<slug> [--lang L] [--only OPERATOR] [--most N] [--seed N] [--again] [--save]',
  details: [
    '--lang    in this language; without it in the first of the manifest',
    `--only    by this operator alone: ${operatorNames.join(', ')}`,
    '--most    so many mutants only, drawn by --seed (1 without it)',
    '--seed    which ones --most draws',
    '--again   runs everything, also mutants whose outcome is known from before',
    '--save    write the counts into the record of the exercise; needs all mutants',
  ],
  options: {
    lang: { type: 'string' },
    only: { type: 'string' },
    most: { type: 'string' },
    seed: { type: 'string' },
    again: { type: 'boolean' },
    save: { type: 'boolean' },
  },
  words: 1,
  run: async (context, input) => mutateNow(context, input),
}

async function mutateNow(context: Context, input: Input): Promise<Answer> {
  const variant = chosenVariant(context, input)
  const options = mutateOptions(input.options)
  const { openParser } = await import('../../adapters/mutation/parser.ts')
  const parser = await openParser(variant.language)
  const { slug } = variant.exercise
  if (!parser) throw new RunnerError('no-operators', { slug, language: languageName(variant.language) })
  const proofs = await openProofs(context)
  const line = progressLine(context.settings)
  const { openTypeCheck } = await import('../../adapters/mutation/type-check.ts')
  const ports = {
    ...{ source: context.source, trees: context.trees, network: context.network, trials: proofs.trials, patience },
    ...{ parser, openTypeCheck },
    solutions: await context.solutions(),
    readiness: await context.readiness(),
    runs: await context.runs(),
  }
  const result = await mutate(ports, { ...options, onProgress: line.show }, variant)
  line.clear()
  if ('missing' in result) {
    const { language } = variant
    return {
      exitCode: 3,
      json: { slug, language, missing: result.missing },
      text: renderMutantsNotRun({ slug, language, missing: result.missing }, context.settings),
    }
  }
  return answerOf(context, variant, result, input.options['save'] === true ? proofs : null)
}

/** An author's command: it asks for the exercise by name, and does not look where a learner is at work. */
function chosenVariant(context: Context, { options, words }: Input): Variant {
  const [slug] = words
  if (slug === undefined) throw new RunnerError('no-slug', { command: 'mutate' })
  const { exercise, language } = targetOf(context, { options, words: [slug] })
  const [first] = languagesOf(exercise)
  return { exercise, language: options['lang'] === undefined && first !== undefined ? first : language }
}

function mutateOptions(options: OptionValues): MutateOptions {
  const refuse = (option: string, problem: string): never => {
    throw new RunnerError('option-value', { command: 'mutate', option, problem })
  }
  const { most, only } = options
  const seed = seedOf(options['seed'], 'mutate')
  if (most !== undefined && !/^[1-9]\d{0,5}$/.test(String(most))) refuse('--most', 'must be a whole number from 1')
  if (seed !== undefined && most === undefined) refuse('--seed', 'stands beside --most only')
  if (options['save'] === true && (most !== undefined || only !== undefined))
    refuse('--save', 'needs all mutants: leave out --only and --most')
  return {
    pass: plainPass,
    again: options['again'] === true,
    only: only === undefined ? null : operatorOf(String(only)),
    sample: most === undefined ? null : { most: Number(most), seed: seed ?? 1 },
    // One more than there are processors, as many as the engine has threads.
    lanes: availableParallelism() + 1,
  }
}

function operatorOf(name: string): Operator {
  const found = operatorNames.find((operator) => operator === name)
  if (found) return found
  const operators = operatorNames.join(', ')
  throw new RunnerError('unknown-operator', { name, operators, nearest: nearest(name, operatorNames) ?? undefined })
}

function answerOf(context: Context, { exercise, language }: Variant, result: Mutated, proofs: Proofs | null): Answer {
  const { slug } = exercise
  const percent = percentKilled(result.counts)
  const saved = result.stale.length === 0 && proofs !== null
  if (saved && !proofs.recordMutants(exercise, { language, ...result.counts }))
    throw new RunnerError('no-record', { slug })
  const next = result.survived.length > 0 ? commandLine('mistake', slug, '--new', '<id>') : commandLine('verify', slug)
  const { counts, whole, files, otherFiles, stale, ran, known } = result
  return {
    exitCode: stale.length > 0 ? 4 : percent < wantedPercent ? 1 : 0,
    json: {
      ...{ slug, language, whole, ...counts, percent, wantedPercent, files, otherFiles },
      survivors: result.survived.map((m) => ({ ...entryOf(language, m), line: m.line })),
      equivalents: result.equivalent.map(({ mutant, why }) => ({ ...entryOf(language, mutant), why })),
      ...{ stale, ran, known, saved, next },
    },
    text: renderMutated({ slug, language, result, percent, saved, next }, context.settings),
  }
}
