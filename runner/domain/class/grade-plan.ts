import type { Language } from '../exercise/exercise.ts'
import type { GradedResult, SubmittedWork } from './grading.ts'

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
  /** The seed of an exercise's runs, the same for every learner; nobody outside of the class folder can work it out. */
  seedOf: (slug: string) => number
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
 * Key of a job: hash of tree × suite × environment × seed.
 */
export function jobOf(work: Pick<SubmittedWork, 'slug' | 'language' | 'tree'>, conditions: Conditions): GradeJob {
  const { slug, language, tree } = work
  const { engine, environment, hash } = conditions
  const suite = conditions.suiteOf(slug)
  const seed = conditions.seedOf(slug)
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
 * The states that can come to count: all of them under `best`; under `last` the last one in time and the last one at
 * all, since the late policy decides between the two.
 */
export function statesThatCount(
  states: readonly SubmittedWork[],
  rule: 'best' | 'last',
  inTimeUntil: string | null,
): SubmittedWork[] {
  const ordered = [...states].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  if (rule === 'best') return ordered
  const inTime = inTimeUntil === null ? [] : ordered.filter((s) => Date.parse(s.at) <= Date.parse(inTimeUntil))
  return [...new Set([inTime.at(-1), ordered.at(-1)])].filter((s) => s !== undefined)
}

/** Splits a plan into what was graded under the same keys already, and what is left to be graded. */
export function knownFrom(
  draft: readonly GradedResult[],
  plan: GradePlan,
): { results: GradedResult[]; left: GradePlan } {
  const nameOf = (r: { key: string; learner: string }): string => `${r.key} ${r.learner}`
  const graded = new Map(draft.filter((r) => r.outcome === 'graded').map((r) => [nameOf(r), r]))
  const wanted = plan.wanted.filter((w) => !graded.has(nameOf(w)))
  const keys = new Set(wanted.map((w) => w.key))
  return {
    results: plan.wanted.flatMap((w) => graded.get(nameOf(w)) ?? []),
    left: { wanted, jobs: plan.jobs.filter((job) => keys.has(job.key)) },
  }
}
