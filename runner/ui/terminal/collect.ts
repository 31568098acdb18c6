import type { Collected } from '../../app/collect.ts'
import type { Rejection } from '../../domain/class/grading.ts'
import { asWord, commandLine } from '../../errors/command-line.ts'
import { sharedSentence, type SharedStates } from '../../domain/class/shared-states.ts'
import { cut, labelled, paints, type Style } from './style.ts'

export interface CollectScreen {
  collected: readonly Collected[]
  rejections: readonly Rejection[]
  /** Learners of the roster of whom nothing was taken. */
  missing: readonly string[]
  /** The same files with more than one learner. */
  shared: readonly SharedStates[]
  remarks: readonly string[]
  folder: string
}

const rowsShown = 40

/** What was taken from whom, and what was not. */
export function renderCollect(
  { collected, rejections, missing, shared, remarks, folder }: CollectScreen,
  style: Style,
): string {
  const { green, red, yellow, dim } = paints(style)
  const taken = collected.filter((c) => c.works.length > 0)
  const works = taken.flatMap((c) => c.works)
  const width = Math.min(28, Math.max(0, ...taken.map((c) => c.learner.length)))
  const rows = taken.slice(0, rowsShown).map(({ learner, works }) =>
    `    ${cut(learner, width).padEnd(width)}   ${counted(works.length, 'work', 3)}   ${counted(
      works.reduce((sum, w) => sum + w.states, 0),
      'state',
      4,
    )}`.trimEnd(),
  )
  return [
    '',
    `  ${green('✓')} collected   ${counted(taken.length, 'submission')}   ${counted(works.length, 'work')}   into ${folder}`,
    '',
    ...rows,
    ...(taken.length > rowsShown ? [dim(`    and ${taken.length - rowsShown} more`)] : []),
    ...(rejections.length > 0
      ? [
          '',
          `  ${red('✗')} ${counted(rejections.length, 'rejection')}, each by the name of its rule; everything else was taken:`,
          ...rejections.slice(0, rowsShown).map((r) => rejectionLine(r, style)),
        ]
      : []),
    ...(rejections.length > rowsShown
      ? [dim(`    and ${rejections.length - rowsShown} more, in rejections.json`)]
      : []),
    '',
    ...sharedLines(shared, style),
    ...(missing.length > 0 ? [...labelled(2, 'Missing', missing.join(', '), style.columns, 9), ''] : []),
    ...remarks.flatMap((remark) => labelled(2, `${yellow('!')} `, remark, style.columns, 2)),
    ...(remarks.length > 0 ? [''] : []),
    `  Then    ${commandLine('grade', '--class', asWord(folder))}`,
    '',
  ].join('\n')
}

const sharedShown = 20

/** What was copied for certain comes first, and is red. */
export function sharedLines(shared: readonly SharedStates[], style: Style): string[] {
  const { red, yellow, dim } = paints(style)
  const more = shared.length - sharedShown
  return [
    ...shared
      .slice(0, sharedShown)
      .flatMap((one) =>
        labelled(
          2,
          one.sameMoment ? `${red('✗')} copied ` : `${yellow('!')} the same `,
          sharedSentence(one),
          style.columns,
          9,
        ),
      ),
    ...(more > 0 ? [dim(`  and ${more} more, in --json`)] : []),
    ...(shared.length > 0 ? [''] : []),
  ]
}

/** @param digits so wide that numbers and words stand below each other */
const counted = (n: number, what: string, digits = 0): string =>
  `${String(n).padStart(digits)} ${what}${n === 1 ? (digits > 0 ? ' ' : '') : 's'}`

const rejectionLine = ({ learner, slug, rule, message }: Rejection, style: Style): string =>
  labelled(4, `${learner}   ${slug ?? 'all of it'}   ${rule}   `, message, style.columns, 0).join('\n')
