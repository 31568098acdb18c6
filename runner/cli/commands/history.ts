import { idOf, titleOf } from '../../domain/exercise/variant.ts'
import { renderHistory } from '../../ui/terminal/states.ts'
import type { Command } from '../command.ts'
import { targetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'

export const history: Command = {
  summary: 'Lists the saved states of your files, newest first.',
  usage: variantUsage,
  details: variantDetails,
  options: variantOptions,
  words: 1,
  run: async (context, input) => {
    const target = targetOf(context, input)
    const { slug, language } = idOf(target)
    const states = await context.snapshots.list({ slug, language })
    return {
      exitCode: 0,
      json: {
        slug,
        language,
        states: states.map(({ id, at, reason, note }) => ({ id, at, reason, note })),
      },
      toRead: true,
      text: renderHistory(titleOf(target), states, context.clock.now()),
    }
  },
}
