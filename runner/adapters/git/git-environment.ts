import { devNull } from 'node:os'
import { join } from 'node:path'

/**
 * git older than 2.32 does not know GIT_CONFIG_GLOBAL and reads ~/.gitconfig, so our own folder is its home.
 * It holds one setting, safe.directory: up to 2.37 git heeds it in a global file only, not given with -c.
 */
const home = join(import.meta.dirname, 'home')

/** What changes how git works: a person's settings, and GIT_DIR and its like when we run inside a hook. */
const foreign = /^(GIT_.*|SSH_ASKPASS.*|EMAIL|EDITOR|VISUAL|PAGER|LESS|LV|LANG|LANGUAGE|LC_.*)$/i

const ours = {
  HOME: home,
  XDG_CONFIG_HOME: home,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  // Empty and not absent: absent lets git look for core.askPass and then for SSH_ASKPASS.
  GIT_ASKPASS: '',
  GIT_PAGER: 'cat',
  // git knows ":" and starts nothing for it.
  GIT_EDITOR: ':',
  GIT_SEQUENCE_EDITOR: ':',
  // A look at a learner's repository must not rewrite its index.
  GIT_OPTIONAL_LOCKS: '0',
  // A repository that lacks objects must not fetch them by running what its config names.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'file',
  // git 3 begins repositories in other formats; ours are to be the same everywhere.
  GIT_DEFAULT_HASH: 'sha1',
  GIT_DEFAULT_REF_FORMAT: 'files',
  GIT_ADVICE: '0',
  LC_ALL: 'C',
}

/**
 * `key=value` settings that outrank a repository's own config, so that neither hooks, nor filters of line
 * ends, nor signing, nor a monitor daemon take part. simple-git takes them as they are; see also `gitFlags`.
 */
export const gitConfig: readonly string[] = [
  `core.hooksPath=${devNull}`,
  `core.attributesFile=${devNull}`,
  `core.excludesFile=${devNull}`,
  'core.fsmonitor=false',
  'core.autocrlf=false',
  'core.safecrlf=false',
  'core.quotePath=false',
  'core.precomposeUnicode=false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'safe.directory=*',
  // git before 2.44 does not know GIT_ADVICE.
  'advice.detachedHead=false',
  'advice.addEmbeddedRepo=false',
]

/** The same as arguments, to be put before the git command. */
export const gitFlags: readonly string[] = gitConfig.flatMap((setting) => ['-c', setting])

/**
 * The whole environment for a git process of ours: nothing of the user's set-up reaches it, HOME may be
 * missing, and it works from inside a git hook. It is not meant for git that a learner's program runs: `git
 * config --global` would write into our home folder.
 */
export function gitEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !foreign.test(name)) env[name] = value
  }
  return { ...env, ...ours, ...more }
}
