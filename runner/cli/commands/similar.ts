import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readWorks } from '../../adapters/classroom/class-folder.ts'
import { textsBelow } from '../../adapters/classroom/texts-below.ts'
import { compareWithSolutions } from '../../adapters/similarity/compare.ts'
import { nearest } from '../../domain/exercise/catalog.ts'
import type { Overlay } from '../../app/ports.ts'
import type { Exercise, Language } from '../../domain/exercise/exercise.ts'
import { variantName, type Variant, type VariantId } from '../../domain/exercise/variant.ts'
import { byCodePoint } from '../../domain/class/gradebook.ts'
import type { SubmittedWork } from '../../domain/class/grading.ts'
import { lastOfEach } from '../../domain/class/states.ts'
import { isComparable } from '../../domain/class/similarity-tokens.ts'
import type { Comparison, ComparedFile } from '../../domain/class/similarity.ts'
import { RunnerError } from '../../errors/runner-error.ts'
import { renderSimilar } from '../../ui/terminal/similar.ts'
import type { Answer, Command, Input } from '../command.ts'
import type { Context } from '../context.ts'
import { sharedIn } from '../shared-states.ts'
import { progressLine } from '../progress-line.ts'

export const similar: Command = {
  summary:
    'Shows which works of a class are alike, and where, and which are like a solution; the starter is taken out first.',
  usage: '[--class DIR] [--slug S] [--at 0.8]',
  details: [
    '--class   the class folder; without it the folder you are in',
    '--slug    only this exercise',
    '--at      how alike two works must be to be shown, from 0.1 to 1; without it 0.8',
  ],
  options: { class: { type: 'string' }, slug: { type: 'string' }, at: { type: 'string' } },
  words: 0,
  run: showSimilar,
}

async function showSimilar(context: Context, { options }: Input): Promise<Answer> {
  const { startedIn, columns, color } = context.settings
  const folder = resolve(startedIn, (options['class'] as string | undefined) ?? '.')
  const at = limitOf(options['at'])
  const variants = variantsOf(folder, options['slug'] as string | undefined)
  const { bySlug } = context.catalog()
  const slugs = new Set(variants.map((v) => v.slug))
  const shared = sharedIn(context, folder).filter((s) => slugs.has(s.slug))
  const line = progressLine(context.settings)
  const comparisons: Comparison[] = []
  const remarks: string[] = []
  for (const [i, { slug, language, works }] of variants.entries()) {
    line.show(i + 1, variants.length, `${slug} (${language})`)
    const exercise = bySlug.get(slug)
    const left = `${slug} (${language}) is not compared:`
    if (!isCompared(language)) remarks.push(`${left} its works are repositories, not source text.`)
    else if (!exercise?.languages[language])
      remarks.push(`${left} it is not in the catalog, so its starter cannot be taken out.`)
    else comparisons.push(await compare(context, { slug, language, works }, folder, exercise, at))
  }
  line.clear()
  const screen = { comparisons, shared, remarks, at }
  return {
    exitCode: 0,
    json: { ...screen, note: 'similar is not copied' },
    text: renderSimilar(screen, { columns, color }),
  }
}

function limitOf(value: string | boolean | undefined): number {
  const at = value === undefined ? 0.8 : Number(value)
  if (at >= 0.1 && at <= 1) return at
  throw new RunnerError('option-value', {
    command: 'similar',
    option: '--at',
    problem: 'must be a number from 0.1 to 1',
  })
}

interface ComparedVariant extends VariantId {
  /** The last state of each learner. */
  works: SubmittedWork[]
}

function variantsOf(folder: string, slug: string | undefined): ComparedVariant[] {
  if (!existsSync(join(folder, 'submissions')))
    throw new RunnerError('class-folder', { path: folder, reason: 'it has no folder submissions/' })
  const all = readWorks(folder)
  const slugs = new Set(all.map((w) => w.slug))
  if (slug !== undefined && !slugs.has(slug))
    throw new RunnerError('unknown-exercise', { slug, nearest: nearest(slug, slugs) ?? undefined })
  const byVariant = Map.groupBy(
    all.filter((w) => slug === undefined || w.slug === slug),
    variantName,
  )
  return [...byVariant]
    .sort(([a], [b]) => byCodePoint(a, b))
    .flatMap(([, works]) => {
      const [first] = works
      return first ? [{ slug: first.slug, language: first.language, works: lastOfEach(works) }] : []
    })
}

const isCompared = (language: Language): boolean => language !== 'git'

async function compare(
  context: Context,
  { slug, language, works }: ComparedVariant,
  folder: string,
  exercise: Exercise,
  at: number,
): Promise<Comparison> {
  const filesOf = (learner: string, tree: string): ComparedFile[] =>
    textsBelow(join(folder, 'submissions', learner, tree), (path) => isComparable(language, path))
  const read = works.map(({ learner, tree }) => ({ learner, files: filesOf(learner, tree) }))
  const starter = starterOf(context, { exercise, language })
  const solutions = (await context.solutions())
    .in(exercise, language)
    .filter(({ kind }) => kind !== 'mistake')
    .map(({ id, overlays }) => ({ id, files: overlays.flatMap((overlay) => textsOf(overlay, language)) }))
  return {
    slug,
    language,
    learners: works.length,
    ...compareWithSolutions(language, read, solutions, starter, at),
  }
}

const textsOf = (overlay: Overlay, language: Language): ComparedFile[] =>
  typeof overlay === 'string' ? textsBelow(overlay, (path) => isComparable(language, path)) : []

/** Template and starter, as the workspace had them at first. */
const starterOf = (context: Context, variant: Variant): ComparedFile[] =>
  context.source
    .layers(variant)
    .flatMap((layer) => textsBelow(layer.folder, (path) => isComparable(variant.language, path)))
