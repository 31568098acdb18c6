import { relative } from 'node:path'
import { forwardedCommands } from '../../app/plan.ts'
import { isThroughLauncher } from '../../errors/command-line.ts'
import { renderHelp } from '../../ui/terminal/help.ts'
import { commandNames as commands, type CommandName } from '../command-names.ts'
import type { Command } from '../command.ts'
import { launcherFrom } from '../faster.ts'
import type { Settings } from '../settings.ts'

const groups = {
  work: 'Work',
  look: 'Look',
  machine: 'This machine',
  author: 'Authors',
  instructor: 'Instructors',
} as const

const forwarded: ReadonlySet<string> = new Set(forwardedCommands)

/** A workspace's package.json forwards the learner's commands; the others are not found there through npm. */
const isInWorkspace = ({ workspace, startedIn }: Settings): boolean => {
  const path = relative(workspace, startedIn)
  return path !== '' && !path.startsWith('..')
}

export const help: Command = {
  summary: 'Lists the commands, or tells the options of one.',
  usage: '[command]',
  details: ['command   what it does, and its options; the same as --help behind it'],
  options: {},
  words: 0,
  run: async ({ settings }) => {
    const inside = isInWorkspace(settings) && !isThroughLauncher()
    const all = (Object.keys(commands) as CommandName[])
      .filter((name) => !inside || forwarded.has(name))
      .map((name) => ({ name, ...commands[name] }))
    const grouped = Object.entries(groups)
      .map(([id, title]) => ({
        title,
        commands: all.filter(({ group }) => group === id),
      }))
      .filter((group) => group.commands.length > 0)
    return {
      exitCode: 0,
      json: { commands: all.map(({ name, summary }) => ({ name, summary })) },
      text: renderHelp(grouped, launcherFrom(settings), inside, settings),
    }
  },
}
