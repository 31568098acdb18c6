import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withFolderLock } from './folder-lock.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'gym-lock-'))

test('withFolderLock: work throws: the lock is free again', async () => {
  const parent = folder()
  await expect(
    withFolderLock(
      parent,
      'a',
      () => {},
      () => Promise.reject(new Error('no')),
    ),
  ).rejects.toThrow('no')
  expect(existsSync(join(parent, 'a.lock'))).toBe(false)
})

test('withFolderLock: two at once in one process: one after the other, and the second says that it waits', async () => {
  const parent = folder()
  const order: string[] = []
  let release = (): void => {}
  const first = withFolderLock(
    parent,
    'a',
    () => {},
    async () => {
      await new Promise<void>((resolve) => (release = resolve))
      order.push('first')
    },
  )
  const second = withFolderLock(
    parent,
    'a',
    () => (order.push('waits'), release()),
    async () => void order.push('second'),
  )
  await Promise.all([first, second])
  expect(order).toEqual(['waits', 'first', 'second'])
})

test('withFolderLock: the owner was killed: taken over at once', async () => {
  const parent = folder()
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => child.once('exit', resolve))
  mkdirSync(join(parent, 'a.lock'))
  writeFileSync(join(parent, 'a.lock', 'pid'), String(child.pid))
  expect(
    await withFolderLock(
      parent,
      'a',
      () => {},
      async () => 'mine',
    ),
  ).toBe('mine')
})

test('withFolderLock: two workspaces: do not wait for each other', async () => {
  const parent = folder()
  expect(
    await withFolderLock(
      parent,
      'a',
      () => {},
      () =>
        withFolderLock(
          parent,
          'b',
          () => {},
          async () => 'both',
        ),
    ),
  ).toBe('both')
})
