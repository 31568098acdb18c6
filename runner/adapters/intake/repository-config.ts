import { inRepository, laidOutPath } from '../../domain/submission-paths.ts'
import type { SubmissionFile } from '../../domain/submission.ts'
import { IntakeRefusal } from './refusal.ts'
import { safeGit, type SafeGitCall } from './safe-git.ts'

/**
 * Settings that say what a repository is or whom it works with. All others (programs, filters, hooks, aliases, includes)
 * could make git start something, and are left out.
 */
const allowed = [
  /^core\.(filemode|symlinks|ignorecase|precomposeunicode|logallrefupdates)$/,
  /^extensions\.(objectformat|refstorage)$/,
  /^user\.(name|email)$/,
  /^init\.defaultbranch$/,
  /^(pull|rebase|merge|push|rerere|fetch)\.(rebase|ff|default|autostash|autosquash|conflictstyle|autosetupremote|enabled|prune)$/,
  /^branch\..+\.(remote|merge|rebase)$/,
  /^remote\..+\.(url|fetch)$/,
]
/** A remote of an exercise lies beside its repository. */
const localRemote = /^\.\.\/remotes\/[A-Za-z0-9._-]+\.git$/

/**
 * Files as they are kept: repositories in a submission are laid out as such again, with a configuration of ours that is
 * made from the facts in theirs.
 */
export async function rebuilt(call: SafeGitCall, files: readonly SubmissionFile[]): Promise<SubmissionFile[]> {
  const own = await Promise.all(files.map((file) => withOwnConfig(call, file)))
  return own.flatMap((file) => {
    const path = laidOutPath(file.path)
    return path === null ? [] : [{ ...file, path }]
  })
}

async function withOwnConfig(call: SafeGitCall, file: SubmissionFile): Promise<SubmissionFile> {
  const place = inRepository(file.path)
  if (place?.inner !== 'config') return file
  const bare = place.repository.startsWith('remotes/')
  return { ...file, executable: false, content: Buffer.from(configText(await settingsOf(call, file.content), bare)) }
}

async function settingsOf(call: SafeGitCall, config: Uint8Array): Promise<[key: string, value: string][]> {
  const { code, stdout } = await safeGit(['config', '--file', '-', '--no-includes', '--null', '--list'], { ...call, input: Buffer.from(config), mostOutput: 1024 * 1024 })
  if (code !== 0) throw new IntakeRefusal('not-sound', 'The configuration of its repository cannot be read.')
  return stdout.toString().split('\0').filter(Boolean).map((record) => {
    const end = record.indexOf('\n')
    return end < 0 ? [record, 'true'] : [record.slice(0, end), record.slice(end + 1)]
  })
}

function configText(settings: readonly [string, string][], bare: boolean): string {
  const kept = settings.filter(([key, value]) => allowed.some((p) => p.test(key)) && isHarmless(key, value))
  const version = kept.some(([key]) => key.startsWith('extensions.')) ? 1 : 0
  return ['[core]', `\trepositoryformatversion = ${version}`, `\tbare = ${bare}`, ...kept.flatMap(settingLines), ''].join('\n')
}

function isHarmless(key: string, value: string): boolean {
  if (/[\u0000-\u001f\u007f]/.test(`${key}${value}`) || value.length > 500) return false
  return !/^remote\..+\.url$/.test(key) || localRemote.test(value)
}

function settingLines([key, value]: readonly [string, string]): string[] {
  const [section = '', name = ''] = [key.slice(0, key.indexOf('.')), key.slice(key.lastIndexOf('.') + 1)]
  const middle = key.slice(section.length + 1, -name.length - 1)
  return [middle === '' ? `[${section}]` : `[${section} ${quoted(middle)}]`, `\t${name} = ${quoted(value)}`]
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
