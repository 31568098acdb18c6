import { findCommand } from './find-command.ts'
import { runCommand } from './run-command.ts'

export interface FoundPython {
  /** The interpreter itself: a version manager's shim answers with what is behind it. */
  path: string
  version: readonly number[]
}

export const pythonCommands = ['python3', 'python']

const script = 'import sys, json; print(json.dumps([list(sys.version_info[:3]), sys.executable]))'

/** The machine's Python, whatever its version; null where there is none that runs. */
export async function findPython(): Promise<FoundPython | null> {
  for (const name of pythonCommands) {
    const found = findCommand(name)
    const result = found && (await runCommand([found.path, '-c', script]))
    if (!result || result.code !== 0) continue
    const [version, path] = JSON.parse(result.stdout) as [number[], string]
    return { path, version }
  }
  return null
}

/** The line that installs it. */
export const howToInstallPython = (platform: NodeJS.Platform): string =>
  platform === 'darwin' ? 'brew install python' : 'sudo apt-get install python3'
