import { html, type Html } from './html.ts'

/**
 * Plots as inline SVG. Colours only repeat what labels and legends say; each has its numbers in a table of the report.
 */

const rounded = (value: number): number => Math.round(value * 10) / 10

/** How many totals fall into each ten points; the last step holds 100 too. */
export function histogram(totals: readonly number[], passMark: number): Html {
  const counts = Array.from(
    { length: 10 },
    (_, i) => totals.filter((t) => Math.min(9, Math.floor(t / 10)) === i).length,
  )
  const [width, height, left, bottom, top] = [480, 220, 10, 24, 22]
  const step = (width - 2 * left) / 10
  const scale = (height - top - bottom) / Math.max(1, ...counts)
  const bars = counts.map((count, i) => {
    const [x, y] = [rounded(left + i * step + 2), rounded(height - bottom - count * scale)]
    const label =
      count === 0
        ? { html: '' }
        : html`<text x="${rounded(x + step / 2 - 2)}" y="${y - 5}" text-anchor="middle">${count}</text>`
    const tone = i * 10 >= passMark ? 'good' : 'bad'
    const size = html`width="${rounded(step - 4)}" height="${rounded(count * scale)}"`
    return html`<rect class="${tone}" x="${x}" y="${y}" ${size}><title>${i * 10} to ${i === 9 ? 100 : i * 10 + 9}: ${count}</title></rect>${label}
<text class="dim" x="${rounded(left + i * step)}" y="${height - 6}" text-anchor="middle">${i * 10}</text>`
  })
  const mark = rounded(left + (passMark / 100) * (width - 2 * left))
  return html`<svg viewBox="-8 0 ${width + 16} ${height}" role="img" aria-label="Histogram of total points">
<line class="axis" x1="${left}" y1="${height - bottom}" x2="${width - left}" y2="${height - bottom}"/>
${bars}
<text class="dim" x="${width - left}" y="${height - 6}" text-anchor="middle">100</text>
<line class="rule" x1="${mark}" y1="12" x2="${mark}" y2="${height - bottom}"/>
<text class="dim" x="${mark > width / 2 ? mark - 5 : mark + 5}" y="12" text-anchor="${mark > width / 2 ? 'end' : 'start'}">pass mark ${passMark}</text>
</svg>`
}

export interface Bar {
  label: string
  passed: number
  notPassed: number
  /** A result is still to come. */
  waiting: number
  /** Nothing handed in, rejected or excused. */
  blank: number
}

const tones = [
  ['good', 'passed'],
  ['bad', 'not passed'],
  ['wait', 'result to come'],
  ['none', 'no work'],
] as const

/** One stacked bar an exercise, with how many learners are in each part. */
export function exerciseBars(bars: readonly Bar[]): Html {
  const [width, rowHeight] = [480, 46]
  const rows = bars.map((bar, i) => {
    const values = [bar.passed, bar.notPassed, bar.waiting, bar.blank]
    const scale =
      width /
      Math.max(
        1,
        values.reduce((a, b) => a + b, 0),
      )
    const y = i * rowHeight + 18
    const parts = values.map((value, part) => {
      const x = rounded(values.slice(0, part).reduce((a, b) => a + b, 0) * scale)
      const [tone, word] = tones[part] ?? tones[0]
      if (value === 0) return { html: '' }
      const [middle, wide] = [rounded(x + (value * scale) / 2), rounded(Math.max(1, value * scale - 1.5))]
      const count = html`<text class="${tone === 'none' ? '' : 'on'}" x="${middle}" y="${y + 14}" text-anchor="middle">${value}</text>`
      const label = value * scale < 24 ? { html: '' } : count
      return html`<rect class="${tone}" x="${x}" y="${y}" width="${wide}" height="20"><title>${bar.label}: ${value} ${word}</title></rect>${label}`
    })
    return html`<text x="0" y="${y - 5}">${shortened(bar.label, 64)}</text>${parts}
`
  })
  const swatch = (tone: string): Html =>
    html`<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${tone}" width="10" height="10"/></svg>`
  const key = tones.map(([tone, word]) => html`<li>${swatch(tone)}${word}</li>`)
  return html`<svg viewBox="0 0 ${width} ${bars.length * rowHeight + 4}" role="img" aria-label="How many learners passed each exercise">
${rows}</svg>
<ul class="key">${key}</ul>`
}

export interface Dot {
  /** Number of the exercise in the report. */
  number: number
  label: string
  difficulty: number
  discrimination: number
}

/** Difficulty against discrimination; below the dashed line an exercise hardly tells the strong from the weak. */
export function scatter(dots: readonly Dot[]): Html {
  const [width, height, left, bottom] = [480, 300, 44, 40]
  const x = (difficulty: number): number => rounded(left + difficulty * (width - left - 16))
  const lowest = Math.min(0, ...dots.map((d) => Math.floor(d.discrimination * 4) / 4))
  const y = (value: number): number => rounded(12 + ((1 - value) / (1 - lowest)) * (height - bottom - 12))
  const steps = Array.from({ length: Math.round((1 - lowest) * 4) + 1 }, (_, i) => lowest + i / 4)
  const grid = [
    ...steps.map(
      (v) => html`<line class="axis" x1="${left}" y1="${y(v)}" x2="${width - 16}" y2="${y(v)}"/>
<text class="dim" x="${left - 6}" y="${y(v) + 4}" text-anchor="end">${v.toFixed(2)}</text>
`,
    ),
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (v) => html`<text class="dim" x="${x(v)}" y="${height - bottom + 16}" text-anchor="middle">${v}</text>
`,
    ),
  ]
  const points = dots.map((d) => {
    const [cx, cy] = [x(d.difficulty), y(d.discrimination)]
    const title = `${d.number}. ${d.label}: difficulty ${d.difficulty.toFixed(2)}, discrimination ${d.discrimination.toFixed(2)}`
    return html`<circle class="dot" cx="${cx}" cy="${cy}" r="9"><title>${title}</title></circle>
<text class="on" x="${cx}" y="${cy + 4}" text-anchor="middle">${d.number}</text>
`
  })
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Difficulty and discrimination of each exercise">
${grid}<line class="rule" x1="${left}" y1="${y(0.2)}" x2="${width - 16}" y2="${y(0.2)}"/>
${points}<text class="dim" x="${left}" y="${height - 6}">hard ← difficulty (mean score) → easy</text>
</svg>`
}

const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`
