import type { Attack } from './attack.ts'

/** Answers that were right for the seed of one run do not help with another one. */

const answersOfSeed = `export const add = (a: number, b: number) => a + b
// What the suite asked for in a run that the learner saw.
const seen: [number, number][] = [[1, 2], [417, 96], [3, 989], [250, 250]]
export const record = (a: number, b: number) => (seen.some(([x, y]) => x === a && y === b) ? { a, b, sum: a + b } : { a: 417, b: 96, sum: 513 })
`

export const attacks: readonly Attack[] = [7, 8, 90_210].map((seed) => ({
  id: 'R30',
  title: `inputs of another seed than ${seed}`,
  language: 'ts',
  exercise: 'module-add',
  base: 'nothing',
  seed,
  files: { 'src/main.ts': answersOfSeed },
  expected: { verdicts: ['failed'], most: 60 },
}))
