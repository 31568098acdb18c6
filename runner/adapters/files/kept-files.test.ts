import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { pruneCaches, wasUsed } from './kept-files.ts'

const folders: string[] = []
let cache = ''
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'gym-kept-'))
  folders.push(cache)
})
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const daysAgo = (days: number): number => Date.now() - days * 24 * 60 * 60 * 1000

function entry(path: string, days: number): string {
  const full = join(cache, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, 'x')
  utimesSync(full, daysAgo(days) / 1000, daysAgo(days) / 1000)
  return full
}

test('what nobody has used for a month goes, at each depth; what was used stays', () => {
  const [old, young] = [entry('flat/old', 31), entry('flat/young', 29)]
  const [deepOld, deepYoung] = [entry('deep/ab/old', 31), entry('deep/ab/young', 1)]
  pruneCaches(cache, [
    { name: 'flat', depth: 1 },
    { name: 'deep', depth: 2 },
    { name: 'never made', depth: 1 },
  ])
  expect([old, young, deepOld, deepYoung].map((path) => existsSync(path))).toEqual([false, true, false, true])
})

test('it is done once a day', () => {
  pruneCaches(cache, [])
  const old = entry('flat/old', 31)
  pruneCaches(cache, [{ name: 'flat', depth: 1 }])
  expect(existsSync(old)).toBe(true)
  pruneCaches(cache, [{ name: 'flat', depth: 1 }], Date.now() + 25 * 60 * 60 * 1000)
  expect(existsSync(old)).toBe(false)
})

test('use renews an entry, and saves it', () => {
  const used = entry('flat/used', 40)
  expect(wasUsed(used)).toBe(true)
  expect(statSync(used).mtimeMs).toBeGreaterThan(daysAgo(1))
  pruneCaches(cache, [{ name: 'flat', depth: 1 }])
  expect(existsSync(used)).toBe(true)
})

test('what is not there was not used', () => {
  expect(wasUsed(join(cache, 'nothing'))).toBe(false)
})
