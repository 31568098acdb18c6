import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catalogSource } from '../../adapters/files/catalog-source.ts'
import { treesIn } from '../../adapters/files/trees.ts'
import { solutionsOf } from '../../adapters/solutions/solutions.ts'
import { buildRepository } from '../../adapters/repositories/build-repository.ts'
import { openLedger } from '../../adapters/process/group-ledger.ts'
import { openReadiness } from '../../adapters/readiness/readiness.ts'
import { openRuns } from '../../adapters/runs/runs.ts'
import { planFor } from '../../app/plan.ts'
import type { RunOutcome } from '../../app/ports.ts'
import type { Exercise, Language } from '../../domain/exercise/exercise.ts'
import { judge } from '../../domain/judging/judge.ts'
import type { PlannedLearner } from './class-plan.ts'
import { solutionOf } from './class-files.ts'
import type { PointsOf } from './expected-gradebook.ts'

const root = join(import.meta.dirname, '..', '..', '..')

interface Solution {
  exercise: Exercise
  language: Language
  solution: string
}

const nameOf = (slug: string, language: string, solution: string): string => `${slug}@${language} ${solution}`

/**
 * What the class's mistakes are worth, as `check` sees it: the solutions of the catalog, run without a sandbox, a queue
 * or a class around them. Whatever is no full mark comes from here.
 */
export async function measurePoints(learners: readonly PlannedLearner[]): Promise<PointsOf> {
  const cache = join(root, '.cache')
  const folder = mkdtempSync(join(tmpdir(), 'gym-points-'))
  const ledger = openLedger(folder)
  const source = catalogSource(root)
  const { catalog } = source.load()
  const readiness = await openReadiness(cache)
  const runs = openRuns({ root, cache, source, ledger, toolsOf: readiness.toolsOf, workers: 2 })
  const trees = treesIn({ cache: folder, buildRepository })
  const wanted = new Map<string, Solution>()
  for (const work of learners.flatMap((l) => l.works).filter((w) => w.kind === 'wrong' || w.kind === 'late-better')) {
    const exercise = catalog.bySlug.get(work.slug)
    if (exercise)
      wanted.set(nameOf(work.slug, work.language, solutionOf(work)), {
        exercise,
        language: work.language,
        solution: solutionOf(work),
      })
  }
  const solutions = solutionsOf(source)
  const treeOf = ({ exercise, language, solution }: Solution): Promise<string> => {
    const found = solutions.in(exercise, language).find(({ id }) => id === solution)
    if (!found) throw new Error(`there is no solution "${solution}" of ${exercise.slug} in ${language}`)
    return trees.build(planFor(source, { exercise, language }, ''), found.overlays)
  }
  try {
    const folders = await Promise.all([...wanted.values()].map(treeOf))
    const outcomes = await runs.run(
      [...wanted.values()].map(({ exercise, language }, i) => ({
        exercise,
        language,
        folder: folders[i] ?? '',
        seed: 1,
      })),
    )
    const points = new Map([...wanted].map(([name, { exercise }], i) => [name, pointsIn(exercise, outcomes[i])]))
    return (slug, language, solution) => points.get(nameOf(slug, language, solution)) ?? 0
  } finally {
    await runs.close()
    trees.clear()
    ledger.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function pointsIn(exercise: Exercise, outcome: RunOutcome | undefined): number {
  if (!outcome) throw new Error(`${exercise.slug} was not run`)
  return judge(exercise.groups, outcome, [], new Map()).score?.total ?? 0
}
