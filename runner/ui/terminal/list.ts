import type { ExerciseState } from '../../domain/progress/progress.ts'
import { commandLine } from '../../errors/command-line.ts'
import { cut, paints, type Paints, type Style } from './style.ts'

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

export function renderList(areas: readonly ListArea[], style: Style, filtered: boolean): string {
  const p = paints(style)
  const shown = areas.filter((a) => a.rows.length > 0)
  if (shown.length === 0) return `\n  No exercise fits. See all of them: ${commandLine('list')}\n`
  const slugs = shown.flatMap((a) => a.rows.map((r) => r.slug.length))
  const width = Math.max(...slugs)
  const blocks = shown.flatMap((area) => [
    headLine(area, style, p),
    ...area.rows.map((row) => rowLine(row, width, style, p)),
    '',
  ])
  const legend = '  ✓ passed   ↷ skipped   ◐ started   ○ new   – not ready on this machine'
  const then = filtered ? `  All     ${commandLine('list')}\n` : ''
  return [
    '',
    ...blocks,
    p.dim(legend),
    '',
    `${then}  Then    ${commandLine('next', '<slug>')}    or: ${commandLine('next')}`,
    '',
  ].join('\n')
}

function headLine({ title, done, total }: ListArea, { columns }: Style, p: Paints): string {
  const right = `${done} of ${total} done`
  return p.bold(title) + ' '.repeat(Math.max(2, columns - title.length - right.length)) + right
}

function rowLine(row: ListRow, width: number, { columns }: Style, p: Paints): string {
  const mark = stateMarks[row.state]
  const painted = row.state === 'passed' ? p.green(mark) : row.state === 'not-ready' ? p.yellow(mark) : mark
  const facts = `${row.slug.padEnd(width)}  ${row.difficulty}  ${String(row.minutes).padStart(2)} min  ${row.languages.join(' ').padEnd(13)}  `
  return `  ${painted} ${facts}${cut(row.remark, Math.max(10, columns - 4 - facts.length))}`.trimEnd()
}
