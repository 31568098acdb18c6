import { realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { RunnerError } from '../../errors/runner-error.ts'
import { findCommand } from '../process/find-command.ts'
import { asRoot, nobody } from '../process/account.ts'
import { toolFolderOf, type SandboxPlace } from './bubblewrap.ts'

export interface FoundSandbox extends Pick<SandboxPlace, 'bwrap' | 'prlimit' | 'drop' | 'toolFolders'> {
  /** Changes when its bounds do; part of the environment in a job's key. */
  description: string
}

/** @param tools absolute paths of the toolchains' programs  @throws where this machine has no sandbox */
export function findSandbox(root: string, tools: readonly string[]): FoundSandbox {
  if (process.platform !== 'linux') throw new RunnerError('no-sandbox', { reason: 'there is one for Linux only' })
  const [bwrap, prlimit, setpriv] = ['bwrap', 'prlimit', 'setpriv'].map((name) => findCommand(name)?.path)
  if (bwrap === undefined) throw new RunnerError('no-sandbox', { reason: 'bubblewrap (bwrap) is not on this machine' })
  if (prlimit === undefined)
    throw new RunnerError('no-sandbox', { reason: 'prlimit (util-linux) is not on this machine' })
  if (asRoot() && setpriv === undefined)
    throw new RunnerError('no-sandbox', {
      reason: 'setpriv (util-linux) is not on this machine, and root is not to run it',
    })
  const account = asRoot() ? [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : []
  // Ends with the process that grades, from its very first moment on.
  const drop = setpriv === undefined ? [] : [setpriv, '--pdeathsig=KILL', ...account, '--']
  const folders = tools.flatMap((tool) => toolFolderOf(real(tool)) ?? []).filter((folder) => !folder.startsWith(root))
  const wide = folders.find((folder) =>
    [root, homedir()].some((path) => `${path}/`.startsWith(folder === '/' ? '/' : `${folder}/`)),
  )
  if (wide !== undefined)
    throw new RunnerError('no-sandbox', {
      reason: `a toolchain lies in ${wide}, where much else lies that no submission may read; install it in a folder of its own`,
    })
  return { bwrap, prlimit, drop, toolFolders: [...new Set(folders)], description: 'bubblewrap 3' }
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
