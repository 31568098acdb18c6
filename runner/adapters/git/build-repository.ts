import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import * as v from 'valibot'
import { decodeJson, formatProblem } from '../../domain/decode.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { runGit } from './run-git.ts'

const identity = v.strictObject({ name: v.string(), email: v.string(), date: v.string() })

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

/**
 * Builds the repository of a git exercise from its recipe: the same commits on every machine, no matter how git is
 * set up there. An existing folder is replaced.
 */
export async function buildRepository(recipe: string, folder: string): Promise<void> {
  const decoded = decodeJson(recipe, readFileSync(recipe, 'utf8'), repositorySchema)
  if (!decoded.ok) throw new RunnerError('content-invalid', { problems: decoded.problems.map(formatProblem).join('\n') })
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await git(folder, ['init', '--quiet', '--template='])
  await git(folder, ['symbolic-ref', 'HEAD', `refs/heads/${decoded.value.branch}`])
  for (const step of decoded.value.steps) await carryOut(folder, step)
}

async function carryOut(folder: string, step: Step): Promise<void> {
  switch (step.step) {
    case 'write':
      return write(inside(folder, step.path), step.text, step.executable === true)
    case 'remove':
      return rmSync(inside(folder, step.path), { recursive: true, force: true })
    case 'stage':
      return git(folder, ['add', '--force', '--', ...step.paths])
    case 'branch':
      return git(folder, step.checkout ? ['checkout', '--quiet', '-B', step.name] : ['branch', step.name])
    case 'commit':
      return git(folder, ['commit', '--quiet', '--allow-empty', '-m', step.message], {
        GIT_AUTHOR_NAME: step.author.name,
        GIT_AUTHOR_EMAIL: step.author.email,
        GIT_AUTHOR_DATE: step.author.date,
        GIT_COMMITTER_NAME: step.author.name,
        GIT_COMMITTER_EMAIL: step.author.email,
        GIT_COMMITTER_DATE: step.author.date,
      })
  }
}

function inside(folder: string, path: string): string {
  const full = resolve(folder, path)
  if (!full.startsWith(folder + sep)) throw new RunnerError('content-invalid', { problems: `repository.json: "${path}" leaves the repository` })
  return full
}

function write(path: string, text: string, executable: boolean): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, executable ? 0o755 : 0o644)
}

async function git(folder: string, args: string[], env: Record<string, string> = {}): Promise<void> {
  const here = [`--git-dir=${join(folder, '.git')}`, `--work-tree=${folder}`]
  await runGit([...here, ...args], { cwd: folder, env, action: 'build the repository of the exercise', path: folder })
}
