import { csvText, parseTable, type CsvValue } from '../../domain/class/gradebook-csv.ts'
import type { Row } from '../../domain/class/gradebook.ts'
import type { ClassReport } from './class-report.ts'

/** What was matched with an instructor's own export, and what was not. */
export interface CanvasMatch {
  text: string
  /** Headers of the columns that hold our marks. */
  columns: string[]
  /** Names in the export for whom we have no learner. */
  unknownStudents: string[]
  /** Ids of our learners who are not in the export. */
  unmatchedLearners: string[]
}

export type CanvasRead = { ok: true; match: CanvasMatch } | { ok: false; problem: string }

/** Columns that Canvas writes in front of the assignments; all are kept as they came. */
const identity = ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Integration ID', 'Root Account', 'Section']

/**
 * Fills an export of the Canvas gradebook, so that Canvas takes it back: its own identity columns and its "Points
 * Possible" row, and for marks the columns it has already (named like the set or an exercise, with or without Canvas's
 * number behind), else one new column for the set. A mark that stood there stays where we have none.
 */
export function canvasCsv({ book }: ClassReport, exported: string): CanvasRead {
  const { separator, rows } = parseTable(exported)
  const [head = [], ...lines] = rows
  const points = lines.findIndex((line) => (line[0] ?? '').trim() === 'Points Possible')
  if (head[0]?.trim() !== 'Student' || !head.includes('ID'))
    return { ok: false, problem: 'its first line does not begin with the columns Student and ID' }
  if (points < 0) return { ok: false, problem: 'it has no row "Points Possible"' }
  const kept = head.map((name, i) => ({ name, i })).filter(({ name }) => identity.includes(name.trim()))
  const marks = markColumns(head, lines[points] ?? [], book.rules)
  const students = lines.slice(points + 1).map((line) => ({ line, row: rowOf(head, line, book.rows) }))
  const matched = new Set(students.map((s) => s.row))
  const filled: CsvValue[][] = [
    [...kept.map((k) => k.name), ...marks.map((m) => m.header)],
    [...kept.map((k) => lines[points]?.[k.i] ?? ''), ...marks.map((m) => m.possible)],
    ...students.map(({ line, row }) => [
      ...kept.map((k) => line[k.i] ?? ''),
      ...marks.map((m) => scaled(row && m.mark(row), m.possible) ?? stood(line[m.at])),
    ]),
  ]
  return {
    ok: true,
    match: {
      text: csvText(filled, separator),
      columns: marks.map((m) => m.header),
      unknownStudents: students.filter((s) => s.row === null && !isTestStudent(s.line)).map((s) => s.line[0] ?? ''),
      unmatchedLearners: book.rows.filter((row) => !matched.has(row)).map((row) => row.learner.id),
    },
  }
}

interface MarkColumn {
  header: string
  /** Its place in the export; −1 for a new one. */
  at: number
  possible: number
  /** Out of 100, or null for a blank. */
  mark: (row: Row) => number | null
}

function markColumns(
  head: readonly string[],
  possible: readonly string[],
  { id, title, exercises }: ClassReport['book']['rules'],
): MarkColumn[] {
  const column = (names: readonly string[], mark: MarkColumn['mark']): MarkColumn[] => {
    const i = head.findIndex((h) =>
      names.includes(
        h
          .replace(/\s*\(\d+\)\s*$/, '')
          .trim()
          .toLowerCase(),
      ),
    )
    return i < 0
      ? []
      : [{ header: head[i] ?? '', at: i, possible: Number(possible[i]) > 0 ? Number(possible[i]) : 100, mark }]
  }
  const found = [
    ...exercises.flatMap((e, i) => column([e.slug, e.title.toLowerCase()], (row) => row.cells[i]?.final ?? null)),
    ...column([id.toLowerCase(), title.toLowerCase()], totalOf),
  ]
  return found.length > 0 ? found : [{ header: title, at: -1, possible: 100, mark: totalOf }]
}

/** A total that waits for a result would overwrite a mark with a wrong one: blank. */
const totalOf = ({ total }: Row): number | null => (total.incomplete ? null : total.points)

/** The mark that stood there: who is not in this class, or has none here, keeps it. */
function stood(cell: string | undefined): CsvValue {
  const text = (cell ?? '').trim()
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text === '' ? null : text
}

const scaled = (mark: number | null, possible: number): number | null =>
  mark === null ? null : Math.round(mark * possible) / 100

/** Finds a student by the school's id, then by login, then by e-mail address; never by name. */
function rowOf(head: readonly string[], line: readonly string[], rows: readonly Row[]): Row | null {
  const value = (name: string): string => (line[head.findIndex((h) => h.trim() === name)] ?? '').trim().toLowerCase()
  const [sis, login] = [value('SIS User ID'), value('SIS Login ID')]
  const same = (mine: string, theirs: string): boolean => mine !== '' && mine.toLowerCase() === theirs
  return (
    rows.find(({ learner }) => same(learner.sisId, sis)) ??
    rows.find(({ learner }) => same(learner.id, login) || same(learner.sisId, login)) ??
    rows.find(({ learner }) => same(learner.email, login) || same(learner.email, sis) || same(learner.id, sis)) ??
    null
  )
}

/** Canvas's own made-up student for previews. */
const isTestStudent = (line: readonly string[]): boolean =>
  ['student, test', 'test student'].includes((line[0] ?? '').trim().toLowerCase())
