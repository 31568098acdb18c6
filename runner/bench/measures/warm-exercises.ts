import { appendFileSync, cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { catalogSource } from '../../adapters/files/catalog-source.ts'
import { languagesOf, type Exercise, type Language } from '../../domain/exercise/exercise.ts'
import type { Bench } from '../alternate.ts'
import { linesOf } from '../lines.ts'
import { areaFile, makeGymProject, type GymProject } from '../projects.ts'
import { quietMoment } from '../quiet-moment.ts'
import { spreadOf, type Spread } from '../statistics.ts'

/** A warm check of one real exercise; no ratio, since nothing else does the same. */
export interface WarmCheck {
  slug: string
  language: Language
  driver: Exercise['driver']
  /** From the save of the reference solution to its verdict, in ms; null where this machine is not ready for it. */
  ms: Spread | null
  runs: number
  /** Why there is no figure. */
  missing: string | null
}

const exercises = [
  'languages/access-log-rollup',
  'databases/pg-constraints-first',
  'frameworks/express-middleware-order',
]
const firstMs = 180_000
const verdictMs = 30_000

const comments: Partial<Record<Language, string>> = { py: '#', rb: '#', sql: '--' }

/** Saves to the reference solution of some real exercises in watch mode, in each of their languages. */
export async function warmChecks(bench: Bench): Promise<WarmCheck[]> {
  const project = makeGymProject(bench, areaFiles())
  for (const path of exercises) {
    for (const part of ['exercises', 'solutions'])
      cpSync(join(bench.root, part, path), join(project.root, part, path), { recursive: true })
  }
  const packs = join(bench.root, '.cache', 'packs')
  mkdirSync(packs, { recursive: true })
  symlinkSync(packs, join(project.root, '.cache', 'packs'))
  const source = catalogSource(project.root)
  const checks: WarmCheck[] = []
  for (const exercise of source.load().catalog.bySlug.values()) {
    for (const language of languagesOf(exercise)) checks.push(await warmCheck(bench, project, exercise, language))
  }
  return checks
}

function areaFiles(): Record<string, string> {
  return Object.assign(
    {},
    ...exercises.map((path) => {
      const [area, slug] = path.split('/') as [Exercise['area'], string]
      return areaFile(area, [slug])
    }),
  ) as Record<string, string>
}

async function warmCheck(
  bench: Bench,
  project: GymProject,
  exercise: Exercise,
  language: Language,
): Promise<WarmCheck> {
  const { slug, driver } = exercise
  bench.say(`${slug} (${language})`)
  const started = await project.gym(['next', slug, '--lang', language, '--json'], [0, 1, 3])
  const { workspace = '', missing = [] } = JSON.parse(started.stdout) as {
    workspace?: string
    missing?: { needs: string }[]
  }
  if (started.code === 3)
    return { slug, language, driver, ms: null, runs: 0, missing: missing.map((m) => m.needs).join(', ') }
  const source = catalogSource(project.root)
  cpSync(join(source.solutionFolder(exercise), 'reference', language), workspace, { recursive: true })
  const file = join(workspace, source.entry({ exercise, language }))
  if (!existsSync(file)) throw new Error(`${slug} (${language}) has no ${file}`)
  const figures = await savesAnswered(bench, project, { slug, language, file })
  return { slug, language, driver, ms: spreadOf(figures), runs: figures.length, missing: null }
}

/** Times in ms from a save to its verdict, which must be a pass. */
async function savesAnswered(
  { playground, options }: Bench,
  project: GymProject,
  what: { slug: string; language: Language; file: string },
): Promise<number[]> {
  const child = project.start(['watch', what.slug, '--lang', what.language, '--json'])
  const lines = linesOf(child)
  await lines.next(firstMs)
  const figures: number[] = []
  for (let i = 0; i <= options.runs; i++) {
    await quietMoment()
    const saved = performance.now()
    appendFileSync(what.file, `${comments[what.language] ?? '//'} ${i}\n`)
    const line = await lines.next(verdictMs)
    const { verdict } = JSON.parse(line?.text ?? '{}') as { verdict?: string }
    if (verdict !== 'passed') throw new Error(`${what.slug} (${what.language}): ${verdict ?? 'no verdict'}`)
    figures.push((line?.at ?? Number.NaN) - saved)
  }
  await playground.stop(child)
  // The first one loads what only a check after a change needs.
  return figures.slice(1)
}
