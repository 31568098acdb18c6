import { readFileSync } from 'node:fs'
import { checkVariant, type CheckResult } from '../../app/check.ts'
import { caseIdsIn } from '../../domain/exercise/case-ids.ts'
import type { Exercise } from '../../domain/exercise/exercise.ts'
import type { JudgedCase } from '../../domain/judging/judge.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderCases } from '../../ui/terminal/all-cases.ts'
import { checkAnswer } from '../check-answer.ts'
import type { Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'
import { whileBusy } from '../progress-line.ts'
import { seedOf } from '../seed-option.ts'

export const check: Command = {
  summary: 'Checks the current exercise; never moves on.',
  usage: `${variantUsage} [--seed N] [--case ID | --all] [--types]`,
  details: [
    ...variantDetails,
    '--seed    repeat a run with the seed it printed',
    '--case    one case in full, red or green: every step, and all that your program printed',
    '--all     every red case in full',
    '--types   also what TypeScript says of the types, with up to 20 s for it; watch tells it by itself',
  ],
  options: {
    ...variantOptions,
    seed: { type: 'string' },
    case: { type: 'string' },
    all: { type: 'boolean' },
    types: { type: 'boolean' },
  },
  words: 1,
  run: async (context, input) => {
    const target = startedTargetOf(context, input)
    const seed = seedOf(input.options['seed'])
    requireCase(context, target.exercise, input.options['case'])
    const result = await whileBusy(context.settings, `Checking ${target.exercise.slug}`, () =>
      checkVariant(context, target, seed, { types: input.options['types'] === true }),
    )
    const shown = casesAskedFor(input, result)
    const answer = await checkAnswer(context, result)
    if (shown.length === 0) return answer
    const { slug } = target.exercise
    const view = { slug, cases: shown, seed: result.seed, folder: result.workspace }
    return { ...answer, text: renderCases(view, context.settings), toRead: true }
  },
}

/** Before the run: a mistyped id is no attempt. */
function requireCase({ source }: Context, exercise: Exercise, id: Input['options'][string]): void {
  if (typeof id !== 'string') return
  const known = caseIdsIn(source.suiteFiles(exercise).map((path) => readFileSync(path, 'utf8')))
  if (!known.includes(id)) throw new RunnerError('unknown-case', { id, cases: known.join(', ') })
}

/** None: the screen of a check, as where every case is green or nothing was judged. */
function casesAskedFor({ options }: Input, { judgement: { cases } }: CheckResult): JudgedCase[] {
  const id = options['case']
  if (typeof id === 'string') return cases.filter((one) => one.id === id)
  return options['all'] === true ? cases.filter((one) => one.status === 'failed') : []
}
