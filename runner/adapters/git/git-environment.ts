import { devNull } from 'node:os'
import { join } from 'node:path'

/** The one place that says with which settings git runs: on work of ours, on work of strangers, and for a push. */

/**
 * git older than 2.32 does not know GIT_CONFIG_GLOBAL and reads ~/.gitconfig, so our own folder is its home.
 * It holds one setting, safe.directory: up to 2.37 git heeds it in a global file only, not given with -c.
 */
const home = join(import.meta.dirname, 'home')

/** What changes how git works: a person's settings, and GIT_DIR and its like when we run inside a hook. */
const foreign = /^(GIT_.*|SSH_ASKPASS.*|EMAIL|EDITOR|VISUAL|PAGER|LESS|LV|LANG|LANGUAGE|LC_.*)$/i

/** Goes to every git that we start: it asks nobody, fetches nothing by itself, and works alike on all machines. */
const always = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  // Empty and not absent: absent lets git look for core.askPass and then for SSH_ASKPASS.
  GIT_ASKPASS: '',
  // A look at a repository must not rewrite its index.
  GIT_OPTIONAL_LOCKS: '0',
  // A repository that lacks objects must not fetch them by running what its config names.
  GIT_NO_LAZY_FETCH: '1',
  // git 3 begins repositories in other formats; ours are to be the same everywhere.
  GIT_DEFAULT_HASH: 'sha1',
  GIT_DEFAULT_REF_FORMAT: 'files',
  GIT_ADVICE: '0',
  LC_ALL: 'C',
}

const ours = {
  ...always,
  HOME: home,
  XDG_CONFIG_HOME: home,
  GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
  GIT_PAGER: 'cat',
  // git knows ":" and starts nothing for it.
  GIT_EDITOR: ':',
  GIT_SEQUENCE_EDITOR: ':',
  GIT_ALLOW_PROTOCOL: 'file',
}

/** A `key=value` setting that keeps every hook from running, whatever the repository says. */
const noHooks = `core.hooksPath=${devNull}`

/** Settings that outrank a repository's own config: neither hooks nor filters nor a monitor daemon take part. */
const alwaysConfig: readonly string[] = [
  noHooks,
  `core.attributesFile=${devNull}`,
  `core.excludesFile=${devNull}`,
  'core.fsmonitor=false',
  'core.quotePath=false',
  'gc.auto=0',
  'maintenance.auto=false',
]

/** The settings for repositories of learners and of our own. simple-git takes them as they are; see also `gitFlags`. */
export const gitConfig: readonly string[] = [
  ...alwaysConfig,
  'core.autocrlf=false',
  'core.safecrlf=false',
  'core.precomposeUnicode=false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'safe.directory=*',
  // git before 2.44 does not know GIT_ADVICE.
  'advice.detachedHead=false',
  'advice.addEmbeddedRepo=false',
]

/** The settings for objects that somebody else made: everything is checked, nothing large is held in memory. */
const strangersConfig: readonly string[] = [
  ...alwaysConfig,
  'core.symlinks=false',
  'core.protectNTFS=true',
  'core.protectHFS=true',
  // Larger contents are streamed and never held in memory.
  'core.bigFileThreshold=1m',
  'pack.threads=1',
  'core.commitGraph=false',
  'core.multiPackIndex=false',
  'transfer.fsckObjects=true',
  'fetch.fsckObjects=true',
  'transfer.unpackLimit=1',
  'fetch.unpackLimit=1',
  'fetch.recurseSubmodules=false',
  'safe.bareRepository=explicit',
  'credential.helper=',
  'http.followRedirects=initial',
  'protocol.ext.allow=never',
]

const asFlags = (config: readonly string[]): string[] => config.flatMap((setting) => ['-c', setting])

/** `gitConfig` as arguments, to be put before the git command. */
export const gitFlags: readonly string[] = asFlags(gitConfig)

/** The arguments for git on what somebody else made; goes with `strangersEnvironment`. */
export const strangersFlags: readonly string[] = asFlags(strangersConfig)

/** The arguments for a push with a person's own settings and keys: nothing but their hooks and signing is kept out. */
export const pushFlags: readonly string[] = asFlags([noHooks, 'push.gpgSign=false'])

/**
 * The whole environment for a git process of ours: nothing of the user's set-up reaches it, HOME may be
 * missing, and it works from inside a git hook. It is not meant for git that a learner's program runs: `git
 * config --global` would write into our home folder.
 */
export function gitEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const names = Object.keys(process.env).filter((name) => !foreign.test(name))
  return { ...Object.fromEntries(names.flatMap((name) => ownVariable(name))), ...ours, ...more }
}

export interface StrangersPlace {
  /** A bare repository of our own, which takes in what somebody else made. */
  repository: string
  /** Protocols a fetch may use, separated by colons; "none" lets nothing through. */
  protocols: string
  /** Let ssh find its agent; only for an address that the instructor gave. */
  ssh: boolean
}

/** Everything that git sees while it reads what somebody else made: nothing of the machine, of its user or of ours. */
export function strangersEnvironment({ repository, protocols, ssh }: StrangersPlace): Record<string, string> {
  const inherited = ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP', ...(ssh ? ['SSH_AUTH_SOCK'] : [])]
  return {
    ...Object.fromEntries(inherited.flatMap((name) => ownVariable(name))),
    ...always,
    HOME: repository,
    XDG_CONFIG_HOME: repository,
    GIT_DIR: repository,
    GIT_CONFIG_GLOBAL: devNull,
    SSH_ASKPASS: '',
    GIT_SSH_COMMAND: ssh ? 'ssh -o BatchMode=yes -o ConnectTimeout=10' : 'false',
    GIT_ALLOW_PROTOCOL: protocols,
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
  }
}

/** A variable of this process with its value; nothing where it is not set. */
function ownVariable(name: string): [string, string][] {
  const value = process.env[name]
  return value === undefined ? [] : [[name, value]]
}

/** The environment of a push: the person's own, for it is their remote; of git's variables those that show the way. */
export function pushEnvironment(repository: string): Record<string, string> {
  const kept = /^GIT_(SSH|SSH_COMMAND|ASKPASS|CONFIG_GLOBAL|CONFIG_NOSYSTEM)$/
  const names = Object.keys(process.env).filter((name) => !name.startsWith('GIT_') || kept.test(name))
  return {
    ...Object.fromEntries(names.flatMap((name) => ownVariable(name))),
    GIT_DIR: repository,
    GIT_ALLOW_PROTOCOL: 'file:https:ssh',
    LC_ALL: 'C',
  }
}
