import { expect, test } from 'vitest'
import { openParser } from './parser.ts'

test('a text becomes nodes, with names of its parts and positions of its signs', async () => {
  const source = "f = 'ä' + 1"
  const parser = await openParser('py')
  const { sound, root } = parser?.parse(source) ?? {}
  const assignment = root?.children[0]?.children[0]
  const sum = assignment?.children.at(-1)
  expect(sound).toBe(true)
  expect(sum).toMatchObject({ type: 'binary_operator', named: true, field: 'right' })
  expect(sum?.children.map((n) => [n.field, n.named, source.slice(n.start, n.end)])).toEqual([
    ['left', true, "'ä'"],
    ['operator', false, '+'],
    ['right', true, '1'],
  ])
})

test('what does not parse is told', async () => {
  const parser = await openParser('ts')
  expect(parser?.isSound('f(')).toBe(false)
  expect(parser?.isSound('f()')).toBe(true)
  expect(parser?.parse('f(').sound).toBe(false)
})

test('a language without a grammar: no parser', async () => {
  expect(await openParser('sql')).toBeNull()
})
