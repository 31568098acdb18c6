import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeFiles } from '../../testing/write-files.ts'
import { filesIn } from './folder-files.ts'

test('filesIn: regular files at every depth, sorted; no links, no empty folders', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gym files ü-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFiles(folder, { 'src/deep/a.ts': '', 'b.ts': '', '.git/HEAD': '' })
  mkdirSync(join(folder, 'empty'))
  symlinkSync(tmpdir(), join(folder, 'outside'))
  symlinkSync(join(folder, 'b.ts'), join(folder, 'link.ts'))
  expect(filesIn(folder)).toEqual(['.git/HEAD', 'b.ts', 'src/deep/a.ts'])
  expect(() => filesIn(join(folder, 'gone'))).toThrow('ENOENT')
})
