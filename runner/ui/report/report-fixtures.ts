import { inputFixture, learnerFixture, resultFixture, workFixture } from '../../domain/class/gradebook-fixtures.ts'
import { gradebook } from '../../domain/class/gradebook.ts'
import { itemAnalysis } from '../../domain/class/item-analysis.ts'
import type { ClassReport } from './class-report.ts'

/**
 * A class with everything that can happen: ada right and late, ben wrong and broken, cyd with an override and a
 * rejection, dan with nothing, eve with a system error, and a stranger whose sentence and name try to break formats.
 */
export function reportFixture(): ClassReport {
  const hostile = '<script>alert(1)</script> & "quoted" \u0007'
  const roster = [
    learnerFixture('ada', { remote: 'https://git.example/class/week-1-ada.git' }),
    learnerFixture('ben', { name: '=HYPERLINK("evil")', github: '' }),
    learnerFixture('cyd'),
    learnerFixture('dan'),
    learnerFixture('eve', { name: hostile }),
  ]
  const works = [
    workFixture('ada', 'first', { at: '2026-03-02T01:30:00Z', minutesToPass: 25, hintsUsed: ['rounding'] }),
    workFixture('ada', 'second', { language: 'py' }),
    workFixture('ben', 'first'),
    workFixture('ben', 'second'),
    workFixture('cyd', 'first'),
    workFixture('eve', 'first'),
    workFixture('eve', 'second'),
    workFixture('zed', 'first'),
  ] as const
  const [adaFirst, adaSecond, benFirst, benSecond, cydFirst, eveFirst, eveSecond, zedFirst] = works
  const results = [
    resultFixture(adaFirst, 100),
    resultFixture(adaSecond, 85),
    resultFixture(benFirst, 40),
    resultFixture(benSecond, null),
    resultFixture(cydFirst, 60),
    resultFixture(eveFirst, null, { outcome: 'system-error', verdict: null, problem: 'the worker lost its server' }),
    resultFixture(eveSecond, 100),
    resultFixture(zedFirst, 90, { cases: [{ id: 'c', group: 'main', sentence: hostile, status: 'failed' }] }),
  ]
  const overrides = [
    {
      at: '2026-03-05T00:00:00Z',
      learner: 'cyd',
      slug: 'first',
      score: 75,
      by: 'Prof. Lee',
      why: 'the brief was unclear, "see mail"',
    },
  ]
  const rejections = [{ learner: 'cyd', slug: 'second', rule: 'symlink', message: 'It holds a link.' }]
  const book = gradebook(inputFixture({ roster, works, results, overrides, rejections }))
  return { book, items: itemAnalysis(book) }
}
