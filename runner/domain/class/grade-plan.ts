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

/** The jobs of some works, each once, and who wants their results. */
export function planOf(works: readonly SubmittedWork[], jobOfWork: (work: SubmittedWork) => GradeJob): GradePlan {
  const jobs = new Map<string, GradeJob>()
  const wanted = new Map<string, WantedResult>()
  for (const work of works) {
    const job = jobOfWork(work)
    jobs.set(job.key, job)
    wanted.set(`${job.key} ${work.learner}`, { key: job.key, learner: work.learner })
  }
  return { jobs: [...jobs.values()], wanted: [...wanted.values()] }
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
  const ordered = inOrder(states)
  if (rule === 'best') return ordered
  const inTime = inTimeUntil === null ? [] : ordered.filter((s) => Date.parse(s.at) <= Date.parse(inTimeUntil))
  return [...new Set([inTime.at(-1), ordered.at(-1)])].filter((s) => s !== undefined)
}

/** States of an exercise that may run into their time limit before a learner's others are left out. */
export const mostTimedOut = 3

/** So many states of an exercise ran into their time limit that its learner's others are not run any more. */
export const isSpent = (results: readonly GradedResult[]): boolean =>
  results.filter((r) => r.verdict === 'timed-out').length >= mostTimedOut
