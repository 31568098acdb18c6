import type { ExerciseSet } from '../../domain/sets/set.ts'
import { toldTime } from '../../domain/sets/set-time.ts'
import { commandLine } from '../../errors/command-line.ts'
import { labelled, paints, type Style } from './style.ts'

export interface SetRow {
  slug: string
  group: string
  /** What there is to say about it, e.g. its state. */
  remark: string
}

/** A set as learners and instructors look at it. */
export function renderSet(set: ExerciseSet, rows: readonly SetRow[], then: string, style: Style): string {
  const p = paints(style)
  const { opensAt, closesAt } = set
  const groups = [...set.groups, { id: '', name: '' }]
  const blocks = groups.flatMap(({ id, name }) => {
    const own = rows.filter((r) => r.group === id)
    if (own.length === 0) return []
    return [
      ...(name === '' ? [''] : ['', `  ${p.bold(name)}`]),
      ...own.map((r) => `    ${r.slug.padEnd(28)} ${r.remark}`.trimEnd()),
    ]
  })
  return [
    '',
    `${p.bold(set.name)}  ${p.dim(`${set.id}, version ${set.version}`)}`,
    ...(set.description === '' ? [] : labelled(2, '', set.description, style.columns, 0)),
    ...(opensAt === null ? [] : labelled(2, 'Opens', toldTime(opensAt), style.columns)),
    ...(closesAt === null ? [] : labelled(2, 'Closes', toldTime(closesAt), style.columns)),
    ...labelled(2, 'Rules', rulesOf(set), style.columns),
    ...blocks,
    '',
    `  Then    ${then}`,
    '',
  ].join('\n')
}

function rulesOf({ passMark, late, rules }: ExerciseSet): string {
  const solutions = {
    'after-pass': 'solutions after a pass',
    'after-close': 'solutions after the close',
    never: 'no solutions',
  } as const
  const parts = [
    `credit from ${passMark} %`,
    rules.attempts === 'best' ? 'the best state counts' : 'the last state before the close counts',
    ...(rules.hints === 'hidden' ? ['no hints'] : []),
    ...(rules.solutions === undefined ? [] : [solutions[rules.solutions]]),
    ...(late === null
      ? []
      : [
          `late: ${late.percentPerDay} % a day, at most ${late.capPercent} %${late.graceMinutes > 0 ? `, after ${late.graceMinutes} minutes` : ''}${late.lateDays > 0 ? `, ${late.lateDays} days free` : ''}`,
        ]),
  ]
  return `${parts.join('; ')}.`
}

/** What `set check` found. */
export function renderSetCheck(
  file: string,
  set: ExerciseSet,
  remarks: readonly string[],
  style: Pick<Style, 'color'>,
): string {
  const { green, yellow } = paints(style)
  const notes = remarks.map((remark) => `  ${yellow('!')} ${remark}`)
  return [
    '',
    `  ${green('✓')} sound   ${file}: ${set.exercises.length} ${set.exercises.length === 1 ? 'exercise' : 'exercises'}`,
    ...notes,
    '',
    `  Then    ${commandLine('set', 'use', file)}`,
    '',
  ].join('\n')
}

/** A set file that was written. */
export const renderSetMade = (file: string, exercises: number): string =>
  `\n  Wrote ${file} with ${exercises} ${exercises === 1 ? 'exercise' : 'exercises'}. Set closesAt, late and rules in it.\n\n  Then    ${commandLine('set', 'check', file)}\n`

export const renderNoSet = (): string =>
  `\n  No set is in use any more: next follows the catalog.\n\n  Then    ${commandLine('next')}\n`
