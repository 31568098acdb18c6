import { findCommand } from '../../adapters/process/find-command.ts'

export interface EditorCommand {
  name: string
  command: string[]
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
 * The command that opens a file in the editor that is already running. An editor that draws in the terminal (vim,
 * nano, emacs -nw) is never started: it would fight with the watch screen for the same lines.
 * @returns null where no such editor is known
 */
export function editorCommand(
  env: NodeJS.ProcessEnv,
  file: string,
  found: (name: string) => string | null = (name) => findCommand(name)?.path ?? null,
): EditorCommand | null {
  const wishes = [env['GYM_EDITOR'], runningEditor(env), env['VISUAL'], env['EDITOR']]
  for (const wish of wishes) {
    const name = (wish ?? '').trim().split(/\s+/)[0]?.split('/').at(-1) ?? ''
    const flags = windowed[name]
    const path = flags && found(name)
    if (flags && path) return { name, command: [path, ...flags, file] }
  }
  return null
}
