import { expect, test } from 'vitest'
import type { Rejection } from './grading.ts'
import { withTaken, type Taking } from './rejections.ts'

const rejected = (learner: string, slug: string | null, from?: string): Rejection => ({
  learner,
  slug,
  rule: 'symlink',
  message: 'It is a link.',
  ...(from === undefined ? {} : { from }),
})
const took = (name: string, slugs: string[], rejections: Rejection[] = [], learner = name): Taking => ({
  name,
  learner,
  works: slugs.map((slug) => ({ slug })),
  rejections,
})

test('a second collect adds: nobody vanishes because others were taken in', () => {
  const first = withTaken([], [took('ada', [], [rejected('ada', null)]), took('ben', ['a'])])
  expect(first).toEqual([rejected('ada', null, 'ada')])
  expect(withTaken(first, [took('cyd', ['a']), took('dan', [], [rejected('dan', null)])])).toEqual([
    rejected('ada', null, 'ada'),
    rejected('dan', null, 'dan'),
  ])
})

test.each<[string, Rejection, Taking, number]>([
  ['a rejection of all of it goes when anything is taken', rejected('ada', null), took('ada', ['a']), 0],
  ['that of an exercise goes when the exercise is taken', rejected('ada', 'a'), took('ada', ['a']), 0],
  ['and not when another is', rejected('ada', 'b'), took('ada', ['a']), 1],
  ['nor when that of somebody else is', rejected('ada', 'a'), took('ben', ['a']), 1],
  ['the same file says it anew', rejected('ada_1', null, 'ada_1'), took('ada_1', ['a'], [], 'ada'), 0],
  ['the same again stands once', rejected('ada', 'a'), took('ada', [], [rejected('ada', 'a')]), 1],
])('%s', (_, before, taking, left) => {
  expect(withTaken([before], [taking])).toHaveLength(left)
})
