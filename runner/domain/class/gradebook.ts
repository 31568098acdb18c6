import { cellOf, workName, type Cell, type CellOverride, type LatePenalty } from './gradebook-cell.ts'
import { mostTimedOut } from './grade-plan.ts'
import type { GradedResult, Learner, Override, Rejection, SubmittedWork } from './grading.ts'

/** What the gradebook needs to know of a set. */
export interface GradebookRules {
  id: string
  version: string
  title: string
  /** Out of 100. */
  passMark: number
  /** An ISO instant; null: never. */
  closesAt: string | null
  /** The last instant that counts as in time, the close or the end of its grace; null: all of them do. */
  inTimeUntil: string | null
  attempts: 'best' | 'last'
  exercises: readonly RuledExercise[]
}

export interface RuledExercise {
  slug: string
  title: string
  weight: number
  /** Points of each group of cases, for exports that want points a case; empty where the catalog does not tell. */
  groups: readonly { id: string; weight: number }[]
}

export interface GradebookInput {
  rules: GradebookRules
  /** Learners in the instructor's order; empty where there is no roster. */
  roster: readonly Learner[]
  works: readonly SubmittedWork[]
  /** Results in the order they were appended. */
  results: readonly GradedResult[]
  overrides: readonly GivenOverride[]
  rejections: readonly Rejection[]
  late: LatePenalty
}

/** A line of overrides.jsonl: an excused cell counts neither for nor against its learner. */
export interface GivenOverride extends Override {
  excused?: boolean
}

export interface Gradebook {
  rules: GradebookRules
  /** Ordered by roster; those who are not in it follow by id. */
  rows: Row[]
  /** What an instructor should look at before handing out the marks, in sentences. */
  notices: string[]
}

export interface Row {
  learner: Learner
  inRoster: boolean
  /** One for each exercise, in the set's order. */
  cells: Cell[]
  total: Total
}

export interface Total {
  /** Weighted points out of 100, of all exercises but the excused ones; null when not a single cell has a mark. */
  points: number | null
  /** Weighted mean of the cells that have a mark. */
  average: number | null
  /** Cells that could have a mark and have none. */
  blank: number
  /** A cell waits for a result, or has none by a fault of ours. */
  incomplete: boolean
  /** The set's pass mark is reached: there is credit. null while the total is incomplete and it is not reached. */
  passed: boolean | null
}

/** Puts marks together. Reads no clock and no disk: the same input gives the same bytes. */
export function gradebook(input: GradebookInput): Gradebook {
  const { rules, roster, overrides } = input
  const works = grouped(input.works)
  const results = lastResults(input.results)
  const rejections = Map.groupBy(input.rejections, (r) => r.learner)
  const words = lastOverrides(overrides)
  const known = new Set(roster.map((l) => l.id))
  const strangers = [...new Set([...input.works.map((w) => w.learner), ...rejections.keys()])]
    .filter((id) => !known.has(id))
    .sort(byCodePoint)
  const rows = [...roster, ...strangers.map(stranger)].map((learner): Row => {
    const cells = rules.exercises.map(({ slug }) =>
      cellOf({
        slug,
        rules,
        results,
        works: works.get(placeOf(learner.id, slug)) ?? [],
        override: words.get(placeOf(learner.id, slug)) ?? null,
        rejections: rejections.get(learner.id) ?? [],
        late: input.late,
      }),
    )
    return { learner, inRoster: known.has(learner.id), cells, total: totalOf(rules, cells) }
  })
  return { rules, rows, notices: noticesOf(input, rows, strangers) }
}

/** Code points, not a locale: every machine orders ids the same way. */
export const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const placeOf = (learner: string, slug: string): string => `${learner} ${slug}`

const grouped = (works: readonly SubmittedWork[]): Map<string, SubmittedWork[]> =>
  Map.groupBy(works, (w) => placeOf(w.learner, w.slug))

const stranger = (id: string): Learner => ({ id, name: '', email: '', github: '', sisId: '', remote: '' })

/**
 * The last line for the same work counts; only our own fault never takes back a result made under the same conditions.
 */
function lastResults(results: readonly GradedResult[]): Map<string, GradedResult> {
  const last = new Map<string, GradedResult>()
  for (const result of results) {
    const place = workName(result)
    const before = last.get(place)
    if (before?.outcome === 'graded' && result.outcome === 'system-error' && before.key === result.key) continue
    last.set(place, result)
  }
  return last
}

