import * as v from 'valibot'
import { expect, test } from 'vitest'
import { decodeJson } from './decode.ts'

const schema = v.strictObject({ id: v.string() })

test('a byte-order mark at the beginning: it is JSON all the same', () => {
  expect(decodeJson('set.json', '\uFEFF{"id":"a"}', schema)).toEqual({ ok: true, value: { id: 'a' } })
})

test('what is no JSON: told with its file', () => {
  expect(decodeJson('set.json', '{', schema)).toMatchObject({
    ok: false,
    problems: [{ file: 'set.json', message: expect.stringMatching(/^is not JSON/) }],
  })
})
