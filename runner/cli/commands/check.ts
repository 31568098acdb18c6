import { checkVariant } from '../../app/check.ts'
import { checkAnswer } from '../check-answer.ts'
import type { Command } from '../command.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'
import { whileBusy } from '../progress-line.ts'
import { seedOf } from '../seed-option.ts'

export const check: Command = {
  summary: 'Checks the current exercise; never moves on.',
  usage: `${variantUsage} [--seed N]`,
  details: [...variantDetails, '--seed    repeat a run with the seed it printed'],
  options: { ...variantOptions, seed: { type: 'string' } },
  words: 1,
  run: async (context, input) => {
    const target = startedTargetOf(context, input)
    const seed = seedOf(input.options['seed'])
    const result = await whileBusy(context.settings, `Checking ${target.exercise.slug}`, () =>
      checkVariant(context, target, seed),
    )
    return checkAnswer(context, result)
  },
}
