import type { Cell, CellState } from '../../domain/class/gradebook-cell.ts'
import type { Gradebook, RuledExercise, Row } from '../../domain/class/gradebook.ts'
import type { ItemAnalysis } from '../../domain/class/item-analysis.ts'

/** Everything a report is made of. */
export interface ClassReport {
  book: Gradebook
  items: readonly ItemAnalysis[]
}

/** A file to be written, by its path below the folder of the exports. */
export interface ReportFile {
  path: string
  text: string
}

export const stateWords: Record<CellState, string> = {
  graded: 'graded',
  missing: 'nothing handed in',
  rejected: 'submission rejected',
  'system-error': 'system error',
  'not-graded': 'not graded yet',
  excused: 'excused',
}

export interface PlacedCell {
  row: Row
  exercise: RuledExercise
  cell: Cell
}

/** Every cell with its learner and exercise, learner by learner. */
export const placedCells = ({ rules, rows }: Gradebook): PlacedCell[] =>
  rows.flatMap((row) =>
    rules.exercises.flatMap((exercise, i) => (row.cells[i] ? [{ row, exercise, cell: row.cells[i] }] : [])),
  )

/**
 * Cells whose run ended with cases or a verdict of ours; the others have nothing that a file of test results could say.
 */
export const gradedCells = (book: Gradebook): PlacedCell[] =>
  placedCells(book).filter(({ cell }) => cell.state === 'graded')

/** Why a run without a witness has no cases. */
export function endingOf({ verdict }: Cell): string | null {
  if (verdict === 'broken') return 'The run broke before all cases were reported, so none of them counts.'
  if (verdict === 'timed-out') return 'The run took longer than its time and was stopped, so no case counts.'
  return null
}

/** Points of one case out of 100: its group's weight, shared by the group's cases. */
export function casePoints({ cell, exercise }: Pick<PlacedCell, 'cell' | 'exercise'>): (group: string) => number {
  const counts = new Map<string, number>()
  for (const { group } of cell.cases) counts.set(group, (counts.get(group) ?? 0) + 1)
  const known = cell.cases.every((c) => exercise.groups.some((g) => g.id === c.group))
  return (group) =>
    hundredths(
      known
        ? (exercise.groups.find((g) => g.id === group)?.weight ?? 0) / (counts.get(group) ?? 1)
        : 100 / cell.cases.length,
    )
}

export const hundredths = (value: number): number => Math.round(value * 100) / 100

/** JSON as we write all of it: two spaces, one line end. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
