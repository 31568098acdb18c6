import type { SimpleGit, SimpleGitOptions } from 'simple-git'
import { RunnerError } from '../../errors/runner-error.ts'
import { gitConfig, gitEnvironment } from './git-environment.ts'
import { diskFailure, gitFailure, gitTimeoutMs, type GitCall } from './run-git.ts'

export interface OpenOptions {
  /** An existing folder. */
  folder: string
  env?: Readonly<Record<string, string>>
  /** Exit code 1 is an answer and no failure, as of a diff that found something. */
  oneIsAnAnswer?: boolean
}

/**
 * simple-git with our environment and settings, for work on a workspace that somebody asked for. It is imported at its
 * first use: that costs time, which the git calls of every check (run-git.ts) do not pay.
 */
export async function openSimpleGit({ folder, env: more, oneIsAnAnswer }: OpenOptions): Promise<SimpleGit> {
  const { simpleGit } = await import('simple-git')
  const env = gitEnvironment(more)
  // The guards of simple-git are against settings from outside; all of these are our own, and harmless.
  const unsafe = {
    allowUnsafeAskPass: true,
    allowUnsafeConfigPaths: true,
    allowUnsafeEditor: true,
    allowUnsafeFsMonitor: true,
    allowUnsafeHooksPath: true,
    allowUnsafePager: true,
    allowUnsafeTemplateDir: true,
  }
  return simpleGit({
    baseDir: folder,
    config: [...gitConfig],
    allowEnvironment: Object.keys(env),
    unsafe,
    timeout: { block: gitTimeoutMs },
    ...(oneIsAnAnswer === true ? { errors: unlessOne } : {}),
  }).env(env)
}

type Errors = NonNullable<SimpleGitOptions['errors']>

const unlessOne: Errors = (error, { exitCode }) => (exitCode <= 1 ? undefined : (error ?? new Error('')))

/** The error of the catalogue that an error of simple-git, or of a file operation beside it, stands for. */
export function simpleGitFailure(error: unknown, call: Pick<GitCall, 'action' | 'path'>): unknown {
  return isGitError(error) ? gitFailure(error.message, call) : diskFailure(error, call.path)
}

/** simple-git throws errors of its own that carry git's stderr; those of the file system have a code. */
function isGitError(error: unknown): error is Error {
  return error instanceof Error && !(error instanceof RunnerError) && !('code' in error)
}
