import { expect, test } from 'vitest'
import {
  exerciseOf,
  inputFixture,
  learnerFixture,
  resultFixture,
  workFixture,
} from '../../domain/class/gradebook-fixtures.ts'
import { gradebook, type GradebookInput } from '../../domain/class/gradebook.ts'
import { itemAnalysis } from '../../domain/class/item-analysis.ts'
import { reportFixture } from '../report/report-fixtures.ts'
import type { ClassReport } from '../report/class-report.ts'
import { renderGradebook } from './gradebook.ts'

const style = { color: false, columns: 80 }

const render = (report: ClassReport, columns = 80): string =>
  renderGradebook({ ...report, folder: 'class/gradebook', files: ['report.html'], remarks: [] }, { ...style, columns })

function classOf(input: Partial<GradebookInput>): ClassReport {
  const book = gradebook(inputFixture(input))
  return { book, items: itemAnalysis(book) }
}

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length))

test('every kind of cell has its sign, and the legend names those that are there', () => {
  const text = render(reportFixture())
  expect(text).toMatch(/^ {2}ada +90l +85 +86\.3 {2}credit$/m)
  expect(text).toMatch(/^ {2}ben +40 +0 +10\.0 {2}no credit$/m)
  expect(text).toMatch(/^ {2}cyd +75\* +x +18\.8 {2}no credit$/m)
  expect(text).toMatch(/^ {2}dan +– +– +–$/m)
  expect(text).toMatch(/^ {2}eve +! +100 +75\.0 {2}credit$/m)
  expect(text).toContain('  – nothing handed in   x rejected   ! system error   * set by hand   l late')
  expect(text).toContain('Note    Not in the roster: zed')
  expect(text).toContain('Then    npm run grade')
})

test('80 columns hold eight exercises beside a long id, and twelve in two blocks', () => {
  const exercises = Array.from({ length: 12 }, (_, i) => exerciseOf(`an-exercise-with-a-long-slug-${i}`, 1))
  const roster = [learnerFixture('a.very.long.learner.id@school.example')]
  const works = exercises.map((e) => workFixture('a.very.long.learner.id@school.example', e.slug))
  const { rules } = inputFixture()
  const report = classOf({
    rules: { ...rules, exercises },
    roster,
    works,
    results: works.map((w) => resultFixture(w, 100)),
  })
  const text = render(report)
  expect(widest(text)).toBeLessThanOrEqual(80)
  expect(text.match(/^ {2}Learner/gm)).toHaveLength(2)
  expect(text.match(/100/g)?.length).toBeGreaterThanOrEqual(13)
  expect(widest(render(report, 60))).toBeLessThanOrEqual(60)
  const eight = render(classOf({ rules: { ...rules, exercises: exercises.slice(0, 8) }, roster, works, results: [] }))
  expect(eight.match(/^ {2}Learner/gm)).toHaveLength(1)
})

test('a class without anybody says so', () => {
  expect(render(classOf({ roster: [] }))).toContain('Nobody is in the roster, and nothing was handed in.')
})
