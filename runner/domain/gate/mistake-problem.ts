import type { ContentProblem } from './content-rules.ts'

/**
 * What can be wrong with a stored mistake, apart from its verdict:
 * - `mistake-head`: something that the gate asks for is not written yet (no `Breaks:`, no paragraph),
 * - `mistake-form`: a file or its head is not written as the format says,
 * - `mistake-path`: a file is named that is no learner's file of a language of the exercise,
 * - `mistake-patch`: the diff cannot be read or does not fit what it is laid on,
 * - `mistake-canonical`: made again from what it says, the file would be other bytes.
 */
export type MistakeRule = 'mistake-head' | 'mistake-form' | 'mistake-path' | 'mistake-patch' | 'mistake-canonical'

export interface MistakeProblem extends ContentProblem {
  rule: MistakeRule
}

export const mistakeProblem = (rule: MistakeRule, message: string): MistakeProblem => ({ rule, message })
