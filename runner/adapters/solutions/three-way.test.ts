import { expect, test } from 'vitest'
import { merge } from './three-way.ts'

const lines = (...words: string[]): string => words.map((w) => `${w}\n`).join('')
const before = lines('a', 'b', 'c', 'd', 'e')

test('merge: changes in different places: both are in it', async () => {
  const merged = await merge({ before, now: `x\n${before}`, mistake: lines('a', 'b', 'c', 'd', 'wrong') })
  expect(merged).toEqual({ text: lines('x', 'a', 'b', 'c', 'd', 'wrong'), conflicts: [] })
})

test('merge: the same line changed twice, in two places: both conflicts named, all sides kept', async () => {
  const { text, conflicts } = await merge({
    before,
    now: lines('A', 'b', 'c', 'd', 'E'),
    mistake: lines('aa', 'b', 'c', 'd', 'ee'),
  })
  expect(conflicts).toEqual([1, 11])
  expect(text.split('\n').slice(0, 8)).toEqual([
    '<<<<<<< reference now',
    'A',
    '||||||| reference before',
    'a',
    '=======',
    'aa',
    '>>>>>>> mistake',
    'b',
  ])
})

test('merge: CRLF and no line end at the end: kept', async () => {
  const merged = await merge({ before: 'a\r\nb\r\nc\r\nd', now: 'A\r\nb\r\nc\r\nd', mistake: 'a\r\nb\r\nc\r\nwrong' })
  expect(merged).toEqual({ text: 'A\r\nb\r\nc\r\nwrong', conflicts: [] })
})

test('merge: bytes that git takes for no text: an error, and no half of a file', async () => {
  await expect(merge({ before: 'a\0', now: 'b\0', mistake: 'c\0' })).rejects.toThrow(/git could not merge a mistake/)
})
