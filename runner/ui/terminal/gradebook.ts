import type { Cell } from '../../domain/class/gradebook-cell.ts'
import type { Gradebook, Row } from '../../domain/class/gradebook.ts'
import type { ItemAnalysis } from '../../domain/class/item-analysis.ts'
import { commandLine } from '../../errors/command-line.ts'
import { cut, labelled, paints, type Paints, type Style } from './style.ts'

export interface GradebookScreen {
  book: Gradebook
  items: readonly ItemAnalysis[]
  /** Where the files went. */
  folder: string
  files: readonly string[]
  /** Said after the class's own notices. */
  remarks: readonly string[]
}

const cellWidth = 5

/** Signs for cells without a mark; the legend names those that are there. */
const signs = { missing: '–', rejected: 'x', 'system-error': '!', 'not-graded': '…', excused: 'e' } as const
const meanings = {
  missing: 'nothing handed in',
  rejected: 'rejected',
  'system-error': 'system error',
  'not-graded': 'not graded yet',
  excused: 'excused',
} as const

export function renderGradebook(screen: GradebookScreen, style: Style): string {
  const { rules, rows, notices } = screen.book
  const p = paints(style)
  const marks =
    rows.length === 0
      ? ['  Nobody is in the roster, and nothing was handed in.', '']
      : [...blocks(screen.book, style, p), legend(rows, p), '']
  const said = [...notices, ...screen.remarks].flatMap((n) => labelled(2, 'Note', n, style.columns, 8))
  return [
    '',
    p.bold(`${rules.title}, version ${rules.version}`) +
      p.dim(`   pass mark ${rules.passMark}, the ${rules.attempts} attempt counts`),
    '',
    ...marks,
    ...itemLines(screen, style, p),
    '',
    ...said,
    ...(said.length > 0 ? [''] : []),
    ...labelled(2, 'Files', `${screen.files.length} in ${screen.folder}`, style.columns),
    ...labelled(2, 'Then', thenLine(screen), style.columns),
    '',
  ].join('\n')
}

const thenLine = ({ files, book }: GradebookScreen): string => {
  if (book.rows.some((r) => r.total.incomplete))
    return `${commandLine('grade')}    and this again: some results are still to come`
  return files.includes('report.html')
    ? 'open report.html in a browser'
    : `${commandLine('gradebook', '--format', 'html')}    for the report`
}

/** Each block has as many exercises as the width has room for; total and verdict stand in the first. */
function blocks({ rules, rows }: Gradebook, { columns }: Style, p: Paints): string[] {
  const width = Math.min(18, Math.max(7, ...rows.map((r) => r.learner.id.length)))
  const room = Math.max(1, Math.floor((columns - width - 22) / cellWidth))
  return Array.from({ length: Math.ceil(rules.exercises.length / room) }, (_, block) => {
    const places = rules.exercises.map((_e, i) => i).slice(block * room, (block + 1) * room)
    const first = block === 0
    const head = `  ${'Learner'.padEnd(width)}${places
      .map((i) =>
        String(i + 1)
          .padStart(cellWidth - 1)
          .padEnd(cellWidth),
      )
      .join('')}${first ? '   Total' : ''}`
    return [p.dim(head), ...rows.map((row) => rowLine(row, places, width, first, p)), '']
  }).flat()
}

function rowLine(
  { learner, cells, total }: Row,
  places: readonly number[],
  width: number,
  withTotal: boolean,
  p: Paints,
): string {
  const shown = places.map((i) => cellText(cells[i], p)).join('')
  const points = total.points === null ? '–' : total.points.toFixed(1)
  return `  ${cut(learner.id, width).padEnd(width)}${shown}${withTotal ? `${points.padStart(8)}  ${verdictOf(total, p)}` : ''}`.trimEnd()
}

/** Blank is no verdict: of whom there is nothing, nothing is said. */
function verdictOf({ points, passed, incomplete }: Row['total'], p: Paints): string {
  if (passed === true) return p.green('credit')
  if (incomplete) return p.yellow('incomplete')
  return points === null ? '' : 'no credit'
}

/** The mark and one sign: `*` set by hand, `l` late. */
function cellText(cell: Cell | undefined, p: Paints): string {
  if (!cell) return ' '.repeat(cellWidth)
  const value = cell.final === null ? signOf(cell) : String(Math.round(cell.final))
  const text = value.padStart(cellWidth - 1) + flagOf(cell)
  return cell.state === 'system-error' && cell.final === null ? p.yellow(text) : text
}

const signOf = (cell: Cell): string => (cell.state === 'graded' ? '' : signs[cell.state])

const flagOf = (cell: Cell): string =>
  cell.override !== null && !cell.override.excused ? '*' : cell.final !== null && cell.lateMinutes > 0 ? 'l' : ' '

function legend(rows: readonly Row[], p: Paints): string {
  const cells = rows.flatMap((r) => r.cells)
  const blank = (Object.keys(signs) as (keyof typeof signs)[]).filter((state) =>
    cells.some((c) => c.state === state && c.final === null),
  )
  const flags = [
    ...(cells.some((c) => flagOf(c) === '*') ? ['* set by hand'] : []),
    ...(cells.some((c) => flagOf(c) === 'l') ? ['l late'] : []),
  ]
  return p.dim(`  ${[...blank.map((state) => `${signs[state]} ${meanings[state]}`), ...flags].join('   ')}`).trimEnd()
}

function itemLines({ items }: GradebookScreen, { columns }: Style, p: Paints): string[] {
  const width = Math.min(columns - 44, Math.max(8, ...items.map((i) => i.slug.length)))
  const head = `     ${'Exercise'.padEnd(width)}  done  passed  difficulty  discr.  min`
  return [
    p.dim(head),
    ...items.map((item, i) => {
      const { learners, passed, difficulty, discrimination, minutesToPass } = item
      const figures = [
        String(learners).padStart(4),
        (passed === null ? '–' : `${Math.round(passed * 100)} %`).padStart(6),
        (difficulty?.toFixed(2) ?? '–').padStart(10),
        (discrimination?.toFixed(2) ?? '–').padStart(6),
        (minutesToPass === null ? '–' : String(Math.round(minutesToPass.median))).padStart(3),
      ]
      return `  ${String(i + 1).padStart(2)} ${cut(item.slug, width).padEnd(width)}  ${figures.join('  ')}`
    }),
  ]
}
