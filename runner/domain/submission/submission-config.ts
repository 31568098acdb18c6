/** The configuration that a learner's repository gets after it was handed in: facts from theirs, in a form of ours. */

export type Setting = readonly [key: string, value: string]

/**
 * Settings that say what a repository is or whom it works with. All others (programs, filters, hooks, aliases,
 * includes) could make git start something, and are left out.
 */
const allowed = [
  /^core\.(filemode|symlinks|ignorecase|precomposeunicode|logallrefupdates)$/,
  // Which line ends the files of the work tree have.
  /^core\.(autocrlf|eol)$/,
  /^extensions\.(objectformat|refstorage)$/,
  /^user\.(name|email)$/,
  /^init\.defaultbranch$/,
  /^(pull|rebase|merge|push|rerere|fetch)\.(rebase|ff|default|autostash|autosquash|conflictstyle|autosetupremote|enabled|prune)$/,
  /^branch\..+\.(remote|merge|rebase)$/,
  /^remote\..+\.(url|fetch)$/,
]
/** A remote of an exercise lies beside its repository. */
const localRemote = /^\.\.\/remotes\/[A-Za-z0-9._-]+\.git$/

/** @param settings keys as `git config --list` prints them */
export function configOfOurs(settings: readonly Setting[], bare: boolean): string {
  const kept = settings.filter(([key, value]) => allowed.some((p) => p.test(key)) && isHarmless(key, value))
  const version = kept.some(([key]) => key.startsWith('extensions.')) ? 1 : 0
  return [
    '[core]',
    `\trepositoryformatversion = ${version}`,
    `\tbare = ${bare}`,
    ...kept.flatMap(settingLines),
    '',
  ].join('\n')
}

/** `true` for a text that configOfOurs makes, and so for nothing that could start a program. */
export function isConfigOfOurs(text: string): boolean {
  const [core, , bare, ...lines] = text.split('\n')
  if (core !== '[core]') return false
  const settings: Setting[] = []
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [, section = '', middle] = /^\[([a-z]+)(?: "(.*)")?\]$/.exec(lines[i] ?? '') ?? []
    const [, name = '', value = ''] = /^\t([a-z]+) = "(.*)"$/.exec(lines[i + 1] ?? '') ?? []
    settings.push([
      middle === undefined ? `${section}.${name}` : `${section}.${unquoted(middle)}.${name}`,
      unquoted(value),
    ])
  }
  return configOfOurs(settings, bare === '\tbare = true') === text
}

function isHarmless(key: string, value: string): boolean {
  if (/[\u0000-\u001f\u007f]/.test(`${key}${value}`) || value.length > 500) return false
  if (key === 'core.autocrlf') return /^(true|false|input)$/.test(value)
  if (key === 'core.eol') return /^(lf|crlf|native)$/.test(value)
  return !/^remote\..+\.url$/.test(key) || localRemote.test(value)
}

function settingLines([key, value]: Setting): string[] {
  const [section = '', name = ''] = [key.slice(0, key.indexOf('.')), key.slice(key.lastIndexOf('.') + 1)]
  const middle = key.slice(section.length + 1, -name.length - 1)
  return [middle === '' ? `[${section}]` : `[${section} ${quoted(middle)}]`, `\t${name} = ${quoted(value)}`]
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
const unquoted = (text: string): string => text.replaceAll(/\\(.)/g, '$1')
