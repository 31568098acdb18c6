import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { moveUnlessThere, writeBeside } from './beside.ts'

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'gym-beside-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

test('writeBeside: a new folder, then the same file again: the last text, its mode, and nothing else', () => {
  const place = join(folder(), 'a', 'b')
  writeBeside(join(place, 'x.txt'), 'one')
  writeBeside(join(place, 'x.txt'), 'two', 0o600)
  expect(readdirSync(place)).toEqual(['x.txt'])
  expect(readFileSync(join(place, 'x.txt'), 'utf8')).toBe('two')
  expect(statSync(join(place, 'x.txt')).mode & 0o777).toBe(0o600)
})

test('moveUnlessThere: the place is free, then taken: the first folder stays, the second is gone', () => {
  const here = folder()
  for (const name of ['first', 'second']) {
    mkdirSync(join(here, name))
    writeFileSync(join(here, name, 'name'), name)
    moveUnlessThere(join(here, name), join(here, 'place'))
  }
  expect(readFileSync(join(here, 'place', 'name'), 'utf8')).toBe('first')
  expect([existsSync(join(here, 'first')), existsSync(join(here, 'second'))]).toEqual([false, false])
})
