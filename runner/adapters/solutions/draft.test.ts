import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Draft } from '../../app/ports.ts'
import { draftIn } from './draft.ts'

const home = mkdtempSync(join(tmpdir(), 'gym drafts '))
afterAll(() => rmSync(home, { recursive: true, force: true }))

let count = 0
let stamp = ''
let draft: Draft
beforeEach(() => {
  stamp = 'first'
  draft = draftIn(join(home, `draft ${++count}`), () => stamp)
})

function tree(text: string): string {
  const folder = join(home, `tree ${++count}`)
  mkdirSync(join(folder, 'src'), { recursive: true })
  writeFileSync(join(folder, 'src/main.ts'), text)
  return folder
}
const write = (path: string, text: string): void => {
  mkdirSync(join(draft.folder, path, '..'), { recursive: true })
  writeFileSync(join(draft.folder, path), text)
}

test('lay: trees and head are there, nothing is edited, and the trees have moved in', () => {
  expect(draft.exists()).toBe(false)
  const own = tree('a')
  draft.lay(new Map([['py', tree('p')], ['ts', own]] as const), 'Breaks: 1\n') // prettier-ignore
  expect([draft.exists(), draft.isEdited(), draft.isOld(), draft.head()]).toEqual([true, false, false, 'Breaks: 1\n'])
  expect(draft.languages()).toEqual(['ts', 'py'])
  expect(readFileSync(join(draft.tree('ts'), 'src/main.ts'), 'utf8')).toBe('a')
  expect(existsSync(own)).toBe(false)
})

test.each([
  ['a file', 'ts/src/main.ts'],
  ['a new file', 'ts/src/new.ts'],
  ['the head', 'mistake.txt'],
])('isEdited: %s changed: yes; settled: no more', (_what, path) => {
  draft.lay(new Map([['ts', tree('a')]]), '')
  write(path, 'changed')
  expect(draft.isEdited()).toBe(true)
  draft.settle()
  expect(draft.isEdited()).toBe(false)
})

test('isEdited: what tools and git leave there: no', () => {
  draft.lay(new Map([['py', tree('a')]]), '')
  for (const path of ['py/__pycache__/a.pyc', 'py/node_modules/x/i.js', 'py/repo/.git/index']) write(path, 'x')
  expect(draft.isEdited()).toBe(false)
})

test('lay: not saved yet: edited, although nobody has touched it', () => {
  draft.lay(new Map([['ts', tree('a')]]), '', 'unsaved')
  expect(draft.isEdited()).toBe(true)
})

test('lay: over an earlier one: nothing of it is left', () => {
  draft.lay(new Map([['py', tree('p')]]), 'old')
  draft.lay(new Map([['ts', tree('a')]]), 'new')
  expect([draft.languages(), draft.head()]).toEqual([['ts'], 'new'])
})

test('isOld: what it was made from has changed: yes', () => {
  draft.lay(new Map([['ts', tree('a')]]), '')
  stamp = 'second'
  expect(draft.isOld()).toBe(true)
})

test('add: one language more, and the others are as they were', () => {
  draft.lay(new Map([['ts', tree('a')]]), 'head')
  draft.add('rb', tree('r'))
  expect(draft.languages()).toEqual(['ts', 'rb'])
  expect(readFileSync(join(draft.tree('ts'), 'src/main.ts'), 'utf8')).toBe('a')
})
