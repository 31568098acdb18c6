import { lstatSync, readFileSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import { filesIn } from './folder-files.ts'
import { note, StopRun, type RunState } from './run-state.ts'

/** The learner's files as text; data only, nothing is run. */
export interface WorkspaceFiles {
  /** The file's text; a missing file stops the run as "does not load". */
  read: (path: string) => string
  exists: (path: string) => boolean
  /** Relative paths of all files, sorted, without .git and node_modules. */
  list: () => string[]
}

const maxBytes = 1024 * 1024

export function workspaceFiles(run: RunState): WorkspaceFiles {
  const root = realpathSync(run.context.workspace)
  return {
    read: (path) => {
      const text = readText(root, path)
      if (text === null) throw new StopRun('does-not-load', `The file ${path} is missing.`)
      note(run, 'file', path)
      return text
    },
    exists: (path) => readText(root, path) !== null,
    list: () => filesIn(root).filter((path) => !/(^|\/)(\.git|node_modules)\//.test(path)),
  }
}

/** null when the file is missing; links out of the workspace and huge files are refused. */
function readText(root: string, path: string): string | null {
  const full = join(root, path)
  const stat = lstatSync(full, { throwIfNoEntry: false })
  if (!stat) return null
  const real = realpathSync(full)
  if (real !== root && !real.startsWith(root + sep)) throw new Error(`${path} links to a place outside the workspace.`)
  const target = lstatSync(real)
  if (!target.isFile()) throw new Error(`${path} is not a file.`)
  if (target.size > maxBytes) throw new Error(`${path} is larger than 1 MB.`)
  return readFileSync(real, 'utf8')
}
