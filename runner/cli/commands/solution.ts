import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { layerFiles } from '../../adapters/files/catalog-source.ts'
import { idOf } from '../../domain/exercise/variant.ts'
import { progressOf } from '../../domain/progress/progress.ts'
import { commandLine } from '../../errors/command-line.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderSolution } from '../../ui/terminal/reading.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { requireSolutionAllowed } from '../solution-rule.ts'
import { targetOf, variantDetails, variantOptions, variantUsage } from '../current.ts'

export const solution: Command = {
  summary: 'Shows the reference solution and why it does what it does.',
  usage: `${variantUsage} [--give-up]`,
  details: [...variantDetails, '--give-up   see it before a pass; this is recorded, and your work is saved first'],
  options: { ...variantOptions, 'give-up': { type: 'boolean' } },
  words: 1,
  run: showSolution,
}

async function showSolution(context: Context, input: Input): Promise<Answer> {
  const target = targetOf(context, input)
  const { exercise } = target
  const id = idOf(target)
  const { slug, language } = id
  const own = progressOf(context.store.load(), id)
  requireSolutionAllowed(context, slug, Boolean(own?.passedAt))
  const at = context.clock.now().toISOString()
  if (!own?.passedAt && !own?.gaveUpAt) {
    if (input.options['give-up'] !== true) throw new RunnerError('solution-locked', { slug })
    if (!own) throw new RunnerError('not-started', { slug })
    await context.snapshots.take(id, 'give-up')
    context.store.record({ event: 'gave-up', at, ...id })
  }
  context.store.record({ event: 'solution', at, ...id })
  const folder = context.source.solutionFolder(exercise)
  const reference = join(folder, 'reference', language)
  const files = layerFiles(reference).map(({ path }) => ({ path, text: readFileSync(join(reference, path), 'utf8') }))
  const why = existsSync(join(folder, 'WHY.md')) ? readFileSync(join(folder, 'WHY.md'), 'utf8') : ''
  return {
    exitCode: 0,
    json: { slug, language, files, why, next: commandLine('next') },
    toRead: true,
    text: renderSolution(files, why, context.settings),
  }
}
