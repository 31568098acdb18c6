import type { ExerciseState } from '../../domain/progress/progress.ts'
import { commandLine } from '../../errors/command-line.ts'
import { cut, labelled, paints, type Paints, type Style } from './style.ts'

export interface ListRow {
  slug: string
  difficulty: number
  minutes: number
  languages: readonly string[]
  state: ExerciseState | 'not-ready'
  /** "started, best 55", "skipped, still open, best 92", "after pg-transfer-atomic" … */
  remark: string
}

export interface ListArea {
  title: string
  rows: ListRow[]
  done: number
  total: number
}

export const stateMarks = { passed: '✓', skipped: '↷', started: '◐', new: '○', 'not-ready': '–' } as const

/** A state in words: what is open says how far it came. */
export function stateWithBest(state: string, best: number | null): string {
  if (state === 'new') return ''
  const open = state === 'skipped' ? 'skipped, still open' : state
  return state === 'passed' || best === null ? open : `${open}, best ${best}`
}

/** An exercise that the project no longer has. */
export interface GoneRow {
  slug: string
  best: number | null
}

export function renderList(
  areas: readonly ListArea[],
  gone: readonly GoneRow[],
  style: Style,
  filtered: boolean,
): string {
  const p = paints(style)
  const shown = areas.filter((a) => a.rows.length > 0)
  if (shown.length + gone.length === 0) return `\n  No exercise fits. See all of them: ${commandLine('list')}\n`
  const rows = shown.flatMap((a) => a.rows)
  const columns: Columns = {
    slug: Math.max(8, ...rows.map((r) => r.slug.length)),
    languages: Math.max(9, ...rows.map((r) => r.languages.join(' ').length)),
  }
  const blocks = shown.flatMap((area) => [
    headLine(area, style, p),
    ...area.rows.flatMap((row) => rowLines(row, columns, style, p)),
    '',
  ])
  const then = filtered ? `  All     ${commandLine('list')}\n` : ''
  return [
    '',
    p.dim(cut(`    ${factsOf(['exercise', 'level', 'time', 'languages'], columns)}state`, style.columns)),
    '',
    ...blocks,
    ...goneLines(gone, style, p),
    ...legend.flatMap((text) => labelled(2, '', text, style.columns, 0)).map((line) => p.dim(line)),
    '',
    `${then}  Then    ${commandLine('next', '<slug>')}    or: ${commandLine('next')}`,
    '',
  ].join('\n')
}

const legend = [
  '✓ passed   ↷ skipped   ◐ started   ○ new   – not ready on this machine',
  'level: 1 easy to 5 hard. after: builds on that exercise; begin it at any time by its name.',
]

interface Columns {
  slug: number
  languages: number
}

const factsOf = ([slug = '', level = '', time = '', languages = '']: string[], columns: Columns): string =>
  `${slug.padEnd(columns.slug)}  ${level.padEnd(5)}  ${time.padStart(6)}  ${languages.padEnd(columns.languages)}  `

function headLine({ title, done, total }: ListArea, { columns }: Style, p: Paints): string {
  const right = `${done} of ${total} done`
  return p.bold(title) + ' '.repeat(Math.max(2, columns - title.length - right.length)) + right
}

/** What does not fit beside the facts stands below them, whole: a line that installs something is there to be copied. */
function rowLines(row: ListRow, columns: Columns, style: Style, p: Paints): string[] {
  const mark = stateMarks[row.state]
  const painted = row.state === 'passed' ? p.green(mark) : row.state === 'not-ready' ? p.yellow(mark) : mark
  const facts = factsOf([row.slug, String(row.difficulty), `${row.minutes} min`, row.languages.join(' ')], columns)
  const beside = facts.length + 4 + row.remark.length <= style.columns
  if (beside) return [`  ${painted} ${facts}${row.remark}`.trimEnd()]
  return [`  ${painted} ${facts}`.trimEnd(), ...labelled(6, '', row.remark, style.columns, 0)]
}

function goneLines(gone: readonly GoneRow[], style: Style, p: Paints): string[] {
  if (gone.length === 0) return []
  const line = ({ slug, best }: GoneRow): string =>
    `  ◐ ${slug}  ${stateWithBest('started', best)}, in workspace/${slug}`
  return [
    p.bold('No longer in this project'),
    ...gone.flatMap((row) => labelled(0, '', line(row).trim(), style.columns, 2)),
    '',
  ]
}
