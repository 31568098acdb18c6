import type { Language } from '../exercise/exercise.ts'
import type { GradedResult, SubmittedWork } from './grading.ts'
import { inOrder } from './states.ts'

/**
 * One run of one suite against one tree; the same work under the same conditions is the same job, whoever handed it in.
 */
export interface GradeJob {
  key: string
  slug: string
  language: Language
  tree: string
  seed: number
  /** Hash of the suite, the manifest and the hints: a worker with another one refuses the job. */
  suite: string
  /** Hash of the runner's own code: likewise. */
  engine: string
}

export interface Conditions {
  /** Name of what is graded together, `<set id>@<version>`; seeds are drawn from it. */
  batch: string
  engine: string
  /** Sandbox, its limits, platform and the versions of the tools. */
  environment: string
  suiteOf: (slug: string) => string
  /** Hexadecimal SHA-256 of a text. */
  hash: (text: string) => string
}

export interface GradePlan {
  jobs: GradeJob[]
  /** Every result that the gradebook will look at, and by whose name. */
  wanted: WantedResult[]
}

export interface WantedResult {
  key: string
  learner: string
}

/**
 * Key of a job: hash of tree × suite × environment × seed; the seed itself comes from batch and
 * exercise, so that every learner meets the same one.
 */
export function jobOf(work: Pick<SubmittedWork, 'slug' | 'language' | 'tree'>, conditions: Conditions): GradeJob {
  const { slug, language, tree } = work
  const { batch, engine, environment, hash } = conditions
  const suite = conditions.suiteOf(slug)
  const seed = Number.parseInt(hash(`seed\0${batch}\0${slug}`).slice(0, 8), 16) & 0x7fff_ffff
  return {
    key: hash(['job', tree, slug, language, suite, engine, environment, String(seed)].join('\0')),
    slug,
    language,
    tree,
    seed,
    suite,
    engine,
  }
}

/** Jobs for what has no result yet, each once; results that were our own fault are tried again. */
export function planGrading(
  works: readonly SubmittedWork[],
  results: readonly GradedResult[],
  conditions: Conditions,
): GradePlan {
  const done = new Set(results.filter((r) => r.outcome === 'graded').map((r) => `${r.key} ${r.learner}`))
  const wanted: WantedResult[] = []
  const jobs = new Map<string, GradeJob>()
  for (const work of works) {
    const job = jobOf(work, conditions)
    if (done.has(`${job.key} ${work.learner}`)) continue
    if (!wanted.some((w) => w.key === job.key && w.learner === work.learner))
      wanted.push({ key: job.key, learner: work.learner })
    jobs.set(job.key, job)
  }
  return { jobs: [...jobs.values()], wanted }
}

/**
 * The states that can come to count: all of them under `best`; under `last` the last one before the close and the last
 * one at all, since the late policy decides between the two.
 */
export function statesThatCount(
  states: readonly SubmittedWork[],
  rule: 'best' | 'last',
  closesAt: string | null,
): SubmittedWork[] {
  const ordered = inOrder(states)
  if (rule === 'best') return ordered
  const inTime = closesAt === null ? [] : ordered.filter((s) => Date.parse(s.at) <= Date.parse(closesAt))
  return [...new Set([inTime.at(-1), ordered.at(-1)])].filter((s) => s !== undefined)
}

export interface Difference {
  learner: string
  slug: string
  before: number | null
  after: number | null
}

/** What a regrade would change: results of the same tree under the old conditions and the new ones. */
export function differences(before: readonly GradedResult[], after: readonly GradedResult[]): Difference[] {
  const cell = (r: GradedResult): string => `${r.learner} ${r.slug} ${r.language} ${r.tree}`
  const old = new Map(before.map((r) => [cell(r), r]))
  return after.flatMap((now) => {
    const then = old.get(cell(now))
    if (!then || (pointsOf(then) === pointsOf(now) && then.outcome === now.outcome)) return []
    return [{ learner: now.learner, slug: now.slug, before: pointsOf(then), after: pointsOf(now) }]
  })
}

/** A run without a witness has no score and is worth nothing; our own fault is worth neither nothing nor anything. */
const pointsOf = (result: GradedResult): number | null =>
  result.outcome === 'system-error' ? null : (result.score ?? 0)
