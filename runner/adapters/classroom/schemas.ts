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

export const resultSchema: v.GenericSchema<unknown, GradedResult> = v.object({
  formatVersion: v.literal(1),
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
  mastered: v.boolean(),
  cases: v.array(caseSchema),
  mistakes: v.array(v.string()),
  sandbox: v.picklist(['bubblewrap', 'none']),
  seed: v.number(),
})

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
    attempts: v.number(),
    hintsUsed: v.array(v.string()),
    minutesToPass: v.nullable(v.number()),
  }),
)

export const rejectionsSchema: v.GenericSchema<unknown, Rejection[]> = v.array(
  v.object({ learner: v.string(), slug: v.nullable(v.string()), rule: v.string(), message: v.string() }),
)
