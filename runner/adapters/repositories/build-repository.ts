import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { decodeJson, formatProblem } from '../../domain/decode.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { importStream, planHistory, replaceOnce } from './build-repository-history.ts'
import { repositorySchema, type History, type Identity, type Step } from './build-repository-recipe.ts'
import { requireGit } from '../git/git-version.ts'
import { runGit, spawnGit, type GitCall } from '../git/run-git.ts'
import { ensureFolder, removeTree } from '../files/late-packages.ts'

/** Who acts where no commit says it: the reflog of a checkout names somebody too. */
const nobody: Identity = { name: 'Backend Gym', email: 'learn@backend-gym.invalid', date: '2026-01-01T00:00:00Z' }

/** A repository as far as it is built. */
interface Building {
  folder: string
  /** Holds the bare repositories. */
  remotes: string
  /** The branch that the remotes check out, too. */
  branch: string
  /** Paths that were written as executable; not every disk keeps the bit. */
  executables: Set<string>
  /** Who made the last commit. */
  author: Identity
}

/**
 * Builds the repository of a git exercise from its recipe, and its remotes in a folder beside it: the same commits on
 * every machine, no matter how git is set up there. An existing folder is replaced.
 */
export async function buildRepository(recipe: string, place: string): Promise<void> {
  const folder = resolve(place)
  const decoded = decodeJson(recipe, readFileSync(recipe, 'utf8'), repositorySchema)
  if (!decoded.ok)
    throw new RunnerError('content-invalid', { problems: decoded.problems.map(formatProblem).join('\n') })
  const { branch, steps } = decoded.value
  await requireGit()
  removeTree(folder)
  ensureFolder(folder)
  const building: Building = {
    folder,
    remotes: join(dirname(folder), 'remotes'),
    branch,
    executables: new Set(),
    author: nobody,
  }
  // It is run inside and without --work-tree: git would write the place down, and the folder is renamed later.
  await runGit(['init', '--quiet', '--template='], { ...call(folder), cwd: folder })
  await git(building, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
  // The repository says itself which line ends its files have: a learner's setting for all of theirs is not handed in.
  await git(building, ['config', 'core.autocrlf', 'false'])
  for (const step of steps) await carryOut(building, step)
  // Last, so that the journal begins with the learner's first push.
  for (const step of steps) if (step.step === 'remote') await keepJournal(remoteFolder(building, step.name))
}

async function carryOut(building: Building, step: Step): Promise<void> {
  switch (step.step) {
    case 'write':
      return write(building, step.path, step)
    case 'edit':
      return edit(building, step.path, step)
    case 'remove':
      return removeTree(inside(building.folder, step.path))
    case 'stage':
      return stage(building, step.paths)
    case 'commit':
      return commit(building, step.message, step.author)
    case 'history':
      return writeHistory(building, step)
    case 'merge':
      return merge(building, step)
    case 'remote':
      return addRemote(building, step.name)
    case 'colleague':
      return workElsewhere(building, remoteFolder(building, step.remote), step.steps)
    default:
      building.author = (step.step === 'tag' ? step.author : undefined) ?? building.author
      return git(building, argumentsOf(step))
  }
}

/** The steps that are one git command each. */
function argumentsOf(
  step: Extract<Step, { step: 'branch' | 'switch' | 'reset' | 'tag' | 'config' | 'push' | 'fetch' }>,
): string[] {
  const at = 'at' in step && step.at !== undefined ? [step.at] : []
  switch (step.step) {
    case 'branch':
      return step.checkout
        ? ['checkout', '--quiet', '-B', step.name, ...at]
        : ['branch', '--no-track', step.name, ...at]
    case 'switch':
      return ['checkout', '--quiet', step.to]
    case 'reset':
      return ['reset', '--quiet', '--hard', step.to]
    case 'tag':
      return [
        'tag',
        ...(step.message === undefined ? [] : ['--annotate', '--cleanup=verbatim', '-m', step.message]),
        step.name,
        ...at,
      ]
    case 'config':
      return ['config', step.key, step.value]
    case 'push':
      return ['push', '--quiet', '--set-upstream', ...(step.force ? ['--force'] : []), step.remote, ...step.refs]
    case 'fetch':
      return ['fetch', '--quiet', step.remote]
  }
}

function write(building: Building, path: string, file: { text: string; executable?: boolean | undefined }): void {
  const full = inside(building.folder, path)
  ensureFolder(dirname(full))
  writeFileSync(full, file.text)
  chmodSync(full, file.executable === true ? 0o755 : 0o644)
  if (file.executable === true) building.executables.add(path)
  else building.executables.delete(path)
}

function edit(building: Building, path: string, { from, to }: { from: string; to: string }): void {
  const file = fileBefore(building, path)
  if (file === null)
    throw new RunnerError('content-invalid', { problems: `repository.json: ${path} is edited before it exists` })
  write(building, path, { ...file, text: replaceOnce(path, file.text, from, to) })
}

async function stage(building: Building, paths: readonly string[]): Promise<void> {
  await git(building, ['add', '--force', '--', ...paths])
  const covered = (path: string): boolean => paths.some((p) => p === '.' || p === path || path.startsWith(`${p}/`))
  const programs = [...building.executables].filter((path) => covered(path) && existsSync(join(building.folder, path)))
  if (programs.length > 0) await git(building, ['update-index', '--chmod=+x', '--', ...programs])
}

async function commit(building: Building, message: string, author: Identity): Promise<void> {
  building.author = author
  await git(building, ['commit', '--quiet', '--allow-empty', '--no-verify', '--cleanup=verbatim', '-m', message])
}

async function merge(building: Building, step: Extract<Step, { step: 'merge' }>): Promise<void> {
  building.author = step.author
  const merged = await spawnGit(
    [...here(building), 'merge', '--quiet', '--no-ff', '--no-commit', step.branch],
    callAs(building),
  )
  // 1 is a conflict; then every file of it has to be told.
  if (merged.code !== 0 && (merged.code !== 1 || step.resolve.length === 0)) {
    throw new RunnerError('git-failed', {
      action: 'build the repository of the exercise',
      reason: `merging ${step.branch}: ${(merged.stdout.toString() + merged.stderr).trim()}`,
    })
  }
  for (const file of step.resolve) write(building, file.path, file)
  if (step.resolve.length > 0)
    await stage(
      building,
      step.resolve.map((file) => file.path),
    )
  await commit(building, step.message, step.author)
}

async function writeHistory(building: Building, step: History): Promise<void> {
  const commits = planHistory(step, (path) => fileBefore(building, path))
  for (const { changes } of commits) for (const { path } of changes) inside(building.folder, path)
  const branch = (await read(building, ['symbolic-ref', 'HEAD'])).trim()
  const parent = (
    await spawnGit([...here(building), 'rev-parse', '--verify', '--quiet', 'HEAD'], callAs(building))
  ).stdout
    .toString()
    .trim()
  const stream = importStream(commits, branch, parent === '' ? null : parent)
  await runGit([...here(building), 'fast-import', '--quiet', '--date-format=raw'], {
    ...callAs(building),
    input: [stream],
  })
  // And not reset: that would leave a line in the reflog.
  await git(building, ['read-tree', '--reset', '-u', 'HEAD'])
}

function fileBefore(building: Building, path: string): { text: string; executable: boolean } | null {
  const full = inside(building.folder, path)
  if (!existsSync(full)) return null
  return {
    text: readFileSync(full, 'utf8'),
    executable: building.executables.has(path) || (statSync(full).mode & 0o100) !== 0,
  }
}

const remoteFolder = ({ remotes }: Building, name: string): string => join(remotes, `${name}.git`)

/** The remote is named by a path that begins in the work tree, since the workspace may be moved. */
async function addRemote(building: Building, name: string): Promise<void> {
  const bare = remoteFolder(building, name)
  removeTree(bare)
  ensureFolder(bare)
  const init = { ...call(bare), cwd: bare }
  await runGit(['init', '--quiet', '--bare', '--template=', '.'], init)
  await runGit(['--git-dir=.', 'symbolic-ref', 'HEAD', `refs/heads/${building.branch}`], init)
  await git(building, ['remote', 'add', name, `../remotes/${name}.git`])
}

async function workElsewhere(building: Building, bare: string, steps: readonly Step[]): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'backend-gym-colleague-'))
  try {
    const folder = join(parent, 'clone')
    await runGit(['clone', '--quiet', '--template=', bare, folder], { ...call(folder), cwd: parent })
    const theirs: Building = { ...building, folder, executables: new Set(), author: nobody }
    for (const step of steps) await carryOut(theirs, step)
  } finally {
    removeTree(parent)
  }
}

