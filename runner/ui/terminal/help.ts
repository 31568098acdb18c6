import { commandLine } from '../../errors/command-line.ts'
import { labelled, paints, visible, type Style } from './style.ts'

export interface HelpGroup {
  title: string
  commands: readonly { name: string; summary: string }[]
}

/**
 * All commands with a line each.
 * @param launcher the launcher as it is called from where the person stands
 * @param inside they stand in a workspace, where some commands are left out
 */
export function renderHelp(groups: readonly HelpGroup[], launcher: string, inside: boolean, style: Style): string {
  const p = paints(style)
  const width = Math.max(...groups.flatMap(({ commands }) => commands.map(({ name }) => commandLine(name).length)))
  const blocks = groups.flatMap(({ title, commands }) => [
    p.bold(title),
    ...commands.flatMap(({ name, summary }) => labelled(2, commandLine(name), summary, style.columns, width + 1)),
    '',
  ])
  return [
    '',
    'Backend Gym: you write the code, hidden tests judge it.',
    '',
    ...blocks,
    ...[
      `With options: ${commandLine('next', 'hello-gym', '--lang', 'py')}. Each command has --help.`,
      `${launcher} next and npm run next do the same; the first starts faster and needs no dashes.`,
      ...(inside ? ['Commands for authors and instructors: in the project’s own folder.'] : []),
    ].flatMap((text) => labelled(0, '', text, style.columns, 0)),
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

/** Options of every command; one for which they mean something else says that itself. */
const everywhere = [
  ['--json', '--json    one JSON object on stdout, nothing else'],
  ['--plain', '--plain   no colour, no cursor movement'],
] as const

/** What `--help` says of one command. */
export function renderUsage(name: string, { summary, usage, details }: Usage, { columns }: Style): string {
  const words = usage === '' ? [] : [usage]
  const isTold = (option: string): boolean => details.some((line) => line.startsWith(`${option} `))
  const options = [...details, ...everywhere.filter(([option]) => !isTold(option)).map(([, line]) => line)]
  return [
    ...labelled(0, '', commandLine(name, ...words), columns, 0),
    '',
    ...labelled(2, '', summary, columns, 0),
    '',
    ...options.flatMap((line) => optionLines(line, columns)),
    '',
  ].join('\n')
}

/** An option and what it does, in two columns; a sentence without an option is wrapped as it is. */
function optionLines(line: string, columns: number): string[] {
  const [, option, text] = /^(\S+\s{2,})(.*)$/.exec(line) ?? []
  return option && text ? labelled(2, option, text, columns, option.length) : labelled(2, '', line, columns, 0)
}

/** What happened, why, what to do; the same shape everywhere. */
export function renderError({ message, remedy }: { message: string; remedy: string }, { columns }: Style): string {
  const lines = message.split('\n').flatMap((line) => labelled(2, '', visible(line), columns, 0))
  const todo = remedy.split('\n').flatMap((line, i) => labelled(2, i === 0 ? '→' : '', line, columns, 2))
  return ['', ...lines, ...todo, '', ''].join('\n')
}
