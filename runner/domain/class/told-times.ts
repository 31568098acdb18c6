import type { SubmittedWork } from './grading.ts'
import { isAhead, type IncomingWork, type Receipt } from '../submission/submission.ts'

/** Which moment the late policy looks at: when a state was made by its learner's clock, or when it was first taken in. */
export type CountedTime = 'made' | 'received'

/** Works with the moment that counts. One that was taken in before that was written down has its own. */
export const countedFrom = (works: readonly SubmittedWork[], time: CountedTime): SubmittedWork[] =>
  time === 'made' ? [...works] : works.map((work) => ({ ...work, at: work.received ?? work.at }))

/** What the times of a work tell of the clock that they were taken from, in sentences; nothing as a rule. */
export function clockRemarks({ slug, states }: IncomingWork, receipt: Receipt | null): string[] {
  const fell = states.filter((s) => s.said !== undefined)
  const packed = receipt === null ? Number.NaN : Date.parse(receipt.submittedAt)
  const later = Number.isNaN(packed) ? [] : states.filter((s) => isAhead(s.at, new Date(packed)))
  const counted = (some: readonly unknown[]): string => `${some.length} of ${states.length} states`
  return [
    ...(fell.length > 0
      ? [
          `${slug}: the clock was set back: ${counted(fell)} say they were made before the one they came after, the last at ${fell.at(-1)?.said}. They count as made with it.`,
        ]
      : []),
    ...(later.length > 0
      ? [
          `${slug}: ${counted(later)} say they were made after they were packed (${receipt?.submittedAt}): one of the two times is not true.`,
        ]
      : []),
  ]
}
