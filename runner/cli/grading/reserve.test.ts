import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepReserve, reserveOf } from './reserve.ts'

let home = ''
const classFolder = (): string => join(home, 'class')
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gym-reserve-'))
  mkdirSync(classFolder())
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function casesIn(name: string, text: string): string {
  const folder = join(home, name, 'hello-gym')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'more.test.ts'), text)
  return join(home, name)
}
const keptText = (): string => readFileSync(join(classFolder(), 'reserve/hello-gym/more.test.ts'), 'utf8')

test('without a word of them there are none', () => {
  keepReserve(classFolder(), reserveOf(classFolder(), undefined, home))
  expect(readdirSync(classFolder())).toEqual([])
})

test('a later grading that is not told of them uses those of the first', () => {
  casesIn('cases', 'one')
  keepReserve(classFolder(), reserveOf(classFolder(), 'cases', home))
  rmSync(join(home, 'cases'), { recursive: true })
  const later = reserveOf(classFolder(), undefined, home)
  keepReserve(classFolder(), later)
  expect([later, keptText()]).toEqual([join(classFolder(), 'reserve'), 'one'])
})

test('another folder takes their place, and "none" gives them up', () => {
  casesIn('cases', 'one')
  casesIn('better', 'two')
  keepReserve(classFolder(), reserveOf(classFolder(), 'cases', home))
  keepReserve(classFolder(), reserveOf(classFolder(), 'better', home))
  expect(keptText()).toBe('two')
  keepReserve(classFolder(), reserveOf(classFolder(), 'none', home))
  expect(readdirSync(classFolder())).toEqual([])
})
