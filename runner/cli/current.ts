import { currentTarget, type Target } from '../app/target.ts'
import { idOf } from '../domain/exercise/variant.ts'
import { progressOf } from '../domain/progress/progress.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { Input, OptionTable } from './command.ts'
import type { Context } from './context.ts'

/** Options of every command that works on one variant. */
export const variantOptions: OptionTable = { lang: { type: 'string' } }
export const variantUsage = '[slug] [--lang L]'
export const variantDetails = [
  'slug      this exercise instead of the current one',
  '--lang    ts, py, java, rb … where you work in more than one',
]

/** The variant a command is about: named, or the one being worked on. */
export function targetOf(context: Context, { options, words }: Input): Target {
  const here = context.workspaces.containing(context.settings.startedIn)
  const wanted = { slug: words[0], language: options['lang'] as string | undefined }
  return currentTarget({ catalog: context.catalog(), progress: context.store.load(), here, wanted })
}

/** The same, and its workspace must be there (a deleted one can be brought back by `undo`). */
export function startedTargetOf(context: Context, input: Input): Target {
  const target = targetOf(context, input)
  const id = idOf(target)
  if (context.workspaces.exists(id)) return target
  const isKnown = progressOf(context.store.load(), id) !== undefined
  throw new RunnerError(isKnown ? 'workspace-gone' : 'not-started', { ...id })
}
