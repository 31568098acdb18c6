import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { patience } from '../../harness/run/patience.ts'
import { isIgnored, watchFolder, type FolderWatch } from './watcher.ts'

const git = (folder: string, ...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: folder, stdio: 'ignore' })

describe.each([{ polling: false }, { polling: true }])('watching a workspace, polling: $polling', ({ polling }) => {
  let folder: string
  let watch: FolderWatch
  let seen = 0

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gym-watch ü '))
    mkdirSync(join(folder, 'src'))
    writeFileSync(join(folder, 'src', 'main.ts'), 'one')
    git(folder, 'init', '-q')
    git(folder, 'add', '-A')
    git(folder, 'commit', '-qm', 'starter')
    seen = 0
    watch = await watchFolder(folder, { polling, onChange: () => void seen++ })
  })

  afterEach(async () => {
    await watch.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Waits until a change was seen that came after `act`. */
  async function noticed(act: () => void): Promise<void> {
    const before = seen
    act()
    const until = Date.now() + 5_000 * patience()
    const missing = (): boolean => seen === before
    while (missing()) {
      if (Date.now() > until) throw new Error('the change was not seen')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    // Whatever belongs to the same change is over before the next one.
    const count = (): number => seen
    for (let last = -1; last !== count();) {
      last = count()
      await new Promise((resolve) => setTimeout(resolve, polling ? 400 : 60))
    }
  }

  const file = (name: string): string => join(folder, 'src', name)

  it(
    'sees a save in place, a save by renaming (twice), a new file in a new folder, a deleted file',
    { timeout: 60_000 },
    async () => {
      expect(watch.polling).toBe(polling)
      await noticed(() => writeFileSync(file('main.ts'), 'two 2'))
      for (const text of ['three 33', 'four 4444']) {
        await noticed(() => {
          writeFileSync(file('.main.ts.swp'), text)
          renameSync(file('.main.ts.swp'), file('main.ts'))
        })
      }
      await noticed(() => {
        mkdirSync(join(folder, 'src', 'deep', 'er'), { recursive: true })
        writeFileSync(join(folder, 'src', 'deep', 'er', 'new.ts'), 'new')
      })
      await noticed(() => writeFileSync(join(folder, 'src', 'deep', 'er', 'new.ts'), 'changed'))
      await noticed(() => rmSync(file('main.ts')))
      await noticed(() => writeFileSync(file('main.ts'), 'back again'))
    },
  )

  it('sees what git changes in the files: stash and another branch', { timeout: 60_000 }, async () => {
    await noticed(() => writeFileSync(file('main.ts'), 'stashed work'))
    await noticed(() => git(folder, 'stash'))
    await noticed(() => git(folder, 'stash', 'pop'))
    git(folder, 'checkout', '-q', '-b', 'other')
    git(folder, 'commit', '-qam', 'other')
    await noticed(() => git(folder, 'checkout', '-q', '-'))
  })
})

describe('what is no part of the work', () => {
  it.each([
    ['.git/index', true],
    ['node_modules/x/index.js', true],
    ['src/__pycache__/a.pyc', true],
    ['.gym-probe-12', true],
    ['src/main.ts', false],
    ['repo/.git/HEAD', false],
    ['repo/.git/refs/heads/main', false],
    ['repo/.git/objects/ab/cd', true],
    ['repo/.git/index.lock', true],
    ['', false],
  ])('%s: ignored %s', (path, ignored) => expect(isIgnored('/w', join('/w', path))).toBe(ignored))
})
