import { asWord } from '../errors/command-line.ts'
import type { OptionTable } from './command.ts'

/**
 * Npm reads the beginning of a name of its own as that name, and what looks like several letters as so many switches:
 * what it makes of our options then (npm 11). Others it keeps under their own names.
 */
const readAs: Record<string, readonly string[]> = {
  to: ['token_description'],
  by: ['bypass_2fa'],
  as: ['all'],
  lang: ['all', 'global', 'long'],
  class: ['all', 'long'],
  apply: ['all', 'long', 'parseable'],
}

/**
 * The options of a command that npm took for settings of its own because `--` was missing. It hands the settings of its
 * command line to the script as variables (npm-run-script, "Environment"); without a look there, `npm run undo --to 99`
 * would undo something else.
 * @param command as it was asked for; variables of an npm that started something else say nothing of it
 */
export function swallowedByNpm(
  command: string,
  options: OptionTable,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  if (env['npm_lifecycle_event'] !== command) return []
  const isSet = (name: string): boolean => (env[`npm_config_${name}`] ?? '') !== ''
  const isGiven = (name: string): boolean => args.some((a) => a === `--${name}` || a.startsWith(`--${name}=`))
  return Object.keys(options).filter((name) => {
    return settingsOf(name).every(isSet) && !isGiven(name)
  })
}

const settingsOf = (name: string): readonly string[] => readAs[name] ?? [name.replaceAll('-', '_')]

/**
 * What was typed behind the command's name, as far as it can be told. Npm keeps the value of an option, or takes it for
 * a word of its own beside the others; `isExercise` tells these apart. A value that is lost stands as `…`.
 */
export function wordsAsTyped(
  options: OptionTable,
  swallowed: readonly string[],
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  isExercise: (word: string) => boolean,
): string[] {
  const flagsAt = args.findIndex((arg) => arg.startsWith('-'))
  const words = flagsAt < 0 ? [...args] : args.slice(0, flagsAt)
  const flags = flagsAt < 0 ? [] : args.slice(flagsAt)
  const loose = words.filter((word) => !isExercise(word))
  const given = swallowed.flatMap((name) => {
    if (options[name]?.type !== 'string') return [`--${name}`]
    const [setting = ''] = settingsOf(name)
    const kept = env[`npm_config_${setting}`] ?? ''
    const value = ['', 'true'].includes(kept) ? loose.shift() : kept
    return [`--${name}`, value === undefined ? '…' : asWord(value)]
  })
  return [...words.filter(isExercise), ...loose.map(asWord), ...given, ...flags.map(asWord)]
}
