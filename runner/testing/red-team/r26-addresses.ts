import {
  attackedSlug,
  bundleOf,
  commit,
  emptyRepository,
  git,
  treeWith,
  write,
  type IntakeAttack,
} from './intake-attack.ts'

/** Addresses that start programs, and parts of a tree that make git fetch from somewhere else. */

const address = (
  title: string,
  make: IntakeAttack['make'],
  rule: string | null = 'remote-not-allowed',
): IntakeAttack => ({ id: 'R26', title: `remote: ${title}`, rule, make })

export const intakeAttacks: readonly IntakeAttack[] = [
  address('ext::', (_, { ran }) => `ext::sh -c "touch '${ran}'"`),
  address('ext:: without a space', (_, { ran }) => `ext::touch%S${ran}`),
  address('fd::', () => 'fd::17'),
  address('--upload-pack', (_, { ran }) => `--upload-pack=touch ${ran}`),
  address('-u', (_, { ran }) => `-utouch ${ran}`),
  address('ssh with an option as its host', (_, { ran }) => `ssh://-oProxyCommand=touch%20${ran}/x`),
  address('ssh with an option as its path', () => 'ssh://example.invalid/-oProxyCommand=x'),
  address('an option as the host of a short address', (_, { ran }) => `-oProxyCommand=touch${ran}:x`),
  address('http without encryption', () => 'http://127.0.0.1:9/x.git'),
  address('git without encryption', () => 'git://127.0.0.1:9/x.git'),
  address('a line break', () => 'https://example.invalid/\n--upload-pack=x'),
  address(
    'a folder that is no repository',
    (place) => {
      write(place, { config: '[core]\n\tfsmonitor = touch x\n' })
      return place
    },
    'not-sound',
  ),
  address(
    'a repository whose settings start programs',
    (place, { ran }) => {
      const repository = emptyRepository(place)
      write(repository, { [`refs/gym/work/${attackedSlug}@ts`]: `${commit(repository, treeWith(repository, []))}\n` })
      git(repository, ['config', 'uploadpack.packObjectsHook', `touch '${ran}'; exit 1 #`])
      git(repository, ['config', 'core.fsmonitor', `touch '${ran}'`])
      git(repository, ['config', 'core.gitProxy', `touch '${ran}'`])
      git(repository, ['config', 'core.sshCommand', `touch '${ran}'`])
      return repository
    },
    null,
  ),
  {
    id: 'R26',
    title: 'a submodule in a tree',
    rule: 'submodule',
    make: (place) =>
      bundleOf(place, (r) =>
        treeWith(r, [
          { mode: '160000', name: 'lib', id: '1'.repeat(40) },
          {
            mode: '100644',
            name: '.gitmodules',
            id: git(
              r,
              ['hash-object', '-w', '--stdin'],
              '[submodule "lib"]\n\tpath = lib\n\turl = https://example.invalid/lib.git\n',
            ),
          },
        ]),
      ),
  },
  {
    id: 'R26',
    title: 'a submodule whose address is a program, which git refuses',
    rule: 'not-sound',
    make: (place, { ran }) =>
      bundleOf(place, (r) =>
        treeWith(r, [
          { mode: '160000', name: 'lib', id: '1'.repeat(40) },
          {
            mode: '100644',
            name: '.gitmodules',
            id: git(r, ['hash-object', '-w', '--stdin'], `[submodule "lib"]\n\tpath = lib\n\turl = -utouch ${ran}\n`),
          },
        ]),
      ),
  },
]
