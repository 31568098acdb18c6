import { csvText, type CsvValue } from '../../domain/class/gradebook-csv.ts'
import type { Row } from '../../domain/class/gradebook.ts'
import type { ClassReport } from './class-report.ts'

const facts = ['state', 'raw', 'late_minutes', 'override_by', 'override_why'] as const

/** One line a learner: marks first, then the facts behind each. Blank is blank; an incomplete total is blank too. */
export function gradebookCsv({ book: { rules, rows } }: ClassReport): string {
  const slugs = rules.exercises.map((e) => e.slug)
  const head = [
    'id',
    'name',
    'email',
    'github',
    'sis_id',
    'in_roster',
    'total',
    'passed',
    'incomplete',
    'points_so_far',
    'blank',
    ...slugs,
    ...slugs.flatMap((slug) => facts.map((fact) => `${slug}:${fact}`)),
  ]
  return csvText([head, ...rows.map(lineOf)])
}

function lineOf({ learner, inRoster, cells, total }: Row): CsvValue[] {
  const { id, name, email, github, sisId } = learner
  return [
    id,
    name,
    email,
    github,
    sisId,
    yesNo(inRoster),
    total.incomplete ? null : total.points,
    yesNo(total.passed),
    yesNo(total.incomplete),
    total.points,
    total.blank,
    ...cells.map((c) => c.final),
    ...cells.flatMap((c): CsvValue[] => [
      c.state,
      c.score,
      c.at === null ? null : c.lateMinutes,
      c.override?.by ?? null,
      c.override?.why ?? null,
    ]),
  ]
}

const yesNo = (value: boolean | null): CsvValue => (value === null ? null : value ? 'yes' : 'no')
