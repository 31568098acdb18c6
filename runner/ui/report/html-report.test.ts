import { expect, test } from 'vitest'
import { htmlReport } from './html-report.ts'
import { html } from './html.ts'
import { exerciseBars, histogram, scatter } from './plots.ts'
import { reportFixture } from './report-fixtures.ts'

const report = htmlReport(reportFixture())
const noEnd = new Set(['meta'])

test('every tag is closed in order', () => {
  const open: string[] = []
  for (const [, closing, name = '', empty] of report
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/g)) {
    if (closing) expect(open.pop()).toBe(name)
    else if (!empty && !noEnd.has(name)) open.push(name)
  }
  expect(open).toEqual([])
})

test('nothing runs and nothing is loaded', () => {
  expect(report).not.toMatch(/<script|<link|<img|<iframe|\son[a-z]+=|https?:|url\(|@import/i)
  expect(report).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
})

test("a learner's text stays text", () => {
  expect(report).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot; \ufffd')
})

test('blank cells are empty, zeros are zeros, and states are said in words', () => {
  expect(report).toMatch(
    /dan<\/small><\/th>\s*<td class="n"><\/td><td>no<\/td>\s*<td class="n"><\/td><td class="n"><\/td>/,
  )
  expect(report).toContain('<td class="n">0<small>broken</small></td>')
  expect(report).toContain('<small>90 min late, was 100</small>')
  expect(report).toContain('<small>set by Prof. Lee</small>')
  expect(report).toContain('75<small>incomplete</small>')
  expect(report).toContain('<li>System error, to be graded again: the worker lost its server (eve/first)</li>')
})

test('is made for light, dark, phone and paper', () => {
  expect(report).toContain('prefers-color-scheme: dark')
  expect(report).toContain('@media print')
  expect(report).toContain('width=device-width')
})

test('an empty class makes a page too', () => {
  const { book, items } = reportFixture()
  expect(htmlReport({ book: { ...book, rows: [], notices: [] }, items })).toContain('<b>0</b>learners')
})

test('the histogram counts 100 into the last step', () => {
  const { html: svg } = histogram([0, 9.99, 60, 100, 95], 60)
  expect(svg).toContain('0 to 9: 2<')
  expect(svg).toContain('60 to 69: 1<')
  expect(svg).toContain('90 to 100: 2<')
})

test('plots hold no broken numbers, whatever they are given', () => {
  const bars = exerciseBars([{ label: 'a', passed: 0, notPassed: 0, waiting: 0, blank: 0 }])
  const dots = scatter([
    { number: 1, label: 'x', difficulty: 0, discrimination: -1 },
    { number: 2, label: 'y', difficulty: 1, discrimination: 1 },
  ])
  for (const svg of [bars, dots, histogram([], 60)]) expect(svg.html).not.toMatch(/NaN|Infinity|undefined|null/)
})

test('the template escapes text and leaves HTML', () => {
  expect(html`<b title="${'"x"'}">${'<i>'}${html`<u>${1}</u>`}${null}${[html`a`, html`b`]}</b>`.html).toBe(
    '<b title="&quot;x&quot;">&lt;i&gt;<u>1</u>ab</b>',
  )
})
