import { expect, test } from 'vitest'
import { result, sound, withResult, wrong } from './gate-fixtures.ts'
import { settle, suspects } from './second-chance.ts'
import { variantProblems } from './trial-rules.ts'

const red = result('reference', 'reference', ['adds-up'])
const green = result('reference', 'reference', [])

test('nothing is suspected of a sound variant', () => {
  expect(suspects(sound)).toEqual(new Set())
})

test('red once and green twice: flaky, and the green result counts', () => {
  const variant = withResult(red)
  expect(suspects(variant)).toEqual(new Set(['reference']))
  const { results, flaky } = settle(variant, [[green], [green]])
  expect(flaky).toEqual(['reference'])
  expect(variantProblems({ ...variant, results })).toEqual([])
})

test.each([
  ['red again at once', [[red], [green]]],
  ['red again at the end', [[green], [red]]],
  ['not run again', [[green], []]],
])('%s: nothing is forgiven', (_, reruns) => {
  const variant = withResult(red)
  const { results, flaky } = settle(variant, reruns)
  expect(flaky).toEqual([])
  expect(results).toEqual(variant.results)
})

test('a wrong answer that got through once is told apart from one that always does', () => {
  const through = result('mistake', 'unfair', [], wrong([2], 'unfair'))
  const caught = result('mistake', 'unfair', ['is-fair'], wrong([2], 'unfair'))
  expect(settle(withResult(through), [[caught], [caught]]).flaky).toEqual(['unfair'])
  expect(settle(withResult(through), [[caught], [through]]).flaky).toEqual([])
})
