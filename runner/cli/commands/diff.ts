import { join } from 'node:path'
import type { Sides } from '../../adapters/repositories/diff-folders.ts'
import { planFor } from '../../app/plan.ts'
import type { ScaffoldPlan } from '../../domain/exercise/scaffold.ts'
import { idOf } from '../../domain/exercise/variant.ts'
import { progressOf } from '../../domain/progress/progress.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderDiff, type DiffAgainst } from '../../ui/terminal/diff.ts'
import type { Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { requireSolutionAllowed } from '../solution-rule.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'
import type { Target } from '../../app/target.ts'

export const diff: Command = {
  summary: 'Shows what you changed since the starter; after a pass also beside the reference.',
  usage: `${variantUsage} [--reference | --upstream]`,
  details: [
    ...variantDetails,
    '--reference   your files beside the reference (after a pass or a give-up)',
    '--upstream    what the project has changed in the exercise since you started it',
  ],
  options: { ...variantOptions, reference: { type: 'boolean' }, upstream: { type: 'boolean' } },
  words: 1,
  run: async (context, input) => {
    const target = startedTargetOf(context, input)
    const against = againstWhat(input)
    const changes = await sides[against](context, target)
    return {
      exitCode: 0,
      json: { slug: target.exercise.slug, against, diff: changes },
      toRead: true,
      text: renderDiff(changes, against, context.settings),
    }
  },
}

function againstWhat({ options }: Input): DiffAgainst {
  if (options['reference'] === true) return 'reference'
  return options['upstream'] === true ? 'upstream' : 'starter'
}

const sides: Record<DiffAgainst, (context: Context, target: Target) => Promise<string>> = {
  starter: sinceStarter,
  reference: besideReference,
  upstream: sinceStarted,
}

/** What the workspace was made of beside what it would be made of now. */
async function sinceStarted(context: Context, target: Target): Promise<string> {
  const { diffPlans } = await import('../../adapters/repositories/reference-diff.ts')
  const now = planFor(context.source, target, context.workspaces.folder(idOf(target)))
  const kept = context.workspaces.keptPlan(now)
  const changed = context.workspaces.changedSince(now)
  return kept === null || changed.length === 0 ? '' : diffPlans(kept, now)
}

async function sinceStarter(context: Context, target: Target): Promise<string> {
  const { diffAgainstStarter, initWorkspaceRepository } =
    await import('../../adapters/repositories/workspace-repository.ts')
  const folder = context.workspaces.folder(idOf(target))
  const now = planFor(context.source, target, folder)
  const kept = context.workspaces.keptPlan(now)
  const starter = async (): Promise<string> => {
    const tree = await context.trees.build(kept ?? now, [])
    await initWorkspaceRepository(tree, 'The pristine starter')
    return tree
  }
  try {
    const outer = await diffAgainstStarter(folder, starter, kept !== null)
    if (target.exercise.driver !== 'git') return outer
    return outer + (await besideTree(context, target, kept ?? now, [], ['starter', 'yours']))
  } finally {
    context.trees.clear()
  }
}

/** In an exercise about git the repository in repo/ is the work: it is compared with one that is built for that. */
async function besideTree(
  context: Context,
  target: Target,
  plan: ScaffoldPlan,
  overlays: string[],
  names: Sides,
): Promise<string> {
  const { diffRepositories } = await import('../../adapters/repositories/repository-picture.ts')
  const folder = context.workspaces.folder(idOf(target))
  const built = await context.trees.build(plan, overlays)
  // Commits of a reference are made now, those of a starter are the same everywhere.
  const isStarter = overlays.length === 0
  return diffRepositories(names, isStarter ? [built, folder] : [folder, built], isStarter)
}

async function besideReference(context: Context, target: Target): Promise<string> {
  const { exercise, language } = target
  const own = progressOf(context.store.load(), idOf(target))
  requireSolutionAllowed(context, exercise.slug, Boolean(own?.passedAt))
  if (!own?.passedAt && !own?.gaveUpAt) throw new RunnerError('solution-locked', { slug: exercise.slug })
  const reference = join(context.source.solutionFolder(exercise), 'reference', language)
  if (exercise.driver === 'git')
    return besideTree(
      context,
      target,
      planFor(context.source, target, ''),
      [reference],
      ['yours', 'reference'],
    ).finally(context.trees.clear)
  const { diffAgainstReference } = await import('../../adapters/repositories/reference-diff.ts')
  return diffAgainstReference(context.workspaces.folder(idOf(target)), reference)
}
