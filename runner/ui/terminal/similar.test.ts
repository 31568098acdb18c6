import { expect, test } from 'vitest'
import type { Comparison, Fragment } from '../../domain/class/similarity.ts'
import { renderSimilar } from './similar.ts'

const style = { color: false, columns: 80 }

const fragment = (from: number): Fragment => ({
  left: { file: 'src/main.ts', from, to: from + 9 },
  right: { file: 'src/app.ts', from: 3, to: 3 },
  length: 9,
})
const comparison = (more: Partial<Comparison>): Comparison => ({
  slug: 'money-split',
  language: 'ts',
  learners: 3,
  pairs: [],
  tooShort: [],
  likeSolutions: [],
  ...more,
})

test('a pair with its three longest fragments, and how many more there are', () => {
  const pairs = [{ left: 'ada', right: 'ben', similarity: 0.934, fragments: [1, 20, 40, 60, 80].map(fragment) }]
  expect(renderSimilar({ comparisons: [comparison({ pairs })], shared: [], remarks: [], at: 0.8 }, style)).toBe(`
money-split (ts)   3 learners, 1 pair at 80 % or more
   93 %   ada  and  ben
          src/main.ts:1–10  =  src/app.ts:3
          src/main.ts:20–29  =  src/app.ts:3
          src/main.ts:40–49  =  src/app.ts:3
          and 2 more (--json)

  Read    Similar is not copied: short exercises have few good solutions, and
          partners may work together. Read both before you ask.
`)
})

test('no pair, works too short to compare, and what was left out', () => {
  const text = renderSimilar(
    {
      comparisons: [comparison({ learners: 1, tooShort: ['cyd'] })],
      shared: [],
      remarks: ['first-clean-commit (git) is not compared.'],
      at: 0.5,
    },
    style,
  )
  expect(text).toContain('money-split (ts)   1 learner, no pair at 50 % or more\n  too short to compare: cyd\n')
  expect(text).toContain('  Note    first-clean-commit (git) is not compared.')
})

test('states that stand with two learners come first, and a solution is one line, however many are like it', () => {
  const all = Array.from({ length: 14 }, (_, i) => ({ learner: `l${10 + i}`, solution: 'reference', similarity: 1 }))
  const git = {
    slug: 'first-clean-commit',
    language: 'git',
    learners: ['ada', 'eve'],
    states: 2,
    sameMoment: true,
  } as const
  const text = renderSimilar(
    {
      comparisons: [comparison({ likeSolutions: all })],
      shared: [{ ...git, learners: [...git.learners] }],
      remarks: [],
      at: 0.8,
    },
    style,
  ).replaceAll(/\s+/g, ' ')
  expect(text).toMatch(/^ ✗ copied ada, eve: 2 states of first-clean-commit \(git\) with the same files, saved/)
  expect(text).toMatch(/like solutions\/reference: l10 100 %, .*l21 100 %, and 2 more \(--json\)\. Every clone has it/)
})

test('of 300 learners who are all alike the 20 pairs that are most so, and how to see the others', () => {
  const pairs = Array.from({ length: 44_850 }, (_, i) => ({
    left: `a${i}`,
    right: `b${i}`,
    similarity: 1 - i / 400_000,
    fragments: [fragment(1)],
  }))
  const text = renderSimilar(
    { comparisons: [comparison({ learners: 300, pairs })], shared: [], remarks: [], at: 0.8 },
    style,
  )
  expect(text.split('\n').filter((line) => line.includes('  and  b'))).toHaveLength(20)
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(
    /and 44830 more, 100 % alike or less\. All of them: npm run similar -- --slug money-split --json/,
  )
  expect(text).toContain('44850 pairs at 80 % or more')
})
