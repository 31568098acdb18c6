import type { ParseArgsConfig } from 'node:util'
import type { Context } from './context.ts'

export type OptionTable = NonNullable<ParseArgsConfig['options']>

/** Values as parseArgs gives them: text for string options, true for switches. */
export type OptionValues = Record<string, string | boolean | undefined>

export interface Input {
  options: OptionValues
  words: string[]
}

/** What a command said: a value for --json and text for people; both come from the same facts. */
export interface Answer {
  exitCode: number
  json: unknown
  text: string
  /** Something to read: where it is longer than the terminal it goes through a pager. */
  toRead?: boolean
}

export interface Command {
  /** One line for `help`. */
  summary: string
  /** Arguments and options in words, e.g. `[slug] [--lang L]`. */
  usage: string
  /** More for `--help`: one line an option. */
  details: string[]
  options: OptionTable
  /** How many words it takes at the most. */
  words: number
  run: (context: Context, input: Input) => Promise<Answer>
  /** It ends by itself, in its own time, when it is asked to: Ctrl-C and SIGTERM are its own business. */
  drains?: boolean
}
