import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { seedKeyFile, seedsOf } from './seeds.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'gym-seeds-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('seedsOf', () => {
  test('gives the same seeds again, so that a regrade is exact', () => {
    const first = ['a', 'b'].map(seedsOf(folder, 'week-1@1'))
    expect(['a', 'b'].map(seedsOf(folder, 'week-1@1'))).toEqual(first)
    expect(new Set([...first, seedsOf(folder, 'week-1@2')('a')]).size).toBe(3)
  })

  test('another class with the same set has other seeds, and none that set and version give away', () => {
    const other = mkdtempSync(join(tmpdir(), 'gym-seeds-'))
    const known = Number.parseInt(createHash('sha256').update('seed\0week-1@1\0a').digest('hex').slice(0, 8), 16)
    const seeds = [folder, other].map((f) => seedsOf(f, 'week-1@1')('a'))
    expect(new Set([...seeds, known & 0x7fff_ffff]).size).toBe(3)
    rmSync(other, { recursive: true })
  })

  test('a seed is a whole number of 31 bits', () => {
    const seedOf = seedsOf(folder, 'week-1@1')
    for (let i = 0; i < 200; i++) {
      const seed = seedOf(`exercise-${i}`)
      expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31, String(seed)).toBe(true)
    }
  })

  test('the key is made once, for its owner alone, and leaves nothing beside it', () => {
    seedsOf(folder, 'week-1@1')
    const key = readFileSync(join(folder, seedKeyFile), 'utf8')
    seedsOf(folder, 'week-2@1')
    expect(readFileSync(join(folder, seedKeyFile), 'utf8')).toBe(key)
    expect(readdirSync(folder)).toEqual([seedKeyFile])
    if (process.platform !== 'win32') expect(statSync(join(folder, seedKeyFile)).mode & 0o077).toBe(0)
  })

  test.each(['', 'abc', '0'.repeat(63), `${'0'.repeat(64)} 1`])('a key that was damaged stops it: %j', (text) => {
    writeFileSync(join(folder, seedKeyFile), text)
    expect(() => seedsOf(folder, 'week-1@1')).toThrow(/64 hexadecimal digits/)
  })
})
