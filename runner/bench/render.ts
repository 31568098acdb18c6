import type { Mark } from './measures/profile.ts'
import { goals, ratiosIn, reached, type RatioName, type Report } from './report.ts'
import type { Measure, Spread } from './statistics.ts'

/** The report as a table for people: one row a measure, then what has no ratio. */
export function renderReport(report: Report): string {
  const { measures, date, node, platform, cpus, load, loadAfter } = report
  const ratios = ratiosIn(measures)
  const head = `  ${date}   Node ${node}   ${platform}, ${cpus} processors   load ${load.toFixed(1)} to ${loadAfter.toFixed(1)}`
  return [
    '',
    head,
    '',
    ...(ratios.length === 0 ? [] : [ratioHead, ...ratios.map(ratioRow), '']),
    ...wrongLine(report),
    ...warmRows(report),
    ...profileRows(report),
  ].join('\n')
}

const row = (cells: readonly string[]): string =>
  `  ${cells.map((cell, i) => cell.padEnd([24, 22, 22, 6, 15, 6, 0][i] ?? 0)).join(' ')}`.trimEnd()

const ratioHead = row(['measure', 'ours', 'baseline', 'ratio', '(half of them)', 'quiet', 'goal'])

function ratioRow([name, measure]: [RatioName, Measure]): string {
  const {
    ratio,
    quartiles: [lower, upper],
    quietRatio,
    ours,
    baseline,
    unit,
  } = measure
  return row([
    name,
    spread(ours, unit),
    spread(baseline, unit),
    ratio.toFixed(2),
    `${lower.toFixed(2)} to ${upper.toFixed(2)}`,
    quietRatio.toFixed(2),
    goalText(name, measure),
  ])
}

const spread = ({ median, min, max }: Spread, unit: string): string =>
  `${whole(median)} ${unit} (${whole(min)}–${whole(max)})`
const whole = (figure: number): string => String(Math.round(figure))

function goalText(name: RatioName, measure: Measure): string {
  const goal = goals[name]
  if (!goal) return ''
  const plus = goal.plusMs === undefined ? '' : ` + ${goal.plusMs} ms`
  return `≤ ${goal.most}${plus}: ${reached(name, measure) ? 'reached' : 'not reached'}`
}

const wrongLine = ({ wrongVerdicts }: Report): string[] =>
  wrongVerdicts === null ? [] : [`  Wrong verdicts in watch mode: ${wrongVerdicts}`, '']

function warmRows({ measures: { warm = [] } }: Report): string[] {
  if (warm.length === 0) return []
  const rows = warm.map(({ slug, language, driver, ms, missing }) =>
    row([slug, `${language}, ${driver}`, ms ? spread(ms, 'ms') : `not run: ${missing}`]),
  )
  return ['  Warm checks of real exercises, from the save to the verdict', ...rows, '']
}

function profileRows({ measures: { profile } }: Report): string[] {
  if (!profile) return []
  const titles = {
    coldModule: 'Cold check, module',
    coldHttp: 'Cold check, http',
    warmModule: 'Warm check, module',
    warmHttp: 'Warm check, http',
  }
  return Object.entries(titles).flatMap(([key, title]) => [
    `  ${title}: ms after the start`,
    ...markRows(profile[key as keyof typeof titles]),
    '',
  ])
}

const markRows = (marks: readonly Mark[]): string[] =>
  marks.map(
    ({ name, atMs }, i) =>
      `    ${atMs.toFixed(0).padStart(5)}  +${(atMs - (marks[i - 1]?.atMs ?? 0)).toFixed(0).padEnd(5)} ${name}`,
  )
