import { commandLine } from '../errors/command-line.ts'
import type { RunnerError } from '../errors/runner-error.ts'
import type { Command } from './command.ts'

/** What happened, why, what to do; the same shape everywhere. */
export const renderError = (error: RunnerError): string => `\n  ${error.message}\n  → ${error.remedy}\n\n`

export function renderUsage(name: string, command: Command): string {
  const usage = command.usage === '' ? [] : [command.usage]
  const lines = [commandLine(name, ...usage), '', `  ${command.summary}`, '']
  const details = [
    ...command.details,
    '--json    one JSON object on stdout, nothing else',
    '--plain   no colour, no cursor movement',
  ]
  return [...lines, ...details.map((d) => `  ${d}`), ''].join('\n')
}
