import { paints, type Style } from './style.ts'

export interface HelpGroup {
  title: string
  commands: readonly { name: string; summary: string }[]
}

/** All commands with a line each. */
export function renderHelp(groups: readonly HelpGroup[], style: Pick<Style, 'color'>): string {
  const p = paints(style)
  const blocks = groups.flatMap(({ title, commands }) => [
    p.bold(title),
    ...commands.map(({ name, summary }) => `  npm run ${name.padEnd(10)} ${summary}`),
    '',
  ])
  return [
    '',
    'Backend Gym: you write the code, hidden tests judge it.',
    '',
    ...blocks,
    'Options go behind two dashes: npm run next -- hello-gym --lang py. Each command has --help.',
    '',
    '  Then    npm run next',
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
  const separator = usage === '' ? '' : ' -- '
  const options = [
    ...details,
    '--json    one JSON object on stdout, nothing else',
    '--plain   no colour, no cursor movement',
  ]
  return [`npm run ${name}${separator}${usage}`, '', `  ${summary}`, '', ...options.map((d) => `  ${d}`), ''].join('\n')
}

/** What happened, why, what to do; the same shape everywhere. */
export const renderError = ({ message, remedy }: { message: string; remedy: string }): string =>
  `\n  ${message}\n  → ${remedy}\n\n`