function lastOverrides(overrides: readonly GivenOverride[]): Map<string, CellOverride> {
  const last = new Map<string, CellOverride>()
  for (const { learner, slug, score, excused = false, by, why, at } of overrides) {
    if (score === null && !excused) last.delete(placeOf(learner, slug))
    else last.set(placeOf(learner, slug), { score: excused ? null : score, excused, by, why, at })
  }
  return last
}

function totalOf(rules: GradebookRules, cells: readonly Cell[]): Total {
  const counted = cells
    .map((cell, i) => ({ cell, weight: rules.exercises[i]?.weight ?? 0 }))
    .filter(({ cell }) => cell.state !== 'excused')
  const marked = counted.filter(({ cell }) => cell.final !== null)
  const all = counted.reduce((sum, c) => sum + c.weight, 0)
  const weight = marked.reduce((sum, c) => sum + c.weight, 0)
  const earned = marked.reduce((sum, c) => sum + c.weight * (c.cell.final ?? 0), 0)
  const points = marked.length === 0 || all === 0 ? null : hundredths(earned / all)
  const incomplete = counted.some(({ cell }) => cell.open)
  const reached = points !== null && points >= rules.passMark
  return {
    points,
    average: weight === 0 ? null : hundredths(earned / weight),
    blank: counted.length - marked.length,
    incomplete,
    passed: reached ? true : incomplete ? null : false,
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100

function noticesOf(
  { rules, roster, overrides }: GradebookInput,
  rows: readonly Row[],
  strangers: readonly string[],
): string[] {
  const places = new Set(rows.flatMap((r) => rules.exercises.map((e) => placeOf(r.learner.id, e.slug))))
  const lost = [...new Set(overrides.map((o) => placeOf(o.learner, o.slug)))]
    .filter((p) => !places.has(p))
    .sort(byCodePoint)
  const unsafe = rows.flatMap((r) => r.cells).filter((c) => c.sandbox === 'none').length
  return [
    ...(roster.length > 0 && strangers.length > 0 ? [`Not in the roster: ${strangers.join(', ')}`] : []),
    ...lost.map((p) => `An override names a learner or an exercise that is not here: ${p.replace(' ', '/')}`),
    ...(unsafe > 0 ? [`Graded without a sandbox (--unsafe): ${unsafe} ${unsafe === 1 ? 'cell' : 'cells'}`] : []),
    ...leftOutOf(rows),
    ...faultsOf(rows),
  ]
}

function leftOutOf(rows: readonly Row[]): string[] {
  const cells = rows.flatMap(({ learner, cells: own }) =>
    own.filter((c) => c.leftOut > 0).map((c) => `${learner.id}/${c.slug} (${c.leftOut})`),
  )
  if (cells.length === 0) return []
  return [`States not run, since ${mostTimedOut} newer ones ran into their time limit: ${cells.join(', ')}`]
}

/** One sentence a reason, with the cells it hit. */
function faultsOf(rows: readonly Row[]): string[] {
  const hit = rows.flatMap(({ learner, cells }) =>
    cells
      .filter((c) => c.open && c.problem !== null)
      .map((c) => ({ place: `${learner.id}/${c.slug}`, problem: c.problem ?? '' })),
  )
  const byReason = [...Map.groupBy(hit, (h) => h.problem)]
  return byReason.map(
    ([problem, cells]) => `System error, to be graded again: ${problem} (${cells.map((c) => c.place).join(', ')})`,
  )
}

/** A mark that changes: one line a learner and exercise, however many states were graded again. */
export interface MarkChange {
  learner: string
  slug: string
  before: number | null
  after: number | null
}

/** What new results would change in a gradebook. Marks that were set by hand stay, so they are not among them. */
export function markChanges(input: GradebookInput, fresh: readonly GradedResult[]): MarkChange[] {
  const before = gradebook(input).rows
  const after = gradebook({ ...input, results: [...input.results, ...fresh] }).rows
  return after.flatMap(({ learner, cells }, row) =>
    cells.flatMap(({ slug, final }, column) => {
      const then = before[row]?.cells[column]?.final ?? null
      return then === final ? [] : [{ learner: learner.id, slug, before: then, after: final }]
    }),
  )
}
