import { commandLine } from '../../errors/command-line.ts'
import { commandNames as commands, type CommandName } from '../command-names.ts'
import { paints } from '../../ui/terminal/style.ts'
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
  summary: 'Lists the commands.',
  usage: '',
  details: [],
  options: {},
  words: 0,
  run: async ({ settings }) => {
    const p = paints(settings)
    const names = Object.keys(commands) as CommandName[]
    const width = Math.max(...names.map((n) => commandLine(n).length))
    const blocks = Object.entries(groups).flatMap(([id, title]) => {
      const rows = names
        .filter((n) => commands[n].group === id)
        .map((n) => `  ${commandLine(n).padEnd(width)} ${commands[n].summary}`)
      return [p.bold(title), ...rows, '']
    })
    const text = [
      '',
      'Backend Gym: you write the code, hidden tests judge it.',
      '',
      ...blocks,
      `With options: ${commandLine('next', 'hello-gym', '--lang', 'py')}. Each command has --help.`,
      `${launcherFrom(settings)} next and npm run next do the same; the first starts faster and needs no dashes.`,
      '',
      `  Then    ${commandLine('next')}`,
      '',
    ].join('\n')
    return { exitCode: 0, json: { commands: names.map((name) => ({ name, summary: commands[name].summary })) }, text }
  },
}