/**
 * A bare repository keeps no reflog, and that of a deleted branch is gone in any case: a hook writes each update down,
 * one line "old new ref", for the harness to read.
 */
async function keepJournal(bare: string): Promise<void> {
  ensureFolder(join(bare, 'hooks'))
  writeFileSync(join(bare, 'hooks', 'post-receive'), '#!/bin/sh\nexec cat >> journal\n')
  chmodSync(join(bare, 'hooks', 'post-receive'), 0o755)
  // Its own word outranks a hooks folder that the learner has set for all repositories.
  await runGit(['--git-dir=.', 'config', 'core.hooksPath', 'hooks'], { ...call(bare), cwd: bare })
}

function inside(folder: string, path: string): string {
  const full = resolve(folder, path)
  if (!full.startsWith(folder + sep))
    throw new RunnerError('content-invalid', { problems: `repository.json: "${path}" leaves the repository` })
  return full
}

const call = (folder: string) => ({ action: 'build the repository of the exercise', path: folder })
const here = ({ folder }: Building): string[] => [`--git-dir=${join(folder, '.git')}`, `--work-tree=${folder}`]

function callAs({ folder, author }: Building): GitCall {
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: author.date,
    // A path of the recipe is a name, whatever characters are in it.
    GIT_LITERAL_PATHSPECS: '1',
  }
  return { ...call(folder), cwd: folder, env }
}

const read = async (building: Building, args: string[]): Promise<string> =>
  (await runGit([...here(building), ...args], callAs(building))).toString()

async function git(building: Building, args: string[]): Promise<void> {
  await read(building, args)
}
