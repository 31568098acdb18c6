import type { Exercise, Language } from '../domain/exercise/exercise.ts'
import type { Variant } from '../domain/exercise/variant.ts'
import type { GradeJob } from '../domain/class/grade-plan.ts'
import type { GradedCase } from '../domain/class/grading.ts'
import { judge, type Judgement } from '../domain/judging/judge.ts'
import { RunnerError } from '../errors/runner-error.ts'
import type { Grader, KeyedResult, SubmissionTrees, TreeFile } from './grading-ports.ts'
import type { SoundSlot } from './sound-grade.ts'
import { planFor } from './plan.ts'
import type { CatalogSource, Readiness, Runs, Workspaces } from './ports.ts'

export interface GraderPorts {
  source: CatalogSource
  readiness: Readiness
  runs: Runs
  trees: SubmissionTrees
  sources: Workspaces['sources']
  sandbox: KeyedResult['sandbox']
  engine: string
  environment: string
  suiteOf: (slug: string) => string
  /** Files of a reference solution or of a starter, as a learner would hand them in; none where it is no set of files. */
  knownFiles: (variant: Variant, kind: 'reference' | 'starter') => TreeFile[]
}

/** The grader of one process: what others ask it for, and how they find out whether it still judges rightly. */
export type SlotGrader = Grader & SoundSlot

/** The exercise that every machine can run: TypeScript, no pack, no service. */
export const canarySlug = 'hello-gym'

export function graderOn(ports: GraderPorts): SlotGrader {
  return {
    suiteOf: ports.suiteOf,
    engine: ports.engine,
    environment: ports.environment,
    grade: (job, tree) => gradeTree(ports, job, tree),
    canary: () => canary(ports),
    isSound: (language) => isSound(ports, language),
    passesReference: (job) => passesReference(ports, job),
  }
}

async function gradeTree(ports: GraderPorts, job: GradeJob, files: readonly TreeFile[]): Promise<KeyedResult> {
  const exercise = ports.source.load().catalog.bySlug.get(job.slug)
  const problem = obstacle(ports, job, exercise)
  if (!exercise || problem !== null) throw new Error(problem ?? '')
  const variant = { exercise, language: job.language }
  const folder = await ports.trees.lay(planFor(ports.source, variant, ''), files)
  try {
    const [outcome] = await ports.runs.run([{ ...variant, folder, seed: job.seed }])
    if (!outcome) throw new Error('the run gave no outcome')
    return resultOf(ports, job, judge(exercise.groups, outcome, ports.source.hints(exercise), ports.sources(folder)))
  } finally {
    ports.trees.remove(folder)
  }
}

/** Why this worker must not run a job: its verdict would rest on something else than the others'. */
function obstacle(ports: GraderPorts, job: GradeJob, exercise: Exercise | undefined): string | null {
  if (!exercise) return `this worker has no exercise "${job.slug}"`
  if (job.engine !== ports.engine) return 'this worker has another version of Backend Gym'
  if (job.suite !== ports.suiteOf(job.slug)) return `this worker has another version of the exercise "${job.slug}"`
  const missing = ports.readiness.missing({ exercise, language: job.language })
  return missing.length === 0 ? null : `this worker lacks ${missing.map((m) => m.needs).join(', ')}`
}

function resultOf(ports: GraderPorts, job: GradeJob, judgement: Judgement): KeyedResult {
  const { verdict, score } = judgement
  if (verdict.kind === 'not-run') throw new Error(`it was not run: ${verdict.missing.map((m) => m.needs).join(', ')}`)
  const { key, slug, language, tree, seed } = job
  return {
    formatVersion: 2,
    key,
    slug,
    language,
    tree,
    outcome: 'graded',
    problem: null,
    verdict: verdict.kind,
    ...('message' in verdict ? { ending: oneLine(verdict.message) } : {}),
    score: score?.total ?? null,
    cases: judgement.cases.map(({ id, group, sentence, status }): GradedCase => ({ id, group, sentence, status })),
    mistakes: verdict.kind === 'passed' ? [] : judgement.hints.filter((h) => h.confident).map((h) => h.id),
    sandbox: ports.sandbox,
    seed,
  }
}

const mostEnding = 300

/**
 * A learner's program may have had its say in it: nothing is left that a terminal or a file of XML would stumble over.
 */
const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]+/g, ' ')
    .trim()
    .slice(0, mostEnding)
    .toWellFormed()

/** Work whose verdict is known: the reference passes, the starter does not. */
async function canary(ports: GraderPorts): Promise<void> {
  const expected = { reference: 'passed', starter: 'failed' } as const
  for (const kind of ['reference', 'starter'] as const) {
    const variant = variantOf(ports, canarySlug, 'ts')
    const { verdict } = await gradeTree(ports, knownJob(ports, variant, kind), ports.knownFiles(variant, kind))
    if (verdict !== expected[kind])
      throw new RunnerError('canary-failed', { work: `the ${kind} of ${canarySlug}`, verdict: verdict ?? 'nothing' })
  }
}

const lineComments: Partial<Record<Language, string>> = { ts: '//', java: '//', py: '#', rb: '#' }
let soundChecks = 0

/** The known work again, in the language of what was read last, with a text that no cache has. */
async function isSound(ports: GraderPorts, last: Language): Promise<boolean> {
  const language = lineComments[last] === undefined ? 'ts' : last
  const variant = variantOf(ports, canarySlug, language)
  const note = Buffer.from(`\n${lineComments[language]} ${process.pid} ${Date.now()} ${soundChecks++}\n`)
  const files = ports
    .knownFiles(variant, 'reference')
    .map((file) =>
      /\.(ts|java|py|rb)$/.test(file.path) ? { ...file, content: Buffer.concat([file.content, note]) } : file,
    )
  const { verdict } = await gradeTree(ports, knownJob(ports, variant, 'reference'), files)
  return verdict === 'passed'
}

async function passesReference(ports: GraderPorts, job: GradeJob): Promise<boolean> {
  const files = ports.knownFiles(variantOf(ports, job.slug, job.language), 'reference')
  return files.length > 0 && (await gradeTree(ports, job, files)).verdict === 'passed'
}

function variantOf({ source }: GraderPorts, slug: string, language: Language): Variant {
  const exercise = source.load().catalog.bySlug.get(slug)
  if (!exercise) throw new RunnerError('unknown-exercise', { slug })
  return { exercise, language }
}

const knownJob = (ports: GraderPorts, { exercise, language }: Variant, tree: string): GradeJob => ({
  key: 'canary',
  slug: exercise.slug,
  language,
  tree,
  seed: 1,
  suite: ports.suiteOf(exercise.slug),
  engine: ports.engine,
})
