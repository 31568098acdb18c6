import { join } from 'node:path'
import { idOf } from '../../domain/exercise/variant.ts'
import { progressOf } from '../../domain/progress/progress.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderDiff } from '../../ui/terminal/diff.ts'
import type { Command } from '../command.ts'
import type { Context } from '../context.ts'
import { requireSolutionAllowed } from '../solution-rule.ts'
import { startedTargetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'
import type { Target } from '../../app/target.ts'

export const diff: Command = {
  summary: 'Shows what you changed since the starter; after a pass also beside the reference.',
  usage: `${variantUsage} [--reference]`,
  details: [...variantDetails, '--reference   your files beside the reference (after a pass or a give-up)'],
  options: { ...variantOptions, reference: { type: 'boolean' } },
  words: 1,
  run: async (context, input) => {
    const target = startedTargetOf(context, input)
    const against = input.options['reference'] === true ? 'reference' : 'starter'
    const changes = await (against === 'reference' ? besideReference : sinceStarter)(context, target)
    return {
      exitCode: 0,
      json: { slug: target.exercise.slug, against, diff: changes },
      text: renderDiff(changes, against, context.settings),
    }
  },
}

async function sinceStarter(context: Context, target: Target): Promise<string> {
  const { diffAgainstStarter } = await import('../../adapters/repositories/workspace-repository.ts')
  return diffAgainstStarter(context.workspaces.folder(idOf(target)))
}

async function besideReference(context: Context, target: Target): Promise<string> {
  const { exercise, language } = target
  const own = progressOf(context.store.load(), idOf(target))
  requireSolutionAllowed(context, exercise.slug, Boolean(own?.passedAt))
  if (!own?.passedAt && !own?.gaveUpAt) throw new RunnerError('solution-locked', { slug: exercise.slug })
  const { diffAgainstReference } = await import('../../adapters/repositories/reference-diff.ts')
  const reference = join(context.source.solutionFolder(exercise), 'reference', language)
  return diffAgainstReference(context.workspaces.folder(idOf(target)), reference)
}
