import { renderHelp } from '../../ui/terminal/help.ts'
import { commandNames as commands, type CommandName } from '../command-names.ts'
import type { Command } from '../command.ts'
import { launcherFrom } from '../faster.ts'

const groups = {
  work: 'Work',
  look: 'Look',
  machine: 'This machine',
  author: 'Authors',
  instructor: 'Instructors',
} as const

export const help: Command = {
  summary: 'Lists the commands, or tells the options of one.',
  usage: '[command]',
  details: ['command   what it does, and its options; the same as --help behind it'],
  options: {},
  words: 0,
  run: async ({ settings }) => {
    const all = (Object.keys(commands) as CommandName[]).map((name) => ({ name, ...commands[name] }))
    const grouped = Object.entries(groups).map(([id, title]) => ({
      title,
      commands: all.filter(({ group }) => group === id),
    }))
    return {
      exitCode: 0,
      json: { commands: all.map(({ name, summary }) => ({ name, summary })) },
      text: renderHelp(grouped, launcherFrom(settings), settings),
    }
  },
}
