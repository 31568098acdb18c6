import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Everything the environment and the terminal say, read once; commands never look at them again. */
export interface Settings {
  root: string
  cache: string
  workspace: string
  /** Where the command was started: npm changes the folder, INIT_CWD keeps it. */
  startedIn: string
  json: boolean
  /** No colour, no cursor movement. */
  plain: boolean
  color: boolean
  /** Width for text, 60–100. */
  columns: number
  /** A person sits at both ends, so questions may be asked and progress redrawn. */
  interactive: boolean
  /** The version of the Node that npm has started us with, where it is too old and only started another; else null. */
  oldNode: string | null
  /** Nothing may be left out: lacking something is a failure. */
  requireAll: boolean
  /** Nobody watches, and nobody can press a key to try again. */
  ci: boolean
  debug: boolean
}

export function readSettings(flags: { json: boolean; plain: boolean }): Settings {
  const root = dirname(dirname(import.meta.dirname))
  const { env, stdout, stderr, stdin } = process
  const noColor = isSet(env['NO_COLOR']) || env['TERM'] === 'dumb'
  const forced = isSet(env['FORCE_COLOR']) && env['FORCE_COLOR'] !== '0'
  return {
    root,
    cache: join(root, '.cache'),
    // It may be a link to another disk; programs are told by the system where they really are.
    workspace: realOr(join(root, 'workspace')),
    startedIn: realOr(env['INIT_CWD'] ?? process.cwd()),
    json: flags.json,
    plain: flags.plain,
    color: !flags.plain && !flags.json && !noColor && (forced || stdout.isTTY === true),
    columns: textWidth(stdout.columns),
    interactive: stdin.isTTY === true && stderr.isTTY === true && !flags.json && !flags.plain && !env['CI'],
    oldNode: env['GYM_OLD_NODE'] ?? null,
    requireAll: env['GYM_REQUIRE_ALL'] === '1',
    ci: isSet(env['CI']) && env['CI'] !== 'false',
    debug: isSet(env['GYM_DEBUG']),
  }
}

/** Width for text on a terminal of so many columns; longer lines than 100 are hard to read. */
export const textWidth = (columns: number | undefined): number => Math.max(60, Math.min(100, columns || 80))

const isSet = (value: string | undefined): boolean => (value ?? '') !== ''

function realOr(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
