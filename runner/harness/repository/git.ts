import { spawnSync } from 'node:child_process'
import { realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { broken, copyRepository, type RepositoryPlace } from './copy.ts'
import { allowedMs, StopRun, type RunState } from '../run/run-state.ts'

export interface GitAnswer {
  code: number | null
  stdout: Buffer
  stderr: string
}

/** git over a copy of a repository of the learner's, under settings of our own. */
export interface RepositoryGit {
  /** Full names of all refs and the ids they hold. */
  refs: ReadonlyMap<string, string>
  /** Runs git; throws only when it does not end in time or cannot be started. */
  try: (args: string[], options?: GitOptions) => GitAnswer
  /** Runs git and gives what it printed; a refusal means that the repository is damaged and stops the run. */
  read: (args: string[], options?: GitOptions) => string
  /** The learner's own settings, as data: the last value of each key. */
  settings: ReadonlyMap<string, string>
  /** An index with the learner's entries and nothing else: no flags that hide a file, no remembered file times. */
  freshIndex: () => string
}

interface GitOptions {
  input?: Buffer
  index?: string
}

/** Far above any honest call; it ends a git that waits for ever, as on a .gitignore that is a named pipe. */
const mostMs = 10_000

/** Opens a repository of the workspace; what is not one stops the run in plain words. */
export function openRepository(run: RunState, place: RepositoryPlace): RepositoryGit {
  const { gitDir, config } = copyRepository(run, place)
  const opened: Opened = { place, gitDir }
  const attempt = launcher(run, opened)
  const read: RepositoryGit['read'] = (args, options = {}) => {
    const answer = attempt(args, options)
    if (answer.code !== 0) throw damaged(answer.stderr, opened)
    return answer.stdout.toString()
  }
  const settings =
    config === null
      ? new Map<string, string>()
      : settingsIn(attempt(['config', '--file', config, '--no-includes', '--null', '--list']), place)
  writeFileSync(join(gitDir, 'config'), configOfOurs(settings, place))
  const refs = refsIn(attempt(['for-each-ref', '--format=%(refname) %(objectname)']), opened)
  let index: string | null = null
  const freshIndex = (): string => {
    if (index !== null) return index
    const path = join(run.context.scratch, 'repository.index')
    const entries = attempt(['ls-files', '--stage', '-z'])
    if (entries.code !== 0) throw damaged(entries.stderr, opened)
    read(['update-index', '-z', '--index-info'], { input: entries.stdout, index: path })
    return (index = path)
  }
  return { refs, try: attempt, read, settings, freshIndex }
}

interface Opened {
  place: RepositoryPlace
  /** Of the copy. */
  gitDir: string
}

function launcher(run: RunState, { place, gitDir }: Opened): RepositoryGit['try'] {
  const worktree = place.bare ? null : realpathSync(place.folder)
  const env = environment(run.context.scratch, gitDir, worktree)
  return (args, { input, index } = {}) => {
    const result = spawnSync('git', [...flags, ...args], {
      cwd: worktree ?? gitDir,
      env: index === undefined ? env : { ...env, GIT_INDEX_FILE: index },
      input: input ?? Buffer.of(),
      maxBuffer: 64 * 1024 * 1024,
      timeout: gitTimeout(run),
      killSignal: 'SIGKILL',
      windowsHide: true,
    })
    const { code: problem } = (result.error ?? {}) as NodeJS.ErrnoException
    if (problem === 'ETIMEDOUT')
      throw new StopRun('timed-out', `git did not answer in time when asked about ${place.name} (git ${args[0]}).`)
    if (problem === 'ENOBUFS') throw broken(`The repository in ${place.name} is too large to be looked at.`)
    if (result.error) throw new Error(`git could not be started: ${result.error.message}`)
    return { code: result.status, stdout: result.stdout, stderr: result.stderr.toString() }
  }
}

/** Whole milliseconds, which is all that spawn takes, and never 0, which would mean no end. */
export const gitTimeout = (run: RunState): number => Math.max(1, Math.floor(allowedMs(run, mostMs)))

const flags = [
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.commitGraph=false',
  'core.multiPackIndex=false',
  'core.quotePath=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'safe.directory=*',
].flatMap((setting) => ['-c', setting])

function environment(home: string, gitDir: string, worktree: string | null): Record<string, string> {
  const inherited = ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP'].flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  )
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C.UTF-8',
    GIT_DIR: gitDir,
    ...(worktree === null ? {} : { GIT_WORK_TREE: worktree }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_PAGER: 'cat',
    GIT_ADVICE: '0',
  }
}

/**
 * Which formats the repository is in, what `git init` found out about the disk, and which line ends its files have there:
 * without them a work tree that is clean for the learner would not be for us. Nothing else is taken over.
 */
function configOfOurs(settings: ReadonlyMap<string, string>, { bare }: RepositoryPlace): string {
  const fact = (key: string, allowed: RegExp): string[] => {
    const value = settings.get(key.toLowerCase())
    return value !== undefined && allowed.test(value) ? [`\t${key.split('.')[1]} = ${value.toLowerCase()}`] : []
  }
  const bool = /^(true|false)$/i
  const extensions = [
    ...fact('extensions.objectFormat', /^(sha1|sha256)$/i),
    ...fact('extensions.refStorage', /^(files|reftable)$/i),
  ]
  return [
    '[core]',
    `\trepositoryformatversion = ${extensions.length > 0 ? 1 : 0}`,
    `\tbare = ${bare}`,
    ...['core.fileMode', 'core.symlinks', 'core.ignoreCase', 'core.precomposeUnicode'].flatMap((key) =>
      fact(key, bool),
    ),
    ...fact('core.autocrlf', /^(true|false|input)$/i),
    ...fact('core.eol', /^(lf|crlf|native)$/i),
    ...(extensions.length > 0 ? ['[extensions]', ...extensions] : []),
    '',
  ].join('\n')
}

function settingsIn(answer: GitAnswer, { gitName }: RepositoryPlace): Map<string, string> {
  if (answer.code !== 0)
    throw broken(`${gitName}/config is damaged: ${complaintOf(answer.stderr).replace(/ in file .*$/, '')}.`)
  const records = answer.stdout
    .toString()
    .split('\0')
    .filter((record) => record !== '')
  return new Map(
    records.map((record) => {
      const end = record.indexOf('\n')
      return end < 0 ? [record, ''] : [record.slice(0, end), record.slice(end + 1)]
    }),
  )
}

function refsIn(answer: GitAnswer, opened: Opened): Map<string, string> {
  const { name } = opened.place
  const ref = /ignoring broken ref (\S+)/.exec(answer.stderr)?.[1]
  if (ref !== undefined)
    throw broken(
      `The repository in ${name} is damaged: ${ref} does not name a commit. Bring an earlier state back with: npm run undo.`,
    )
  if (answer.code !== 0) throw broken(`git does not take ${name} for a repository: ${inWords(answer.stderr, opened)}.`)
  return new Map(
    answer.stdout
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' ') as [string, string]),
  )
}

const damaged = (stderr: string, opened: Opened): StopRun =>
  broken(
    `The repository in ${opened.place.name} is damaged: ${inWords(stderr, opened)}. Bring an earlier state back with: npm run undo.`,
  )

const inWords = (stderr: string, { place, gitDir }: Opened): string =>
  complaintOf(stderr).replaceAll(gitDir, place.gitName).replace(/\.$/, '')

function complaintOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const complaint =
    lines.find((line) => line.startsWith('fatal:')) ??
    lines.find((line) => line.startsWith('error:')) ??
    lines[0] ??
    'git gave no reason'
  return complaint.replace(/^(fatal|error): /, '')
}
