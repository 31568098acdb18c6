import { byCodePoint, type Gradebook, type Row } from './gradebook.ts'
import type { Cell } from './gradebook-cell.ts'

/** How one exercise (item) worked with one class. Only cells with a result of ours count; blanks are not zeros. */
export interface ItemAnalysis {
  slug: string
  /** Learners with a result. */
  learners: number
  /** Mean score ÷ 100: the higher, the easier. */
  difficulty: number | null
  /** Part of the learners whose run passed. */
  passed: number | null
  /** −1 to 1, see discrimination(); null for too few learners or where everybody did the same. */
  discrimination: number | null
  cases: CaseAnalysis[]
  /** Ids of cases that ran and that nobody passed. */
  nobodyPasses: string[]
  /** Recognised mistakes, the most frequent first. */
  mistakes: Frequency[]
  /** Hints taken, the most frequent first. */
  hints: Frequency[]
  /** Learners who took at least one hint. */
  withHints: number
  minutesToPass: Spread | null
}

export interface CaseAnalysis {
  id: string
  sentence: string
  /** Learners for whom it was reported passed or failed. */
  ran: number
  passed: number
}

export interface Frequency {
  id: string
  learners: number
}

export interface Spread {
  learners: number
  lowerQuartile: number
  median: number
  upperQuartile: number
}

/** Too few to say anything about a correlation. */
const leastLearners = 5

/** One analysis for each exercise of the set, in its order. */
export function itemAnalysis({ rules, rows }: Pick<Gradebook, 'rules' | 'rows'>): ItemAnalysis[] {
  return rules.exercises.map(({ slug }, i) => {
    const cells = rows.map((row) => row.cells[i]).filter((c) => c !== undefined && c.score !== null) as Scored[]
    const minutes = cells.filter((c) => c.minutesToPass !== null).map((c) => c.minutesToPass as number)
    return {
      slug,
      learners: cells.length,
      difficulty: meanOf(cells.map((c) => c.score / 100)),
      passed: meanOf(cells.map((c) => (c.verdict === 'passed' ? 1 : 0))),
      discrimination: discrimination(rows, i),
      ...casesOf(cells),
      mistakes: frequencies(cells.map((c) => c.mistakes)),
      hints: frequencies(cells.map((c) => c.hintsUsed)),
      withHints: cells.filter((c) => c.hintsUsed.length > 0).length,
      minutesToPass: spreadOf(minutes),
    }
  })
}

type Scored = Cell & { score: number }

/**
 * Corrected item-total correlation: the point-biserial correlation of "passed this exercise" (0 or 1) with the mean
 * score in all *other* exercises, so that an exercise is not correlated with itself. After Henrysson, "Correction of
 * item-total correlations in item analysis", Psychometrika 28 (1963), and Lord & Novick, "Statistical Theories of
 * Mental Test Scores" (1968), chapter 15. Below 0.2 an exercise hardly tells the strong from the weak; below 0 it
 * misleads.
 */
function discrimination(rows: readonly Row[], item: number): number | null {
  const pairs = rows.flatMap(({ cells }) => {
    const own = cells[item]
    const others = meanOf(cells.filter((c, i) => i !== item && c.score !== null).map((c) => c.score as number))
    return own === undefined || own.score === null || others === null
      ? []
      : [{ x: own.verdict === 'passed' ? 1 : 0, y: others }]
  })
  return pairs.length < leastLearners ? null : correlation(pairs)
}

function correlation(pairs: readonly { x: number; y: number }[]): number | null {
  const [meanX, meanY] = [meanOf(pairs.map((p) => p.x)) ?? 0, meanOf(pairs.map((p) => p.y)) ?? 0]
  const sum = (f: (dx: number, dy: number) => number): number =>
    pairs.reduce((s, p) => s + f(p.x - meanX, p.y - meanY), 0)
  const [xx, yy, xy] = [sum((dx) => dx * dx), sum((_, dy) => dy * dy), sum((dx, dy) => dx * dy)]
  return xx < 1e-9 || yy < 1e-9 ? null : rounded(xy / Math.sqrt(xx * yy))
}

function casesOf(cells: readonly Scored[]): { cases: CaseAnalysis[]; nobodyPasses: string[] } {
  const cases = new Map<string, CaseAnalysis>()
  for (const { id, sentence, status } of cells.flatMap((c) => c.cases)) {
    const analysis = cases.get(id) ?? { id, sentence, ran: 0, passed: 0 }
    cases.set(id, analysis)
    if (status !== 'skipped') analysis.ran += 1
    if (status === 'passed') analysis.passed += 1
  }
  const all = [...cases.values()]
  return { cases: all, nobodyPasses: all.filter((c) => c.ran > 0 && c.passed === 0).map((c) => c.id) }
}

function frequencies(lists: readonly string[][]): Frequency[] {
  const counts = new Map<string, number>()
  for (const id of lists.flatMap((list) => [...new Set(list)])) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts]
    .map(([id, learners]) => ({ id, learners }))
    .sort((a, b) => b.learners - a.learners || byCodePoint(a.id, b.id))
}

function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  return {
    learners: sorted.length,
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
  }
}

/**
 * Linear between the two nearest values: type 7 of Hyndman & Fan, "Sample quantiles in statistical packages" (1996).
 */
function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part
  const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0]
  return rounded(low + (high - low) * (place - Math.floor(place)))
}

const meanOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : rounded(values.reduce((a, b) => a + b, 0) / values.length)

/** So that the same class has the same digits on every machine. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6
