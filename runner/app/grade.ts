import type { GradeJob, GradePlan, WantedResult } from '../domain/class/grade-plan.ts'
import type { GradedResult } from '../domain/class/grading.ts'
import type { GradeQueue, KeyedResult, Lane, TreeFile } from './grading-ports.ts'

export interface GradeRun {
  queue: GradeQueue
  plan: GradePlan
  lane: Lane
  treeOf: (job: GradeJob) => TreeFile[]
  /** Keeps results for good; called with those that have come in, in the plan's order. */
  record: (results: readonly GradedResult[]) => void
  onProgress: (done: number, total: number) => void
  /** Rejects when the workers of this process are gone. */
  working: Promise<unknown>
}

const pollMs = 200

/** Hands the plan's jobs to the queue and collects their results, each recorded as soon as it is there. */
export async function grade({
  queue,
  plan,
  lane,
  treeOf,
  record,
  onProgress,
  working,
}: GradeRun): Promise<GradedResult[]> {
  const all: GradedResult[] = []
  const open = new Set(plan.jobs.map((job) => job.key))
  await queue.put(lane, plan.jobs, treeOf)
  // A rejection is met below, in the race; until then it must not count as unhandled.
  working.catch(() => {})
  while (open.size > 0) {
    await queue.settleDead()
    const fresh = named(await queue.results([...open]), plan.wanted)
    if (fresh.length > 0) record(fresh)
    all.push(...fresh)
    for (const { key } of fresh) open.delete(key)
    onProgress(plan.jobs.length - open.size, plan.jobs.length)
    if (open.size > 0) await Promise.race([new Promise((resolve) => setTimeout(resolve, pollMs)), rejection(working)])
  }
  return all
}

/** Settles only when the workers fail. */
const rejection = (working: Promise<unknown>): Promise<never> => working.then(() => new Promise<never>(() => {}))

/** One result for each learner who handed in that tree, in the plan's order. */
function named(results: readonly KeyedResult[], wanted: readonly WantedResult[]): GradedResult[] {
  const byKey = new Map(results.map((r) => [r.key, r]))
  return wanted.flatMap(({ key, learner }) => {
    const result = byKey.get(key)
    return result ? [withLearner(result, learner)] : []
  })
}

function withLearner({ formatVersion, key, ...rest }: KeyedResult, learner: string): GradedResult {
  return { formatVersion, key, learner, ...rest }
}
