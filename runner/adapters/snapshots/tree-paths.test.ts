import { expect, test } from 'vitest'
import { fromStoredPath, markedFolder, markEmptyFolder, toStoredPath } from './tree-paths.ts'
import { fromText, isInside, toText } from './tree-paths.ts'

test.each([
  ['src/app.ts', 'src/app.ts'],
  ['repo/.git/HEAD', 'repo/%.git/HEAD'],
  ['repo/.GIT', 'repo/%.GIT'],
  ['.gitmodules', '%.gitmodules'],
  ['.gitignore', '.gitignore'],
  ['%.git', '%%.git'],
  ['a/%%.git/%.gitmodules', 'a/%%%.git/%%.gitmodules'],
  ['a/%keep', 'a/%%keep'],
  ['a/%%keep', 'a/%%%keep'],
  ['keep/%keepsake', 'keep/%keepsake'],
])('toStoredPath: %s: stored as %s, and back', (path, stored) => {
  expect(toStoredPath(path)).toBe(stored)
  expect(fromStoredPath(stored)).toBe(path)
  expect(markedFolder(stored)).toBeUndefined()
})

test('markEmptyFolder: a folder inside .git: found again as a folder', () => {
  const stored = markEmptyFolder('repo/.git/refs/tags')
  expect(stored).toBe('repo/%.git/refs/tags/%keep')
  expect(markedFolder(stored)).toBe('repo/.git/refs/tags')
})

test('fromText: a name outside of ASCII: one character a byte, and back', () => {
  expect(fromText('ü')).toHaveLength(2)
  expect(toText(fromText('grüße/日本'))).toBe('grüße/日本')
})

test('isInside: the folder itself and below, but no namesake', () => {
  expect(isInside('repo', ['repo'])).toBe(true)
  expect(isInside('repo/a', ['repo'])).toBe(true)
  expect(isInside('repository/a', ['repo'])).toBe(false)
})
