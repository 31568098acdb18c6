import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTypeCheck } from './type-check.ts'

let folder: string
const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gym-types-'))
  mkdirSync(join(folder, 'src'))
  const compilerOptions = { strict: true, noEmit: true, noUnusedLocals: true, module: 'nodenext', types: [] }
  write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'] }))
  write('src/cents.ts', 'export const cents = (text: string) => text.length\n')
  write('src/use.ts', "import { cents } from './cents.js'\nexport const sum: number = cents('a')\n")
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a text is taken or not, and the next one is judged by itself', async () => {
  const check = await openTypeCheck('ts', folder)
  expect(check?.('src/cents.ts', 'export const cents = (text: string) => text.length + 1\n')).toBe(true)
  expect(check?.('src/cents.ts', 'export const cents = (text: string) => text.lenth\n'), 'no such member').toBe(false)
  expect(check?.('src/cents.ts', 'export const cents = (text: string) => text\n'), 'wrong for its user').toBe(false)
  expect(check?.('src/cents.ts', 'const unused = 1\nexport const cents = (text: string) => 1\n'), 'unused').toBe(true)
  expect(check?.('src/other.ts', 'no (('), 'a file that is not compiled').toBe(true)
})

test('no check: another language, no tsconfig.json, or a tree that is not clean by itself', async () => {
  expect(await openTypeCheck('java', folder)).toBeNull()
  expect(await openTypeCheck('ts', join(folder, 'src'))).toBeNull()
  write('src/bad.ts', 'export const bad: number = "a"\n')
  expect(await openTypeCheck('ts', folder)).toBeNull()
})
