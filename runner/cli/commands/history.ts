import { commandLine } from '../../errors/command-line.ts'
import { idOf } from '../../domain/exercise/variant.ts'
import type { Command } from '../command.ts'
import { targetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'
import { when } from '../../ui/terminal/when.ts'

const words = {
  check: 'before a check',
  reset: 'before a reset',
  'give-up': 'before a give-up',
  undo: 'before an undo',
  update: 'before an update',
}

export const history: Command = {
  summary: 'Lists the saved states of your files, newest first.',
  usage: variantUsage,
  details: variantDetails,
  options: variantOptions,
  words: 1,
  run: async (context, input) => {
    const { slug, language } = idOf(targetOf(context, input))
    const states = await context.snapshots.list({ slug, language })
    const now = context.clock.now()
    const rows = states.map(
      (s) =>
        `  ${s.id.padStart(4)}   ${when(s.at, now).padEnd(22)} ${s.reason === 'check' && s.note ? s.note : words[s.reason]}`,
    )
    const text =
      states.length === 0
        ? '\n  Nothing is saved yet; each check saves your files first.\n'
        : [
            '',
            `${slug}: ${states.length} saved ${states.length === 1 ? 'state' : 'states'}`,
            '',
            ...rows,
            '',
            `  Back    ${commandLine('undo', '--to', '<number>')}`,
            '',
          ].join('\n')
    return {
      exitCode: 0,
      json: {
        slug,
        language,
        states: states.map(({ id, at, reason, note }) => ({ id, at, reason, note })),
      },
      text,
    }
  },
}
