import { commandNames as commands, type CommandName } from '../command-names.ts'
import { paints } from '../../ui/terminal/style.ts'
import type { Command } from '../command.ts'

const groups = {
  work: 'Work',
  look: 'Look',
  machine: 'This machine',
  author: 'Authors',
  instructor: 'Instructors',
} as const

export const help: Command = {
  summary: 'Lists the commands.',
  usage: '',
  details: [],
  options: {},
  words: 0,
  run: async ({ settings }) => {
    const p = paints(settings)
    const names = Object.keys(commands) as CommandName[]
    const blocks = Object.entries(groups).flatMap(([id, title]) => {
      const rows = names
        .filter((n) => commands[n].group === id)
        .map((n) => `  npm run ${n.padEnd(10)} ${commands[n].summary}`)
      return [p.bold(title), ...rows, '']
    })
    const options = 'Options go behind two dashes: npm run next -- hello-gym --lang py. Each command has --help.'
    const text = [
      '',
      'Backend Gym: you write the code, hidden tests judge it.',
      '',
      ...blocks,
      options,
      '',
      '  Then    npm run next',
      '',
    ].join('\n')
    return { exitCode: 0, json: { commands: names.map((name) => ({ name, summary: commands[name].summary })) }, text }
  },
}
