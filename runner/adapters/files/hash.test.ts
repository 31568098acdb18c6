import { expect, test } from 'vitest'
import { hashOfParts, sha256Of } from './hash.ts'

test('sha256Of: a text and its bytes: what sha256sum says of them', () => {
  const known = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  expect([sha256Of('abc'), sha256Of(Buffer.from('abc'))]).toEqual([known, known])
})

test('hashOfParts: the same letters in other parts: another name', () => {
  const names = [
    hashOfParts('ab', 'c'),
    hashOfParts('a', 'bc'),
    hashOfParts('abc'),
    hashOfParts('abc', ''),
    sha256Of('abc'),
  ]
  expect(new Set(names).size).toBe(names.length)
})
