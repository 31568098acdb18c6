import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ScaffoldPlan } from '../../domain/exercise/scaffold.ts'
import { treesIn } from './trees.ts'

const cache = mkdtempSync(join(tmpdir(), 'gym trees '))
afterAll(() => rmSync(cache, { recursive: true, force: true }))

const trees = treesIn({ cache, buildRepository: () => Promise.reject(new Error('there is no repository')) })
const planned = (to: string, text: string, executable = false): ScaffoldPlan['files'][number] => ({
  to,
  source: { text },
  executable,
})
const plan: ScaffoldPlan = {
  slug: 'first',
  language: 'ts',
  folder: '',
  repository: null,
  files: [planned('run.sh', 'starter', true), planned('src/main.ts', 'starter'), planned('src/old.ts', 'starter')],
}

const overlayFolder = join(cache, 'reference')
mkdirSync(join(overlayFolder, 'src'), { recursive: true })
writeFileSync(join(overlayFolder, 'src/main.ts'), 'reference')
writeFileSync(join(overlayFolder, 'src/more.ts'), 'reference')

test('build: texts over a folder over the plan: written, taken away, made; what is not named stays', async () => {
  const texts = new Map([
    ['run.sh', 'mine'],
    ['src/main.ts', 'mine'],
    ['src/old.ts', null],
    ['src/deep/new.ts', ''],
  ])
  const folder = await trees.build(plan, [overlayFolder, texts])
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
  expect(trees.files(folder)).toEqual(new Set(['run.sh', 'src/deep/new.ts', 'src/main.ts', 'src/more.ts']))
  expect([read('run.sh'), read('src/main.ts'), read('src/more.ts'), read('src/deep/new.ts')]).toEqual([
    'mine',
    'mine',
    'reference',
    '',
  ])
  expect(statSync(join(folder, 'run.sh')).mode & 0o111, 'still executable').toBe(0o111)
  expect(statSync(join(folder, 'src/main.ts')).mode & 0o111).toBe(0)
  trees.remove(folder)
  expect(existsSync(folder)).toBe(false)
})

test('build: nothing laid over: the plan alone', async () => {
  expect(trees.files(await trees.build(plan, []))).toEqual(new Set(['run.sh', 'src/main.ts', 'src/old.ts']))
})
