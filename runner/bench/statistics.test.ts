import { describe, expect, test } from 'vitest'
import { measureOf, median, quantile, spreadOf } from './statistics.ts'

describe('quantile', () => {
  test.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 2.5],
    [[10, 20, 30, 40, 50], 0.25, 20],
    [[10, 20], 0.75, 17.5],
    [[7], 0.25, 7],
    [[3, 1, 2], 0, 1],
    [[3, 1, 2], 1, 3],
  ])('of %j at %d is %d', (figures, share, wanted) => {
    expect(quantile(figures, share)).toBe(wanted)
  })

  test('sorts by number, and leaves the given list alone', () => {
    const figures = [100, 9, 20]
    expect(median(figures)).toBe(20)
    expect(figures).toEqual([100, 9, 20])
  })

  test('of nothing is no number', () => {
    expect(median([])).toBeNaN()
  })
})

test('spreadOf: median, min and max in tenths', () => {
  expect(spreadOf([3.14, 1.06, 2.55])).toEqual({ median: 2.5, min: 1.1, max: 3.1 })
})

describe('measureOf', () => {
  test('ratio and quartiles are those of the pairs', () => {
    const measure = measureOf([50, 60, 70, 80, 90], [100, 100, 100, 100, 200])
    expect(measure).toEqual({
      ratio: 0.6,
      quartiles: [0.5, 0.7],
      quietRatio: 0.5,
      ours: { median: 70, min: 50, max: 90 },
      baseline: { median: 100, min: 100, max: 200 },
      unit: 'ms',
      runs: 5,
    })
  })

  test('a load that slows both sides of a pair leaves the ratio alone', () => {
    const ours = [10, 10, 40, 40, 10]
    const baseline = ours.map((figure) => figure * 4)
    expect(measureOf(ours, baseline)).toMatchObject({ ratio: 0.25, quartiles: [0.25, 0.25] })
  })
})
