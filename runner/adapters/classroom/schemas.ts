import * as v from 'valibot'
import { languages } from '../../domain/exercise/exercise.ts'
import type { GivenOverride } from '../../domain/class/gradebook.ts'
import type { GradedResult, Rejection, SubmittedWork } from '../../domain/class/grading.ts'

/** Files of the class folder as they are read back. Keys that a later version added are passed over. */

const caseSchema = v.object({
  id: v.string(),
  group: v.string(),
  sentence: v.string(),
  status: v.picklist(['passed', 'failed', 'skipped']),
})

const instant = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'must be an instant in ISO 8601'),
)
const language = v.picklist(languages)

const keptResult = v.object({
  formatVersion: v.picklist([1, 2]),
  key: v.string(),
  learner: v.string(),
  slug: v.string(),
  language,
  tree: v.string(),
  outcome: v.picklist(['graded', 'system-error']),
  problem: v.nullable(v.string()),
  verdict: v.nullable(v.picklist(['passed', 'failed', 'broken', 'timed-out'])),
  ending: v.exactOptional(v.string()),
  score: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  /** Format 1 only. */
  mastered: v.optional(v.boolean(), false),
  cases: v.array(caseSchema),
  mistakes: v.array(v.string()),
  sandbox: v.picklist(['bubblewrap', 'none']),
  seed: v.number(),
})

/**
 * Format 1 called a run passed from 80 points on, whatever was red, and "mastered" when every case was green; now that
 * alone is passed. Scores are what they were, and marks are made of scores.
 */
function presentResult({ formatVersion, mastered, ...result }: v.InferOutput<typeof keptResult>): GradedResult {
  const isRed = formatVersion === 1 && result.verdict === 'passed' && !mastered
  return { ...result, formatVersion: 2, verdict: isRed ? 'failed' : result.verdict }
}

export const resultSchema: v.GenericSchema<unknown, GradedResult> = v.pipe(keptResult, v.transform(presentResult))

export const overrideSchema: v.GenericSchema<unknown, GivenOverride> = v.object({
  at: instant,
  learner: v.string(),
  slug: v.string(),
  score: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  excused: v.optional(v.boolean(), false),
  by: v.string(),
  why: v.string(),
})

export const worksSchema: v.GenericSchema<unknown, SubmittedWork[]> = v.array(
  v.object({
    learner: v.string(),
    slug: v.string(),
    language,
    tree: v.pipe(v.string(), v.regex(/^tree-[0-9a-f]+$/, 'must be "tree-" and hexadecimal digits')),
    at: instant,
    order: v.exactOptional(v.pipe(v.number(), v.integer())),
    received: v.exactOptional(instant),
    attempts: v.number(),
    hintsUsed: v.array(v.string()),
    minutesToPass: v.nullable(v.number()),
  }),
)

export const rejectionsSchema: v.GenericSchema<unknown, Rejection[]> = v.array(
  v.object({
    learner: v.string(),
    slug: v.nullable(v.string()),
    rule: v.string(),
    message: v.string(),
    from: v.exactOptional(v.string()),
  }),
)
