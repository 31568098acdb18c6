import { expect, test } from 'vitest'
import { configOfOurs, isConfigOfOurs, type Setting } from './submission-config.ts'

const facts: Setting[] = [
  ['core.filemode', 'true'],
  ['core.autocrlf', 'input'],
  ['core.eol', 'crlf'],
  ['user.name', 'Noor "N" \\ Haddad'],
  ['user.email', 'noor@example.org'],
  ['branch.fix/[x] "y".merge', 'refs/heads/main'],
  ['remote.origin.url', '../remotes/origin.git'],
  ['remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*'],
  ['extensions.refstorage', 'reftable'],
]
const programs: Setting[] = [
  ['core.fsmonitor', 'x'],
  ['core.hookspath', 'x'],
  ['core.sshcommand', 'x'],
  ['core.pager', 'x'],
  ['core.autocrlf', 'x'],
  ['core.eol', 'x'],
  ['core.editor', 'x'],
  ['core.worktree', '/'],
  ['core.bare', 'true'],
  ['core.attributesfile', 'x'],
  ['core.alternaterefscommand', 'x'],
  ['filter.x.clean', 'x'],
  ['diff.external', 'x'],
  ['alias.st', '!x'],
  ['include.path', 'x'],
  ['credential.helper', 'x'],
  ['gpg.program', 'x'],
  ['merge.x.driver', 'x'],
  ['uploadpack.packobjectshook', 'x'],
  ['remote.origin.url', 'ext::x'],
  ['remote.origin.url', '../remotes/../../x.git'],
  ['remote.origin.uploadpack', 'x'],
  ['user.name', 'a\nb'],
  ['user.name', 'x'.repeat(501)],
]

test('configOfOurs: facts are kept, programs are not', () => {
  const text = configOfOurs([...programs, ...facts], false)
  expect(text.split('\n').filter((line) => line.startsWith('\t'))).toEqual([
    '\trepositoryformatversion = 1',
    '\tbare = false',
    '\tfilemode = "true"',
    '\tautocrlf = "input"',
    '\teol = "crlf"',
    '\tname = "Noor \\"N\\" \\\\ Haddad"',
    '\temail = "noor@example.org"',
    '\tmerge = "refs/heads/main"',
    '\turl = "../remotes/origin.git"',
    '\tfetch = "+refs/heads/*:refs/remotes/origin/*"',
    '\trefstorage = "reftable"',
  ])
  expect(configOfOurs(programs, true)).toBe('[core]\n\trepositoryformatversion = 0\n\tbare = true\n')
})

test('isConfigOfOurs: what it made, and nothing else', () => {
  for (const bare of [true, false])
    expect([configOfOurs(facts, bare), configOfOurs([], bare)].map(isConfigOfOurs)).toEqual([true, true])
  const text = configOfOurs(facts, false)
  expect(
    [
      text.replace('filemode', 'fsmonitor'),
      `${text}[alias]\n\tst = "!x"\n`,
      text.replace('origin.git"', 'origin.git" ; x'),
      text.replace('[user]', '[user] name = x'),
      `${text}\n`,
      '',
      '[core]\n',
      '[core]\n\tfsmonitor = x\n',
    ].map(isConfigOfOurs),
  ).toEqual(Array.from({ length: 8 }, () => false))
})
