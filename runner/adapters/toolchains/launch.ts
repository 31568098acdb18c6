import type { Launch } from '../../harness/run-context.ts'
import type { PrepareRequest } from './types.ts'

/** Resolves run[0] of a recipe to a real command; a recipe can only name what its toolchain offers. */
export function baseLaunch(request: PrepareRequest, commands: Record<string, string[]>): Launch {
  const [name = '', ...args] = request.recipe.run
  const command = commands[name]
  if (!command) throw new Error(`run.json names "${name}", which this toolchain does not have`)
  return {
    command,
    args,
    env: { ...request.recipe.env },
    stopSignal: request.recipe.stop ?? 'SIGTERM',
    loadFailure: [],
  }
}
