import type { Cell } from '../../domain/class/gradebook-cell.ts'
import { jsonText, type ClassReport } from './class-report.ts'

/**
 * Our own format: everything the gradebook knows, for programs. Keys are only ever added; `formatVersion` tells when
 * not: 2 has no `mastered` in a cell, whose verdict is `passed` only where every case is green.
 */
export const gradebookJson = (report: ClassReport): string => jsonText(gradebookValue(report))

/** The value behind it; also what `gradebook --json` prints. */
export function gradebookValue({ book: { rules, rows, notices }, items }: ClassReport) {
  const { id, version, title, passMark, closesAt, attempts, exercises } = rules
  return {
    formatVersion: 2,
    set: {
      id,
      version,
      title,
      passMark,
      closesAt,
      attempts,
      exercises: exercises.map(({ slug, title: name, weight }) => ({ slug, title: name, weight })),
    },
    learners: rows.map(({ learner, inRoster, cells, total }) => {
      const { id: learnerId, name, email, github, sisId } = learner
      return { id: learnerId, name, email, github, sisId, inRoster, total, cells: cells.map(cellValue) }
    }),
    items,
    notices,
  }
}

/** Cases only by their status: sentences are in the item analysis. */
const cellValue = ({ cases, ...cell }: Cell) => ({ ...cell, cases: cases.map(({ id, status }) => ({ id, status })) })
