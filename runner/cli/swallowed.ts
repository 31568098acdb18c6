import type { OptionTable } from './command.ts'

/**
 * Npm reads the beginning of a name of its own as that name, and what looks like several letters as so many switches:
 * what it makes of our options then (npm 11). Others it keeps under their own names.
 */
const readAs: Record<string, readonly string[]> = {
  to: ['token_description'],
  by: ['bypass_2fa'],
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
    const names = readAs[name] ?? [name.replaceAll('-', '_')]
    return names.every(isSet) && !isGiven(name)
  })
}
