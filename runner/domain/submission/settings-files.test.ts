import { expect, test } from 'vitest'
import { changedSettings } from './settings-files.ts'

const planned = '{"name":"a","type":"module","scripts":{"next":"x"}}'

test.each<[string, string | null, boolean]>([
  ['the same, laid out otherwise and with other commands', '{ "type": "module", "scripts": { "mine": "y" } }', false],
  ['no file', null, false],
  ['imports of the learner’s own', '{"type":"module","imports":{"#x":"./src/x.ts"}}', true],
  ['no JSON', '{', true],
])('changedSettings: a manifest with %s', (_, own, isTold) => {
  expect(changedSettings('package.json', planned, own) !== null).toBe(isTold)
})

test('changedSettings: the compiler’s settings are told, a brief with notes in it is not', () => {
  expect(changedSettings('tsconfig.json', '{}', '{ "a": 1 }')).toMatch(/^tsconfig.json comes with the exercise/)
  expect(changedSettings('tsconfig.json', '{}', '{}\n')).toBeNull()
  expect(changedSettings('README.md', 'a', 'b')).toBeNull()
})
