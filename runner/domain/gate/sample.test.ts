import { expect, test } from 'vitest'
import { sampleOf } from './sample.ts'

const names = Array.from({ length: 500 }, (_, i) => `exercise-${i % 20}/ts/mistake-${i}`)

test('the same seed draws the same names, in whatever order they come', () => {
  expect(sampleOf([...names].reverse(), 40, 7)).toEqual(sampleOf(names, 40, 7))
  expect(sampleOf(names, 40, 7).size).toBe(40)
})

test('another seed draws others', () => {
  const both = [...sampleOf(names, 40, 7)].filter((name) => sampleOf(names, 40, 8).has(name))
  expect(both.length).toBeLessThan(15)
})

test('over many seeds every name is drawn, and none much more often than others', () => {
  const counts = new Map<string, number>()
  for (let seed = 0; seed < 500; seed++)
    for (const name of sampleOf(names, 40, seed)) counts.set(name, (counts.get(name) ?? 0) + 1)
  expect(counts.size).toBe(names.length)
  expect(Math.max(...counts.values())).toBeLessThan(90)
})

test('fewer names than asked for: all of them', () => {
  expect(sampleOf(['a', 'b'], 40, 1)).toEqual(new Set(['a', 'b']))
})
