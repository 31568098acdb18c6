import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { basename, delimiter, dirname, join } from 'node:path'
import { startChild } from '../child/child.ts'
import { within } from '../child/deadline.ts'
import { outputOf, type Output } from '../child/output.ts'
import { gitTimeout, type RepositoryGit } from './git.ts'
import { clip, note, type RunState } from '../run/run-state.ts'

export interface SceneOptions {
  env?: Record<string, string>
  /** Milliseconds until it must have ended; the run is timed-out otherwise. */
  limitMs?: number
  /** Leaves the transcript alone. */
  quiet?: boolean
}

/** A folder of the run in which the learner's scripts and programs are run, in children like all learner code. */
export interface Scene {
  /** Absolute path. */
  folder: string
  /** `node` is the Node.js that runs the suite; git sees no settings but the repository's own. */
  run: (command: readonly string[], options?: SceneOptions) => Promise<Output>
}

/** One commit of a repository that the suite makes; its files are the ones before it, changed. */
export interface MadeCommit {
  message: string
  /** Path → content; null removes the file. */
  files?: Record<string, string | null>
  tag?: string
}

export interface MadeRepository extends Scene {
  /** Of the commits, in their order. */
  ids: string[]
}

const defaultLimitMs = 10_000

/** @param called how the transcript calls the folder */
function sceneIn(run: RunState, folder: string, called: string): Scene {
  return {
    folder,
    run: async (command, { env = {}, limitMs = defaultLimitMs, quiet = false } = {}) => {
      if (!quiet) note(run, 'ran', `${command.map((part) => partText(run, part)).join(' ')}   (in ${called})`)
      const child = startChild(run, {
        command: command.map((part, i) => (i === 0 && part === 'node' ? process.execPath : part)),
        cwd: folder,
        env: { ...surroundings(), ...env },
        writes: [folder],
      })
      child.stdin.end()
      const output = outputOf(child, await within(run, limitMs, child, `end of ${command[0]}`, child.exited))
      if (!quiet) noteEnd(run, output)
      return output
    },
  }
}

/** A file of the run as the learner knows it: by its name. */
const partText = (run: RunState, part: string): string => (part.startsWith(run.context.scratch) ? basename(part) : part)

function noteEnd(run: RunState, { code, signal, stdout, stderr }: Output): void {
  if (stdout !== '') note(run, 'stdout', clip(stdout, 600))
  if (stderr !== '') note(run, 'stderr', clip(stderr, 600))
  note(run, 'ended with', String(code ?? signal))
}

function surroundings(): Record<string, string> {
  return {
    // A script that says `node` is to get this one.
    PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    // A folder of the run may lie within another repository.
    GIT_CEILING_DIRECTORIES: '/',
  }
}

/** @throws when there is no such commit */
export function unpackCommit(run: RunState, git: RepositoryGit, revision: string): Scene {
  const found = git.try(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`])
  if (found.code !== 0) throw new Error(`There is no commit ${revision}.`)
  const folder = mkdtempSync(join(run.context.scratch, 'unpacked-'))
  const index = `${folder}.index`
  git.read(['read-tree', found.stdout.toString().trim()], { index })
  // A link could lead anywhere; as a plain file it leads nowhere.
  // Programs are run from here: they have the line ends that were committed.
  const plain = ['core.symlinks=false', 'core.autocrlf=false', 'core.eol=lf'].flatMap((setting) => ['-c', setting])
  git.read([...plain, 'checkout-index', '--all', '--force', `--prefix=${folder}/`], { index })
  return sceneIn(run, folder, `the files of ${revision.replace(/^refs\/heads\//, '')}`)
}

/** @param path of a regular file in the workspace, or null */
export function copyOut(run: RunState, path: string | null): string | null {
  if (path === null) return null
  const folder = mkdtempSync(join(run.context.scratch, 'copied-'))
  // In the sandbox another account reads it; the scratch folder around it is private.
  chmodSync(folder, 0o755)
  const copy = join(folder, basename(path))
  copyFileSync(join(run.context.workspace, path), copy)
  return copy
}

const author = 'Backend Gym <learn@backend-gym.invalid>'

/** Made by hand as far as files do, and all commits in one stream: from this large process each start of git costs. */
export function makeRepository(run: RunState, name: string, commits: readonly MadeCommit[]): MadeRepository {
  const folder = join(run.context.scratch, 'made', name)
  const gitDir = join(folder, '.git')
  for (const below of ['objects', 'refs/heads', 'refs/tags']) mkdirSync(join(gitDir, below), { recursive: true })
  writeFileSync(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n')
  writeFileSync(
    join(gitDir, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tlogAllRefUpdates = true\n',
  )
  const marks = join(run.context.scratch, 'made', `${name}.marks`)
  ownGit(run, folder, ['fast-import', '--quiet', '--date-format=raw', `--export-marks=${marks}`], streamOf(commits))
  ownGit(run, folder, ['read-tree', '--reset', '-u', 'HEAD'])
  return { ...sceneIn(run, folder, name), ids: idsIn(readFileSync(marks, 'utf8'), commits.length) }
}

/** Lines ":3 <id>", in any order. */
function idsIn(marks: string, count: number): string[] {
  const ids = new Map(
    marks
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  )
  return Array.from({ length: count }, (_, i) => ids.get(`:${i + 1}`) ?? '')
}

function streamOf(commits: readonly MadeCommit[]): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`
  return commits
    .map(({ message, files = {}, tag }, i) => {
      const changes = Object.entries(files).map(([path, text]) =>
        text === null ? `D ${JSON.stringify(path)}\n` : `M 100644 inline ${JSON.stringify(path)}\n${data(text)}`,
      )
      const label = tag === undefined ? '' : `reset refs/tags/${tag}\nfrom :${i + 1}\n\n`
      const from = i === 0 ? '' : `from :${i}\n`
      return `commit refs/heads/main\nmark :${i + 1}\ncommitter ${author} ${1_770_000_000 + 3600 * i} +0000\n${data(message)}${from}${changes.join('')}${label}`
    })
    .join('')
}

/** git of the suite's own, in a repository that no learner's code has touched yet. */
function ownGit(run: RunState, folder: string, args: string[], input = ''): void {
  const env = {
    ...surroundings(),
    HOME: run.context.scratch,
    LC_ALL: 'C.UTF-8',
    GIT_DEFAULT_HASH: 'sha1',
    GIT_DEFAULT_REF_FORMAT: 'files',
  }
  const result = spawnSync('git', ['-c', 'core.autocrlf=false', '-c', 'gc.auto=0', ...args], {
    cwd: folder,
    env,
    input,
    encoding: 'utf8',
    timeout: gitTimeout(run),
  })
  if (result.status !== 0)
    throw new Error(
      `the suite's repository could not be made (git ${args[0]}): ${result.error?.message ?? result.stderr}`,
    )
}
