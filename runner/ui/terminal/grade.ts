import { variantName } from '../../domain/exercise/variant.ts'
import type { MarkChange } from '../../domain/class/gradebook.ts'
import type { Tally } from '../../domain/class/grade-tally.ts'
import type { GradedResult } from '../../domain/class/grading.ts'
import { asWord, commandLine } from '../../errors/command-line.ts'
import { paints, type Style } from './style.ts'

export interface GradeSummary extends Tally {
  /** Works whose result stood already. */
  before: number
  unsafe: boolean
  folder: string
  problems: readonly GradedResult[]
}

/** What `grade` did, and what to do next. */
export function renderGrade(summary: GradeSummary, style: Pick<Style, 'color'>): string {
  const { green, red, yellow } = paints(style)
  const { graded, passed, failed, unwitnessed, systemErrors, before } = summary
  const lines = [
    '',
    graded + systemErrors === 0
      ? `  Nothing new to grade; ${before} results stand.`
      : `  ${green('✓')} graded   ${graded} ${graded === 1 ? 'work' : 'works'}   ${passed} passed   ${failed} not passed   ${unwitnessed} broken or timed out`,
    ...(before > 0 && graded > 0 ? [`             ${before} more had their results before`] : []),
    ...(summary.unsafe ? [`  ${yellow('!')} without a sandbox: that stands in each of these results`] : []),
    ...(systemErrors > 0
      ? [
          '',
          `  ${red('✗')} ${systemErrors} could not be graded. That is no fault of the learners, and no zero:`,
          ...problemLines(summary.problems),
        ]
      : []),
    '',
    systemErrors > 0
      ? `  Then    ${commandLine('grade', '--class', asWord(summary.folder))}       again: what could not be graded is tried again`
      : `  Then    ${commandLine('gradebook', '--class', asWord(summary.folder))}       marks, and files for your school`,
    '',
  ]
  return lines.join('\n')
}

const problemLines = (problems: readonly GradedResult[]): string[] => [
  ...problems.slice(0, 10).map((r) => `      ${r.learner}  ${variantName(r)}: ${r.problem ?? 'unknown'}`),
  ...(problems.length > 10 ? [`      and ${problems.length - 10} more`] : []),
]

export interface RegradeSummary {
  apply: boolean
  regraded: number
  unchanged: number
  changes: readonly MarkChange[]
  folder: string
  /** The options that this regrade was asked with, to be repeated with --apply. */
  asked: readonly string[]
}

const verb = (count: number, apply: boolean): string =>
  apply ? (count === 1 ? 'has changed' : 'have changed') : 'would change'

/** What a regrade would change or has changed. */
export function renderRegrade({ apply, regraded, unchanged, changes, folder, asked }: RegradeSummary): string {
  const points = (value: number | null): string => (value === null ? 'none' : String(value))
  const lines = [
    '',
    `  ${regraded} graded again, ${unchanged} stand under the same conditions. ${changes.length === 0 ? 'No mark changes.' : `${changes.length === 1 ? 'One mark' : `${changes.length} marks`} ${verb(changes.length, apply)}:`}`,
    ...changes.map((c) => `    ${c.learner}  ${c.slug}   ${points(c.before)} → ${points(c.after)}`),
    '',
    apply || regraded === 0
      ? `  Then    ${commandLine('gradebook', '--class', asWord(folder))}   marks, and files for your school`
      : `  Then    ${commandLine('regrade', '--class', asWord(folder), ...asked.map(asWord), '--apply')}   keep the new results (marks set by hand stay)`,
    '',
  ]
  return lines.join('\n')
}
