import { existsSync } from 'node:fs'
import { basename, isAbsolute } from 'node:path'
import { findCommand } from '../../adapters/process/find-command.ts'

export interface EditorCommand {
  name: string
  command: string[]
  /** It draws where watch mode does, and needs the terminal to itself. */
  inTerminal: boolean
}

/**
 * Editors with a window of their own, by the names people put into VISUAL and EDITOR; how they take a line is theirs.
 */
const windowed: Record<string, string[]> = {
  code: ['--reuse-window', '--goto'],
  'code-insiders': ['--reuse-window', '--goto'],
  codium: ['--reuse-window', '--goto'],
  cursor: ['--reuse-window', '--goto'],
  windsurf: ['--reuse-window', '--goto'],
  zed: [],
  subl: [],
  idea: [],
  webstorm: [],
  pycharm: [],
  rubymine: [],
  kate: [],
  gedit: [],
  mate: [],
  bbedit: [],
}

/** Which editor's terminal this is, by the variable it sets. */
function runningEditor(env: NodeJS.ProcessEnv): string | null {
  const bundle = env['__CFBundleIdentifier'] ?? ''
  if (env['CURSOR_TRACE_ID'] || bundle.includes('cursor')) return 'cursor'
  if (env['TERM_PROGRAM'] === 'vscode')
    return bundle.includes('Insiders') ? 'code-insiders' : bundle.includes('codium') ? 'codium' : 'code'
  if (env['ZED_TERM'] === 'true' || env['TERM_PROGRAM'] === 'zed') return 'zed'
  return env['TERMINAL_EMULATOR'] === 'JetBrains-JediTerm' ? 'idea' : null
}

/**
 * The program and its arguments. Quotes keep a blank inside a word, as in the shell that git gives the same variables
 * to; a value that is the path of a file is one word, blanks and all.
 */
function words(wish: string): string[] {
  const whole = wish.trim()
  if (isAbsolute(whole) && existsSync(whole)) return [whole]
  const found = whole.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)
  return [...found].map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
}

/**
 * The command that opens a file: in the editor that is already running, else in the person's own of VISUAL and EDITOR,
 * which may be one that draws in this terminal.
 * @returns null where none of them is installed
 */
export function editorCommand(
  env: NodeJS.ProcessEnv,
  file: string,
  found: (name: string) => string | null = (name) => findCommand(name)?.path ?? null,
): EditorCommand | null {
  const wishes = [env['GYM_EDITOR'], runningEditor(env), env['VISUAL'], env['EDITOR']]
  for (const wish of wishes) {
    const [word = '', ...args] = words(wish ?? '')
    const name = basename(word)
    const path = name === '' ? null : (found(name) ?? (isAbsolute(word) && existsSync(word) ? word : null))
    if (path === null) continue
    const flags = windowed[name]
    if (flags) return { name, command: [path, ...flags, file], inTerminal: false }
    return { name, command: [path, ...args, file], inTerminal: true }
  }
  return null
}
