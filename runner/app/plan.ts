import { planScaffold, type ScaffoldPlan } from '../domain/exercise/scaffold.ts'
import type { Variant } from '../domain/exercise/variant.ts'
import { commandLine } from '../errors/command-line.ts'
import type { CatalogSource } from './ports.ts'

/** Commands that a workspace's own package.json forwards to the project. */
export const forwardedCommands = [
  'next',
  'watch',
  'check',
  'show',
  'hint',
  'list',
  'solution',
  'diff',
  'reset',
  'undo',
  'history',
  'progress',
  'run',
  'set',
  'submit',
  'doctor',
  'setup',
  'help',
] as const

/** The plan of a variant's workspace in `folder`. */
export function planFor(source: CatalogSource, variant: Variant, folder: string): ScaffoldPlan {
  const { exercise, language } = variant
  return planScaffold({
    slug: exercise.slug,
    area: exercise.area,
    language,
    title: exercise.title,
    folder,
    layers: source.layers(variant),
    brief: source.brief(exercise),
    packageJson: {},
    commands: forwardedCommands,
    runner: source.runnerFrom(folder),
  })
}

/** Said wherever somebody works on an exercise that is another in the project by now. */
export const changedSentence = (slug: string, changed: readonly string[]): string =>
  `${slug} has changed in the project since you started it: ${changed.join(', ')}. See how: ${commandLine('diff', slug, '--upstream')}. Take it over: ${commandLine('reset', slug)} (your files are saved first).`
