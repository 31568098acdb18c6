import { commandLine } from '../../errors/command-line.ts'
import { paints, type Style } from './style.ts'

export interface HelpGroup {
  title: string
  commands: readonly { name: string; summary: string }[]
}

/**
 * All commands with a line each.
 * @param launcher the launcher as it is called from where the person stands
 * @param inside they stand in a workspace, where some commands are left out
 */
export function renderHelp(
  groups: readonly HelpGroup[],
  launcher: string,
  inside: boolean,
  style: Pick<Style, 'color'>,
): string {
  const p = paints(style)
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(({ name }) => commandLine(name).length)))
  const blocks = groups.flatMap(({ title, commands }) => [
    p.bold(title),
    ...commands.map(({ name, summary }) => `  ${commandLine(name).padEnd(width)} ${summary}`),
    '',
  ])
  return [
    '',
    'Backend Gym: you write the code, hidden tests judge it.',
    '',
    ...blocks,
    `With options: ${commandLine('next', 'hello-gym', '--lang', 'py')}. Each command has --help.`,
    `${launcher} next and npm run next do the same; the first starts faster and needs no dashes.`,
    ...(inside ? ['Commands for authors and instructors: in the project’s own folder.'] : []),
    '',
    `  Then    ${commandLine('next')}`,
    '',
  ].join('\n')
}

export interface Usage {
  summary: string
  /** Arguments and options in words. */
  usage: string
  /** One line an option. */
  details: readonly string[]
}

/** What `--help` says of one command. */
export function renderUsage(name: string, { summary, usage, details }: Usage): string {
  const words = usage === '' ? [] : [usage]
  const options = [
    ...details,
    '--json    one JSON object on stdout, nothing else',
    '--plain   no colour, no cursor movement',
  ]
  return [commandLine(name, ...words), '', `  ${summary}`, '', ...options.map((d) => `  ${d}`), ''].join('\n')
}

/** What happened, why, what to do; the same shape everywhere. */
export const renderError = ({ message, remedy }: { message: string; remedy: string }): string =>
  `\n  ${message}\n  → ${remedy}\n\n`
