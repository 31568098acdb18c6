import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from './for-others.ts'
import { scratchFolder } from './scratch-folder.ts'

const made = (folder: string): string => {
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('a plain path: below the cache', () => {
  expect(scratchFolder('/home/ada/back-end_gym.2/.cache')).toBe(
    `/home/ada/back-end_gym.2/.cache/scratch/${process.pid}`,
  )
})

test.each(['/home/ada/my gym/.cache', "/home/ada/ada's/.cache", '/home/ada/größe/.cache', '/home/50%/.cache'])(
  '%s: a folder of our own whose path is plain',
  (cache) => {
    const folder = made(scratchFolder(cache))
    expect(folder).toMatch(/^[\w./-]+$/)
    expect(existsSync(folder)).toBe(true)
    expect(made(scratchFolder(cache)), 'each runner its own').not.toBe(folder)
  },
)

test('what a killed runner left is removed; a living one keeps its own', () => {
  const { pid: dead } = spawnSync('true')
  const left = made(join(temporaryFolder(), `gym-runs-${dead}-abcdef`))
  const living = made(join(temporaryFolder(), `gym-runs-${process.ppid}-abcdef`))
  for (const folder of [left, living]) mkdirSync(folder, { recursive: true })
  made(scratchFolder('/my gym/.cache'))
  expect([existsSync(left), existsSync(living)]).toEqual([false, true])
})
