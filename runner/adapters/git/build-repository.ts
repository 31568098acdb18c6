import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import * as v from 'valibot'
import { decodeJson, formatProblem } from '../../domain/decode.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { requireGit } from './git-version.ts'
import { runGit } from './run-git.ts'

/** With a time zone: without one the commit's id would depend on the machine's. */
const date = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/, 'must be a date with a time and a time zone, as 2026-03-02T10:00:00+01:00'))
const identity = v.strictObject({ name: v.string(), email: v.string(), date })
type Identity = v.InferOutput<typeof identity>

/** repository.json of a git exercise: the steps that make the repository the learner finds in repo/. */
export const repositorySchema = v.strictObject({
  branch: v.optional(v.string(), 'main'),
  steps: v.array(
    v.variant('step', [
      v.strictObject({ step: v.literal('write'), path: v.string(), text: v.string(), executable: v.optional(v.boolean()) }),
      v.strictObject({ step: v.literal('stage'), paths: v.array(v.string()) }),
      v.strictObject({ step: v.literal('commit'), message: v.string(), author: identity }),
      v.strictObject({ step: v.literal('branch'), name: v.string(), checkout: v.optional(v.boolean()) }),
      v.strictObject({ step: v.literal('remove'), path: v.string() }),
    ]),
  ),
})
type Step = v.InferOutput<typeof repositorySchema>['steps'][number]

/** Who acts where no commit says it: the reflog of a checkout names somebody too. */
const nobody: Identity = { name: 'Backend Gym', email: 'learn@backend-gym.invalid', date: '2026-01-01T00:00:00Z' }

/** The repository as far as it is built. */
interface Building {
  folder: string
  /** Paths that were written as executable; not every disk keeps the bit. */
  executables: Set<string>
  /** Of the last commit. */
  author: Identity
}

/**
 * Builds the repository of a git exercise from its recipe: the same commits on every machine, no matter how git is
 * set up there. An existing folder is replaced.
 */
export async function buildRepository(recipe: string, place: string): Promise<void> {
  const folder = resolve(place)
  const decoded = decodeJson(recipe, readFileSync(recipe, 'utf8'), repositorySchema)
  if (!decoded.ok) throw new RunnerError('content-invalid', { problems: decoded.problems.map(formatProblem).join('\n') })
  await requireGit()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const building: Building = { folder, executables: new Set(), author: nobody }
  // From inside and without --work-tree: git would write the place down, and the folder is renamed afterwards.
  await runGit(['init', '--quiet', '--template='], { ...call(folder), cwd: folder })
  await git(building, ['symbolic-ref', 'HEAD', `refs/heads/${decoded.value.branch}`])
  for (const step of decoded.value.steps) await carryOut(building, step)
}

async function carryOut(building: Building, step: Step): Promise<void> {
  switch (step.step) {
    case 'write':
      return write(building, step.path, step)
    case 'remove':
      return rmSync(inside(building.folder, step.path), { recursive: true, force: true })
    case 'stage':
      return stage(building, step.paths)
    case 'branch':
      return git(building, step.checkout ? ['checkout', '--quiet', '-B', step.name] : ['branch', step.name])
    case 'commit':
      building.author = step.author
      return git(building, ['commit', '--quiet', '--allow-empty', '--no-verify', '--cleanup=verbatim', '-m', step.message])
  }
}

function write(building: Building, path: string, file: { text: string; executable?: boolean | undefined }): void {
  const full = inside(building.folder, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, file.text)
  chmodSync(full, file.executable === true ? 0o755 : 0o644)
  if (file.executable === true) building.executables.add(path)
  else building.executables.delete(path)
}

async function stage(building: Building, paths: readonly string[]): Promise<void> {
  await git(building, ['add', '--force', '--', ...paths])
  const covered = (path: string): boolean => paths.some((p) => p === '.' || p === path || path.startsWith(`${p}/`))
  const programs = [...building.executables].filter((path) => covered(path) && existsSync(join(building.folder, path)))
  if (programs.length > 0) await git(building, ['update-index', '--chmod=+x', '--', ...programs])
}

function inside(folder: string, path: string): string {
  const full = resolve(folder, path)
  if (!full.startsWith(folder + sep)) throw new RunnerError('content-invalid', { problems: `repository.json: "${path}" leaves the repository` })
  return full
}

const call = (folder: string) => ({ action: 'build the repository of the exercise', path: folder })

async function git({ folder, author }: Building, args: string[]): Promise<void> {
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
  await runGit([`--git-dir=${join(folder, '.git')}`, `--work-tree=${folder}`, ...args], { ...call(folder), cwd: folder, env })
}
