import { join } from 'node:path'
import { catalogSource } from '../adapters/files/catalog-source.ts'
import { treesIn } from '../adapters/files/trees.ts'
import { openLedger } from '../adapters/process/group-ledger.ts'
import { openRuns } from '../adapters/runs/runs.ts'
import { planFor } from '../app/plan.ts'
import type { Exercise } from '../domain/exercise/exercise.ts'
import { judge } from '../domain/judging/judge.ts'

/**
 * A process of its own: runs the reference trees of the exercises named as arguments, and ends with 0 when each has 100
 * points.
 */
const root = join(import.meta.dirname, '..', '..')
const cache = join(root, '.cache')
const source = catalogSource(root)
const { bySlug } = source.load().catalog
const trees = treesIn({
  cache,
  buildRepository: () => Promise.reject(new Error('no exercise of bench has a repository')),
})
const ledger = openLedger(cache)
// TypeScript only: no tool of the machine is needed.
const runs = openRuns({ root, cache, source, ledger, toolsOf: () => ({}), workers: 2 })

async function treeOf(exercise: Exercise): Promise<string> {
  const reference = join(source.solutionFolder(exercise), 'reference', 'ts')
  return trees.build(planFor(source, { exercise, language: 'ts' }, ''), [reference])
}

const exercises = process.argv.slice(2).map((slug) => bySlug.get(slug) as Exercise)
const requests = await Promise.all(
  exercises.map(async (exercise) => ({ exercise, language: 'ts' as const, folder: await treeOf(exercise), seed: 1 })),
)
const outcomes = await runs.run(requests)
const points = outcomes.map(
  (outcome, i) => judge(exercises[i]?.groups ?? [], outcome, [], new Map()).score?.total ?? null,
)
await runs.close()
ledger.close()
trees.clear()
process.stdout.write(`${JSON.stringify(points)}\n`)
process.exitCode = points.every((total) => total === 100) ? 0 : 1
