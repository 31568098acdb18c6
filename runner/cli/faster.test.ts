import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fasterOnce, launcherFrom } from './faster.ts'
import { readSettings } from './settings.ts'

describe('the launcher as it is called from', () => {
  test.each([
    ['/p/gym', '/p/gym', './gym'],
    ['/p/gym', '/p/gym/workspace/hello-gym', '../../gym'],
    ['/p/gym', '/p/gym/workspace/hello-gym/src', '../../../gym'],
    ['/p/my gym', '/home/ada', `'/p/my gym/gym'`],
  ])('the project %s, standing in %s: %s', (root, startedIn, expected) =>
    expect(launcherFrom({ root, startedIn })).toBe(expected),
  )
})

describe('the faster way is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faster-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const read = readSettings({ json: false, plain: false })
  const settings = { ...read, root: '/p', startedIn: '/p', interactive: true, columns: 60, oldNode: '20.20' }
  const inClone = (name: string) => ({ ...settings, cache: join(folder, name) })

  test('to a person who waited for an old Node, once in a clone', () => {
    expect(fasterOnce(inClone('a'), 'check')).toBe('  Faster  ./gym check does the same, faster\n')
    expect(fasterOnce(inClone('a'), 'next')).toBe('')
    expect(fasterOnce(inClone('b'), 'next')).toBe('  Faster  ./gym next does the same, faster\n')
  })

  test('not where no Node was old', () => expect(fasterOnce({ ...inClone('c'), oldNode: null }, 'check')).toBe(''))

  test('not in a log, and not to a program', () =>
    expect(fasterOnce({ ...inClone('c'), interactive: false }, 'check')).toBe(''))

  test('not where nothing can be written', () =>
    expect(fasterOnce({ ...settings, cache: '/dev/null/cache' }, 'check')).toBe(''))
})
