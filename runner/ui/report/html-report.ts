import type { Cell } from '../../domain/class/gradebook-cell.ts'
import type { Row } from '../../domain/class/gradebook.ts'
import type { ItemAnalysis, Spread } from '../../domain/class/item-analysis.ts'
import { stateWords, type ClassReport } from './class-report.ts'
import { html, page, type Html } from './html.ts'
import { exerciseBars, histogram, scatter, type Bar, type Dot } from './plots.ts'

/** The report for people: one file that holds everything, for screens of any size and for paper. */
export function htmlReport(report: ClassReport): string {
  const { rules, notices } = report.book
  const closes = rules.closesAt === null ? 'open without an end' : `closed ${rules.closesAt}`
  return page(`Gradebook: ${rules.title}`, [
    html`<h1>${rules.title}</h1>
<p class="dim">Set ${rules.id}, version ${rules.version} · ${closes} · pass mark ${rules.passMark} · the ${rules.attempts} attempt counts</p>
`,
    factsOf(report),
    notices.length === 0
      ? html``
      : html`<ul class="notices">${notices.map((n) => html`<li>${n}</li>`)}</ul>
`,
    plotsOf(report),
    marksOf(report),
    itemsOf(report),
  ])
}

function factsOf({ book: { rows } }: ClassReport): Html {
  const totals = standing(rows)
  const mean = totals.length === 0 ? '–' : (totals.reduce((a, b) => a + b, 0) / totals.length).toFixed(1)
  const facts: [string, string | number][] = [
    ['learners', rows.length],
    ['handed in', rows.filter((r) => r.cells.some((c) => c.at !== null)).length],
    ['with credit', rows.filter((r) => r.total.passed === true).length],
    ['incomplete', rows.filter((r) => r.total.incomplete).length],
    ['mean total', mean],
  ]
  return html`<ul class="facts">${facts.map(([name, value]) => html`<li><b>${value}</b>${name}</li>`)}</ul>
`
}

/** Totals that will not change; the others are not in the plots. */
const standing = (rows: readonly Row[]): number[] =>
  rows.filter((r) => !r.total.incomplete && r.total.points !== null).map((r) => r.total.points as number)

function plotsOf({ book: { rules, rows }, items }: ClassReport): Html {
  const dots = items.flatMap((item, i): Dot[] => {
    const { difficulty, discrimination } = item
    return difficulty === null || discrimination === null
      ? []
      : [{ number: i + 1, label: rules.exercises[i]?.title ?? item.slug, difficulty, discrimination }]
  })
  const bars = rules.exercises.map((e, i) =>
    barOf(
      `${i + 1}. ${e.title}`,
      rows.flatMap((r) => r.cells[i] ?? []),
    ),
  )
  const few = html`<p class="dim">Not enough results yet: discrimination needs five learners with at least two exercises each, and some who passed
and some who did not.</p>`
  return html`<h2>The class</h2>
<div class="plots">
<figure><figcaption>Total points</figcaption>${histogram(standing(rows), rules.passMark)}</figure>
<figure><figcaption>Difficulty and discrimination, by number of the exercise</figcaption>${dots.length === 0 ? few : scatter(dots)}</figure>
<figure class="wide"><figcaption>Exercises</figcaption>${exerciseBars(bars)}</figure>
</div>
`
}

function barOf(label: string, cells: readonly Cell[]): Bar {
  const graded = cells.filter((c) => c.state === 'graded')
  const waiting = cells.filter((c) => c.state === 'system-error' || c.state === 'not-graded').length
  const passed = graded.filter((c) => c.verdict === 'passed').length
  return { label, passed, notPassed: graded.length - passed, waiting, blank: cells.length - graded.length - waiting }
}

