import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { filesIn, walk } from './walk.ts'

function tree(): string {
  const made = mkdtempSync(join(tmpdir(), 'gym-walk-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  for (const name of ['src/deep', '.git', 'empty']) mkdirSync(join(made, name), { recursive: true })
  for (const name of ['src/main.ts', 'src/deep/b.ts', '.git/HEAD', 'a.md']) writeFileSync(join(made, name), name)
  symlinkSync(join(made, 'src'), join(made, 'link'))
  return made
}

test('walk: folders, files and a link: in the order of names, and nothing behind the link', () => {
  const found = [...walk(tree())].map(({ path, kind }) => `${kind} ${path}`)
  expect(found).toEqual([
    'folder .git',
    'file .git/HEAD',
    'file a.md',
    'folder empty',
    'other link',
    'folder src',
    'folder src/deep',
    'file src/deep/b.ts',
    'file src/main.ts',
  ])
})

test('filesIn: a folder to skip: no file of it', () => {
  const folder = tree()
  const found = filesIn(folder, new Set(['.git', 'deep']))
  expect(found.map(({ path }) => path)).toEqual(['a.md', 'src/main.ts'])
  expect(found[0]?.full).toBe(join(folder, 'a.md'))
})

test('walk: there is no such folder: it says so', () => {
  expect(() => [...walk(join(tree(), 'missing'))]).toThrow('ENOENT')
})
