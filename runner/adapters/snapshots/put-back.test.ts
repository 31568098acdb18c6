import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { git, makePlace } from '../git/git-fixtures.ts'
import { restoreSnapshot, takeSnapshot } from './snapshots.ts'

const strayPaths = ['.git/hooks/evil', '../outside', 'a/../../outside']
test.each(strayPaths)('restoreSnapshot: a store made by hand with %s: refused', async (path) => {
  const place = makePlace({ 'a.txt': 'a' })
  await takeSnapshot({ ...place, reason: 'check' })
  plant(place.store, path.replace('.git', '%.git'))
  await expect(restoreSnapshot({ ...place, id: '2' })).rejects.toMatchObject({ code: 'git-failed' })
  expect(existsSync(join(place.workspace, path))).toBe(false)
})

/** Adds a snapshot "2" with one file at a path that git itself would not take. */
function plant(store: string, path: string): void {
  const blob = git(store, 'rev-parse', 'main:a.txt')
  let tree: string | undefined
  for (const name of path.split('/').reverse()) {
    const id = tree ?? blob
    const mode = tree === undefined ? '100644' : '40000'
    const entry = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])
    writeFileSync(join(store, 'entry'), entry)
    tree = git(store, 'hash-object', '-t', 'tree', '-w', '--literally', 'entry')
  }
  const commit = git(store, 'commit-tree', '-p', 'main', '-m', '#2 check', tree ?? '')
  git(store, 'update-ref', 'refs/heads/main', commit)
}
