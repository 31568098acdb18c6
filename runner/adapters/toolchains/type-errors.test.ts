import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeWorkspace, makeFolder } from '../git/git-fixtures.ts'
import { sentencesOf, typeErrors } from './type-errors.ts'

const tsconfig = JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [] }, include: ['src'] })

test('a wrong type: told with its place; nothing where all is right', { timeout: 30_000 }, async () => {
  const state = join(makeFolder(), 'state')
  const wrong = makeWorkspace({ 'tsconfig.json': tsconfig, 'src/main.ts': 'export const n: number = "one"\n' })
  expect((await typeErrors(wrong, state, 20_000)).sentences).toEqual([
    `Types: src/main.ts:1:14: Type 'string' is not assignable to type 'number'.`,
  ])
  const right = makeWorkspace({ 'tsconfig.json': tsconfig, 'src/main.ts': 'export const n: number = 1\n' })
  expect(await typeErrors(right, join(makeFolder(), 'state'), 20_000)).toEqual({
    sentences: [],
    why: 'nothing to tell.',
  })
})

test('a compiler that takes longer than anybody waits: said', async () => {
  const slow = makeWorkspace({ 'tsconfig.json': tsconfig, 'src/main.ts': '' })
  expect(await typeErrors(slow, join(makeFolder(), 'state'), 1)).toEqual({
    sentences: [],
    why: 'the compiler did not finish within 0.001 s.',
  })
})

test('no tsconfig.json: nothing', async () => {
  expect(await typeErrors(makeWorkspace({}), join(makeFolder(), 'state'), 20_000)).toMatchObject({ sentences: [] })
})

test('many: the first few, and how many there are', () => {
  const printed = Array.from({ length: 9 }, (_, i) => `src/a.ts(${i + 1},2): error TS1: Wrong.\n  more of it\n`).join(
    '',
  )
  const told = sentencesOf(printed)
  expect(told).toHaveLength(4)
  expect(told.at(-1)).toMatch(/6 more/)
})
