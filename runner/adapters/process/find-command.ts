import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface FoundCommand {
  path: string
  /** Changes when the tool is replaced; part of the key under which probes are remembered. */
  stamp: string
}

/** Looks a command up on PATH without starting anything. */
export function findCommand(name: string): FoundCommand | null {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const found = executableAt(join(folder, name + ending))
      if (found) return found
    }
  }
  return null
}

function executableAt(path: string): FoundCommand | null {
  try {
    accessSync(path, constants.X_OK)
    const stat = statSync(path)
    return stat.isFile() ? { path, stamp: `${path}|${stat.mtimeMs}|${stat.size}` } : null
  } catch {
    return null // Not here: the next folder may have it.
  }
}
