import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { userInfo } from 'node:os'
import { appendAudit, readClass, type ClassRecords } from '../../adapters/classroom/class-folder.ts'
import { appendLines } from '../../adapters/classroom/json-lines.ts'
import { seedsOf } from '../../adapters/classroom/seeds.ts'
import { readRules } from '../../adapters/classroom/set-rules.ts'
import { sha256Of } from '../../adapters/files/hash.ts'
import { filesIn, type Found } from '../../adapters/files/walk.ts'
import type { Grader, TreeFile } from '../../app/grading-ports.ts'
import type { GradebookRules } from '../../domain/class/gradebook.ts'
import type { LatePenalty } from '../../domain/class/gradebook-cell.ts'
import { statesThatCount, type Conditions, type GradeJob } from '../../domain/class/grade-plan.ts'
import { openRounds, type Rounds } from '../../domain/class/grade-rounds.ts'
import type { GradedResult, SubmittedWork } from '../../domain/class/grading.ts'
import { countedFrom } from '../../domain/class/told-times.ts'
import type { Context } from '../context.ts'

/** A class folder, opened for grading. */
export interface ClassWork {
  folder: string
  rules: GradebookRules
  late: LatePenalty
  records: ClassRecords
}

export function openClass(context: Context, folder: string): ClassWork {
  const { rules, late, time } = readRules(folder, context.catalog())
  const records = readClass(folder)
  return { folder, rules, late, records: { ...records, works: countedFrom(records.works, time) } }
}

/** The states of the set's exercises that can come to count, in the order of the roster. */
export function worksOf({ rules, records }: ClassWork): SubmittedWork[] {
  const slugs = new Set(rules.exercises.map((e) => e.slug))
  const variants = Map.groupBy(
    records.works.filter((w) => slugs.has(w.slug)),
    (w) => `${w.learner} ${w.slug} ${w.language}`,
  )
  const rank = new Map(records.roster.map((learner, i) => [learner.id, i]))
  const place = (work: SubmittedWork): number => rank.get(work.learner) ?? rank.size
  return [...variants.values()]
    .flatMap((states) => statesThatCount(states, rules.attempts, rules.inTimeUntil))
    .sort((a, b) => place(a) - place(b))
}

/** `again` is another name for the same conditions: keys are new, seeds are not. */
export function roundsOf(
  work: ClassWork,
  works: readonly SubmittedWork[],
  { grader, known, again = '' }: { grader: Grader; known: readonly GradedResult[]; again?: string },
): Rounds {
  const conditions: Conditions = {
    seedOf: seedsOf(work.folder, `${work.rules.id}@${work.rules.version}`),
    engine: grader.engine,
    environment: `${grader.environment}${again}`,
    suiteOf: grader.suiteOf,
    hash: sha256Of,
  }
  return openRounds(works, known, conditions, work.late)
}

/** The files of a job's tree, from the first learner's folder that has it. */
export function treeReader(folder: string, works: readonly SubmittedWork[]): (job: GradeJob) => TreeFile[] {
  const owner = new Map(works.map((w) => [w.tree, w.learner]))
  return ({ tree }) => {
    const place = join(folder, 'submissions', owner.get(tree) ?? '', tree)
    return existsSync(place) ? filesIn(place).map(treeFile) : []
  }
}

const treeFile = ({ path, full }: Found): TreeFile => ({
  path,
  executable: (statSync(full).mode & 0o100) !== 0,
  content: readFileSync(full),
})

export const recordResults = (folder: string, results: readonly GradedResult[]): void =>
  appendLines(join(folder, 'results.jsonl'), results)

/** Who did what is kept for good; the machine's account is the name where none was given. */
export function audit(context: Context, folder: string, what: string, facts: Record<string, unknown>): void {
  appendAudit(folder, { at: context.clock.now().toISOString(), who: userInfo().username, what, ...facts })
}
