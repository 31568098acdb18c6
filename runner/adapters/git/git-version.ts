import { tmpdir } from 'node:os'
import { RunnerError } from '../../errors/runner-error.ts'
import { spawnGit } from './run-git.ts'

/** `git init --initial-branch` and everything else used here exist from this version on. */
const oldest = { major: 2, minor: 30 }

let checked: Promise<void> | undefined

/** The version of the git on this machine, such as "2.39.5". Throws `no-git` when there is none that runs. */
export async function readGitVersion(): Promise<string> {
  const result = await spawnGit(['version'], { cwd: tmpdir(), action: 'tell its version', path: tmpdir() })
  const version = /^git version (\d+\.\d+(\.\d+)*)/.exec(result.stdout.toString())?.[1]
  // macOS has a stand-in for git that only says how to install it.
  if (result.code !== 0 || version === undefined) throw new RunnerError('no-git')
  return version
}

/** Throws `no-git` or `git-too-old`; asks git once per process, and again only after a refusal. */
export function requireGit(): Promise<void> {
  checked ??= checkVersion().catch((error: unknown) => {
    checked = undefined
    throw error
  })
  return checked
}

async function checkVersion(): Promise<void> {
  const version = await readGitVersion()
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isTooOld = major < oldest.major || (major === oldest.major && minor < oldest.minor)
  if (isTooOld) throw new RunnerError('git-too-old', { version })
}
