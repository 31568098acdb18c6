import { configOfOurs, type Setting } from '../../domain/submission/submission-config.ts'
import { inRepository, laidOutPath } from '../../domain/submission/submission-paths.ts'
import type { SubmissionFile } from '../../domain/submission/submission.ts'
import { IntakeRefusal } from './refusal.ts'
import { safeGit, type SafeGitCall } from './safe-git.ts'

/**
 * Files as they are kept: repositories in a submission are laid out as such again, with a configuration of ours that is
 * made from the facts in theirs.
 */
export async function rebuilt(call: SafeGitCall, files: readonly SubmissionFile[]): Promise<SubmissionFile[]> {
  return laidOut(await Promise.all(files.map((file) => withOwnConfig(call, file))))
}

/** Files under the paths that they have in a workspace. */
export const laidOut = (files: readonly SubmissionFile[]): SubmissionFile[] =>
  files.flatMap((file) => {
    const path = laidOutPath(file.path)
    return path === null ? [] : [{ ...file, path }]
  })

async function withOwnConfig(call: SafeGitCall, file: SubmissionFile): Promise<SubmissionFile> {
  const place = inRepository(file.path)
  if (place?.inner !== 'config') return file
  const bare = place.repository.startsWith('remotes/')
  return { ...file, executable: false, content: Buffer.from(configOfOurs(await settingsOf(call, file.content), bare)) }
}

async function settingsOf(call: SafeGitCall, config: Uint8Array): Promise<Setting[]> {
  const { code, stdout } = await safeGit(['config', '--file', '-', '--no-includes', '--null', '--list'], {
    ...call,
    input: Buffer.from(config),
    mostOutput: 1024 * 1024,
  })
  if (code !== 0) throw new IntakeRefusal('not-sound', 'The configuration of its repository cannot be read.')
  return stdout
    .toString()
    .split('\0')
    .filter(Boolean)
    .map((record) => {
      const end = record.indexOf('\n')
      return end < 0 ? [record, 'true'] : [record.slice(0, end), record.slice(end + 1)]
    })
}