function marksOf({ book: { rules, rows } }: ClassReport): Html {
  const head = rules.exercises.map(
    (e, i) => html`<th class="n" scope="col" title="${e.title}">${i + 1}<small>×${e.weight}</small></th>`,
  )
  return html`<h2>Marks</h2>
<p class="dim">Blank means that there is no mark, which is not 0. Columns are numbered as the exercises below; × is the weight.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Learner</th><th class="n" scope="col">Total</th><th scope="col">Credit</th>${head}</tr></thead>
<tbody>
${rows.map(rowHtml)}</tbody>
</table></div>
`
}

function rowHtml({ learner, inRoster, cells, total }: Row): Html {
  const name = learner.name === '' ? learner.id : learner.name
  const passed = total.passed === null ? '' : total.passed ? 'yes' : 'no'
  return html`<tr><th scope="row">${name}<small>${learner.id}${inRoster ? '' : ', not in the roster'}</small></th>
<td class="n">${total.points}${total.incomplete ? html`<small>incomplete</small>` : null}</td><td>${passed}</td>
${cells.map((cell) => html`<td class="n">${cell.final}${remarkOf(cell).map((r) => html`<small>${r}</small>`)}</td>`)}</tr>
`
}

function remarkOf(cell: Cell): string[] {
  const { override } = cell
  return [
    ...(cell.state === 'graded' || cell.state === 'missing' ? [] : [stateWords[cell.state]]),
    ...(cell.verdict === 'broken' || cell.verdict === 'timed-out' ? [cell.verdict] : []),
    ...(cell.lateMinutes > 0
      ? [`${lateWords(cell.lateMinutes)} late${cell.score === cell.afterLate ? '' : `, was ${cell.score}`}`]
      : []),
    ...(override && !override.excused ? [`set by ${override.by}`] : []),
  ]
}

function lateWords(minutes: number): string {
  if (minutes < 120) return `${minutes} min`
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`
}

const itemsOf = ({ book: { rules }, items }: ClassReport): Html => html`<h2>Exercises</h2>
<p class="dim">Difficulty is the mean score ÷ 100: the higher, the easier. Discrimination is the correlation between passing the exercise and the mean of
the learner's other exercises: from 0.2 up an exercise tells the strong from the weak; below 0 it misleads.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Exercise</th><th class="n" scope="col">Learners</th><th class="n" scope="col">Passed</th>
<th class="n" scope="col">Difficulty</th><th class="n" scope="col">Discrimination</th>
<th class="n" scope="col">Min to pass</th><th scope="col">Mistakes</th><th scope="col">Hints taken</th><th scope="col">Cases nobody passes</th></tr></thead>
<tbody>
${items.map((item, i) => itemHtml(item, i + 1, rules.exercises[i]?.title ?? item.slug))}</tbody>
</table></div>
`

function itemHtml(item: ItemAnalysis, number: number, title: string): Html {
  const nobody = item.cases.filter((c) => item.nobodyPasses.includes(c.id)).map((c) => c.sentence)
  const taken = item.hints.slice(0, 5).map((h) => `${h.id} (${h.learners})`)
  return html`<tr><th scope="row">${number}. ${title}<small>${item.slug}</small></th>
<td class="n">${item.learners}</td><td class="n">${item.passed === null ? '' : `${Math.round(item.passed * 100)} %`}</td>
<td class="n">${item.difficulty?.toFixed(2) ?? ''}</td><td class="n">${item.discrimination?.toFixed(2) ?? ''}</td>
<td class="n">${spread(item.minutesToPass)}</td>
<td>${lines(item.mistakes.slice(0, 5).map((m) => `${m.id} (${m.learners})`))}</td>
<td>${lines(taken)}</td>
<td>${lines(nobody)}</td></tr>
`
}

const spread = (s: Spread | null): Html =>
  s === null ? html`` : html`${s.median}<small>${s.lowerQuartile} to ${s.upperQuartile}</small>`

const lines = (texts: readonly string[]): Html[] => texts.map((t) => html`<div>${t}</div>`)
